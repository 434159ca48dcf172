// One row per account: how long it stayed, why it left, what it pays, and what it did in a period.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/period_movements.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// An account that ever was a customer.
struct account_summary {
  account who;
  day first = earliest_day;                     ///< its first day as a customer
  std::optional<day> left{};                    ///< the first day on which it was none any more; none: it still is
  std::int32_t tenure_days = 0;                 ///< from `first` to `left`, or to the last known day
  change_cause cause = change_cause::unknown;   ///< why it left, where rows say it
  mrr last;                                     ///< the last MRR that it paid
  std::optional<account> parent{};              ///< on the last known day
  std::optional<period_movements> in_period{};  ///< what it did in the period that was asked for
};

/// The customers of a reading, by account number. With `period`, the first period of that grid, also what each did in it:
/// over all accounts that is `tally_revenue` of the reading, tick for tick. In several currencies tenures are valued at the
/// rates of the last known day, as `tenure`, and the period at those of the day before it. A lapse and return in between do
/// not end a tenure.
///
/// Units: days, ticks. Complexity: O(steps). Throws `data_error` where a rate is missing. What it does not tell you: who
/// left for good; who lapsed yesterday may return.
[[nodiscard]] std::vector<account_summary> accounts_table(const book& of, const reading& how,
                                                          const std::optional<period_grid>& period = std::nullopt);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
