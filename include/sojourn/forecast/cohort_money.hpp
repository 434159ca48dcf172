// The MRR of cohorts by age, as a triangle: a second opinion on a forecast.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/forecast/account_months.hpp"
#include "sojourn/lifetime/age_triangle.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Accounts by the month at whose end they first were customers; a cell is their MRR, in minor units, so many months later.
/// A month in which nobody started, or only accounts without MRR, is no cohort. The latest cells add up to the MRR of the
/// last month, apart from cohorts that are left out. Throws `schema_error` where no cohort has MRR. O(accounts x months).
[[nodiscard]] age_triangle cohort_money(const account_months& history);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
