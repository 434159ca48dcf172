#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace sojourn::inline v0_1 {
namespace {

day eve_of(day when) {
  return day{when.since_epoch - 1};
}

}  // namespace

keyed_ledger at_rates(const keyed_currency_ledger& book, day when, day until) {
  return with_keys(*book.keys, [&] { return keyed_ledger{book.book.on(book.rates.rates, when, until), book.keys}; });
}

namespace detail {

estimate rate_of(const keyed_currency_ledger& book, ledger_rate rate, day from, day to, const rate_options& options,
                 const any_executor& host) {
  const auto of_window = [&](ledger_rate one, day_window window) {
    const keyed_ledger constant = at_rates(book, eve_of(window.from), window.to);
    return detail::rate_of(constant.book, one, window.from, window.to, options, host);
  };
  if (rate != ledger_rate::nrr_until && rate != ledger_rate::grr_until) return of_window(rate, {from, to});
  const ledger_rate one = rate == ledger_rate::nrr_until ? ledger_rate::nrr : ledger_rate::grr;
  std::vector<estimate> all;
  for (const day_window window : retention_windows(options.policy, to)) all.push_back(of_window(one, window));
  return mean_estimate(all);
}

cohort_state tally_cohorts(const keyed_currency_ledger& book, const period_grid& grid, cohort_rules rules,
                           const any_executor& host) {
  const day known = book.book.known_until();
  const day end = rules.age_in == cohort_index::tenure_days ? known : grid.end(grid.count - 1);
  return sojourn::tally_cohorts(at_rates(book, eve_of(std::min(end, known)), end).book, grid, rules, host);
}

}  // namespace detail

account_explanation explain(const keyed_currency_ledger& book, account who, day from, day to, const revenue_policy& policy) {
  const keyed_currency_ledger alone = only(book, std::span(&who, 1));
  return explain(at_rates(alone, eve_of(from), to), account{0}, from, to, policy);
}

survival_input tenure(const keyed_currency_ledger& book) {
  const day known = book.book.known_until();
  return tenure(at_rates(book, eve_of(known), known).book);
}

}  // namespace sojourn::inline v0_1
