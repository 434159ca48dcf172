// How much of MRR the largest accounts hold at the end of a period.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/stats/concentration.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Concentration of MRR over the customers on the last day before `end`, from exact ticks; `total` is in ticks. Customers
/// without MRR are left out and counted, unless `zeros` says otherwise. In several currencies at the rates of that day.
/// Where `as_of` cuts the period: on the last known day; where it has not reached it: undefined. With parents as customers
/// (a view by parent) their accounts count as one. O(accounts log accounts).
[[nodiscard]] concentration_result mrr_concentration(const keyed_ledger& book, day end,
                                                     const concentration_options& options = {}, const bulk_draws& bulk = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
