// Is this card good enough to work by? Three gates that practitioners ask for, each with its number, interval and verdict.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/health/card/tiers.hpp"
#include "sojourn/health/evaluation/panel_window.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

struct gate_options {
  double red_lift = 3;                    ///< the worst tier leaves at this many times the rate of all, or more
  double foreseen_share = 2.0 / 3;        ///< this share of the leavers stood below the best tier ...
  std::int32_t days_before = 60;          ///< ... when last seen between this many days before they left ...
  std::int32_t days_before_at_most = 90;  ///< ... and this many
  double best_tier_share = 0.8;           ///< of the book in the best tier, at most
  confidence_level level{};
};

enum class gate : std::uint8_t { red_leaves_more, leavers_foreseen, not_all_green };
constexpr std::array<std::string_view, 3> values_of(gate) {
  return {"red leaves more", "leavers foreseen", "not all green"};
}
inline constexpr std::size_t gates = 3;
[[nodiscard]] std::string_view to_string(gate which) noexcept;

enum class verdict : std::uint8_t {
  passed,            ///< the value is on the right side, and the whole interval too
  passed_by_chance,  ///< the value is, its interval is not: too few accounts to be sure
  failed,
  unknown,  ///< nothing to judge by
};
constexpr std::array<std::string_view, 4> values_of(verdict) {
  return {"passed", "passed, perhaps by chance", "failed", "unknown"};
}
[[nodiscard]] std::string_view to_string(verdict which) noexcept;

struct gate_result {
  gate which{};
  estimate value;
  double threshold = 0;
  verdict says = verdict::unknown;
};

/// Departures, by whether the card was below its best tier when it last looked in time.
struct foreseen_departures {
  std::int64_t below_best = 0;
  std::int64_t best = 0;
  std::int64_t not_seen = 0;  ///< no row in the days asked for, or no score in it; not in the share
};

/// Rows of a panel: when, whose, in which tier, and when that account left (missing = has not). One departure counts once,
/// by its last row in time. `best` is the code of the best tier. Throws `schema_error` for lengths that differ or days in
/// the wrong order. O(n log n).
[[nodiscard]] foreseen_departures tally_foreseen(column<std::int32_t> as_of, column<std::uint32_t> account,
                                                 std::span<const tier_code> tier, column<std::int32_t> left_on,
                                                 tier_code best, const gate_options& options = {});

/// The first day on which each departing account stood in the worst tier, and how long before it left that was.
[[nodiscard]] lead_times tally_first_red(column<std::int32_t> as_of, column<std::uint32_t> account,
                                         std::span<const tier_code> tier, column<std::int32_t> left_on);

/// The same for the rows of a panel; the best of `tiers` tiers is the last.
[[nodiscard]] foreseen_departures tally_foreseen(const tier_panel& rows, std::size_t tiers,
                                                 const gate_options& options = {});
[[nodiscard]] lead_times tally_first_red(const tier_panel& rows);

/// In the order of `gate`. `outcomes` and `tiers` as for `churn_by_tier`.
///
/// The limits of the lift are Wilson's limits of the worst tier's rate over the rate of all, which is taken as known. The
/// other two are shares with Wilson intervals. Source: the gates are customer-success practice, the numbers are options.
/// What it does not tell you: whether the accounts that were foreseen could have been kept.
[[nodiscard]] std::array<gate_result, gates> judge(const tier_outcomes& outcomes, std::size_t tiers,
                                                   const foreseen_departures& foreseen, const gate_options& options = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
