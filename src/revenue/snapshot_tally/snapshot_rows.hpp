// Month snapshots as both ways of tallying them read them. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "revenue/snapshot_tally/row_changes.hpp"
#include "sojourn/domain/account.hpp"

namespace sojourn::inline v0_1::detail {

/// Accounts as small numbers: as they are, or ids of a narrow range less the lowest.
template <class Id>
struct account_cells {
  const Id* ids = nullptr;
  std::uint64_t lowest = 0;

  [[nodiscard]] std::uint64_t wide(std::size_t row) const noexcept { return static_cast<std::uint64_t>(ids[row]) - lowest; }
  [[nodiscard]] std::uint32_t operator[](std::size_t row) const noexcept { return static_cast<std::uint32_t>(wide(row)); }
};

/// What a tally of snapshots is asked for. Rows name accounts by number (`table.account`) or by `id`.
struct snapshot_question {
  snapshots table;
  column<std::int64_t> id;
  const period_grid& grid;
  const revenue_policy& policy;
  std::optional<month> as_of;
  std::size_t accounts;                 ///< indices lie below
  std::uint64_t lowest_id = 0;          ///< what numbers were reduced by
  const account_index* keys = nullptr;  ///< what numbers stand for, where ids were numbered

  [[nodiscard]] std::size_t rows() const noexcept { return table.month.size(); }
  [[nodiscard]] std::string name_of(std::uint32_t account_number) const;

  /// Whether `month_sums` answers it, as far as the amounts allow.
  [[nodiscard]] bool monthly() const noexcept { return grid.months_each == 1 && grid.count <= month_sums::most_periods; }
  [[nodiscard]] std::uint64_t largest_amount() const noexcept {
    return static_cast<std::uint64_t>(INT64_MAX / table.ticks_per_unit);
  }
  [[nodiscard]] snapshot_state empty_state(month known_until) const;
};

/// What is wrong with this row, in words.
[[nodiscard]] std::optional<problem> row_problem(const snapshot_question& asked, std::size_t row);
/// Throws what is wrong with the first bad row; returns when none is.
void require_good_rows(const snapshot_question& asked);
[[noreturn]] void throw_twice(const snapshot_question& asked, std::uint32_t who, std::int32_t when);

}  // namespace sojourn::inline v0_1::detail
