// Month snapshots as both ways of tallying them read them. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "row_changes.hpp"

namespace sojourn::detail {

/// What a tally of snapshots is asked for.
struct snapshot_question {
  const snapshots& table;
  const period_grid& grid;
  const revenue_policy& policy;
  std::optional<month> as_of;
  std::size_t accounts;

  /// Whether `month_sums` answers it, as far as the amounts allow.
  [[nodiscard]] bool monthly() const noexcept { return grid.months_each == 1 && grid.count <= month_sums::most_periods; }
  [[nodiscard]] std::uint64_t largest_amount() const noexcept {
    return static_cast<std::uint64_t>(INT64_MAX / table.ticks_per_unit);
  }
  [[nodiscard]] snapshot_state empty_state(month known_until) const;
};

/// What is wrong with this row, in words.
[[nodiscard]] std::optional<problem> row_problem(const snapshots& table, std::size_t row, std::size_t accounts);
/// Throws what is wrong with the first bad row; returns when none is.
void require_good_rows(const snapshot_question& asked);
[[noreturn]] void throw_twice(std::uint32_t who, std::int32_t when);

/// Rows in any order.
[[nodiscard]] snapshot_state tally_shuffled(const snapshot_question& asked, const any_executor& host);

}  // namespace sojourn::detail
