// Where accounts stand in their life with the product: since when, and who is stuck.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One row per entry into a stage, in any order.
struct stage_rows {
  column<std::uint32_t> account;         ///< below `accounts`
  std::span<const std::uint32_t> stage;  ///< below `stages`, in the order in which accounts pass them
  column<std::int32_t> entered_on;
  std::size_t accounts = 0;
  std::size_t stages = 0;
};

/// `before`: the account's first stage begins after `as_of`, or it has none.
enum class stage_pace : std::uint8_t { before, on_time, stuck };
constexpr std::array<std::string_view, 3> values_of(stage_pace) {
  return {"before", "on_time", "stuck"};
}

inline constexpr std::uint32_t no_stage = std::numeric_limits<std::uint32_t>::max();

struct account_stage {
  std::uint32_t stage = no_stage;
  day since{};
  std::int32_t days = 0;        ///< from `since` to `as_of`
  std::int32_t moves = 0;       ///< entries after the first
  std::int32_t steps_back = 0;  ///< entries into an earlier stage
  stage_pace pace = stage_pace::before;
};

struct stage_line {
  std::int64_t entered = 0;  ///< accounts that ever were in it
  std::int64_t in_it = 0;    ///< and are
  std::int64_t stuck = 0;
  std::int64_t left = 0;  ///< completed stays
  /// Median days of a stay, Kaplan and Meier: stays that go on count as long as they have lasted. NaN where fewer than half
  /// of the stays have ended so far.
  double median_days = std::numeric_limits<double>::quiet_NaN();
};

struct stage_table {
  std::vector<account_stage> accounts;
  std::vector<stage_line> stages;
};

/// `longest[s]`: days after which a stay in stage s is stuck; the last day allowed is on time. NaN: no limit.
///
/// Entries after `as_of` have not happened. Of several entries on one day the latest stage counts. Entering the stage one is
/// in changes nothing. Throws `schema_error` for lengths that differ, `data_error` for an account or stage out of range and
/// a missing day. O(rows log rows). What it does not tell you: why an account is stuck.
[[nodiscard]] stage_table time_in_stage(const stage_rows& rows, std::span<const double> longest, day as_of);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
