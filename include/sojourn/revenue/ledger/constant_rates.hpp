// A ledger in several currencies read in constant currency: everything at the rates of one day, as one ledger.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string_view>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/sources/ledger_in_currencies.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

// All of these throw `data_error` that names currency and month where a rate is missing that somebody's MRR needs.

/// The ledger in the reporting currency at the rates of `when`; only currencies in which somebody paid before `until` need
/// one.
[[nodiscard]] keyed_ledger at_rates(const keyed_currency_ledger& book, day when, day until = latest_day);

namespace detail {

[[nodiscard]] estimate rate_of(const keyed_currency_ledger& book, ledger_rate rate, day from, day to,
                               const rate_options& options, const any_executor& host);
[[nodiscard]] cohort_state tally_cohorts(const keyed_currency_ledger& book, const period_grid& grid, cohort_rules rules,
                                         const any_executor& host);

}  // namespace detail

/// A rate at the exchange rates of the day before its window, so that they move nothing. Of several windows (`nrr_until` and
/// `grr_until` under `trailing_mean_4q`) each uses its own.
template <executor E = serial_executor>
[[nodiscard]] estimate rate_of(const keyed_currency_ledger& book, ledger_rate rate, day from, day to,
                               const rate_options& options = {}, E&& host = {}) {
  return detail::rate_of(book, rate, from, to, options, any_executor(host));
}

/// Cohorts at the rates of the last day of the grid, or of what is known if that ends before. Tenures are seen beyond the
/// grid, so under `cohort_index::tenure_days` at those of the last known day.
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_cohorts(const keyed_currency_ledger& book, const period_grid& grid, cohort_rules rules = {},
                                         E&& host = {}) {
  return detail::tally_cohorts(book, grid, rules, any_executor(host));
}

/// One account at the rates of the day before `from`; only its own currencies need rates.
[[nodiscard]] account_explanation explain(const keyed_currency_ledger& book, account who, day from, day to,
                                          const revenue_policy& policy = {});

/// Tenures at the rates of the last known day.
[[nodiscard]] survival_input tenure(const keyed_currency_ledger& book);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
