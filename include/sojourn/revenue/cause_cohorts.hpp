// Cohorts by cause of leaving: of the customers who started together, how many had left for a cause by each age.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {

[[nodiscard]] cohort_state tally_leavers(const ledger& book, const period_grid& grid, change_cause why, cohort_rules rules,
                                         const any_executor& host);

}  // namespace detail

/// As `tally_cohorts`, but a cell counts the accounts of the cohort that are no customers at the end of the age and whose
/// last leaving before was for `why`, of several causes the one with the largest part. Over all causes, with the customers
/// of `tally_cohorts`, every known cell adds up to the size of its cohort. Who returns is in no cell until it leaves again;
/// under `cohort_presence::never_churned` the first leaving counts for good. Cells have no MRR. Errors and cost as
/// `tally_cohorts`.
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_leavers(const ledger& book, const period_grid& grid, change_cause why,
                                         cohort_rules rules = {}, E&& host = {}) {
  return detail::tally_leavers(book, grid, why, rules, any_executor(host));
}
/// In several currencies as `tally_cohorts`: rates move no one.
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_leavers(const keyed_ledger& book, const period_grid& grid, change_cause why,
                                         cohort_rules rules = {}, E&& host = {}) {
  if (grid.count <= 0) throw schema_error("tally_leavers: a grid needs at least one period");
  return ask_cohorts(book, grid.end(grid.count - 1), rules.age_in == cohort_index::tenure_days,
                     [&](const ledger& one) { return detail::tally_leavers(one, grid, why, rules, any_executor(host)); });
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
