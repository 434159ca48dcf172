#include "sojourn/revenue/cause_churn.hpp"

#include <algorithm>
#include <string>

#include "revenue/cause_losses.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

estimate churn_for_cause(const ledger& book, ledger_rate rate, change_cause why, day from, day to,
                         const rate_options& options, const any_executor& host) {
  const revenue_policy& policy = options.policy;
  const bool logos = rate == ledger_rate::logo_churn;
  if (not_reached(book.known_until(), to)) {
    return undefined_estimate(undefined_reason::no_observations, options.level)
        .as(logos ? logo_churn_label : gross_mrr_churn_label);
  }
  const day_window window = churn_window(policy, from, to);
  const bool days = logos ? detail::needs_days(policy.logo_denominator) : detail::mrr_needs_days(policy.logo_denominator);
  const auto cuts = detail::cuts_of(window, days);
  std::vector<revenue_period> periods = tally_spans(book, cuts, policy, host);
  const auto losses = tally_losses(book, cuts, why, policy);
  for (std::size_t i = 0; i < periods.size(); ++i) periods[i] = detail::with_losses(periods[i], losses[i]);
  const estimate found = logos ? logo_churn(periods, options) : gross_mrr_churn(periods, options);
  return annual_rate(found, policy.annualise, windows_a_year(window));
}

}  // namespace

std::vector<cause_losses> tally_losses(const ledger& book, std::span<const day> cuts, change_cause why,
                                       const revenue_policy& policy) {
  if (cuts.size() < 2) throw schema_error("tally_losses: a span needs two days");
  detail::require_one_lane(book);
  const detail::period_finder finder(cuts);
  detail::loss_tally tally(finder, cuts.size() - 1, why, policy);
  for (std::uint32_t who = 0; who < book.accounts(); ++who) tally.add(book.steps(account{who}), book.shares(account{who}));
  return std::move(tally).losses();
}

namespace detail {

estimate churn_of_cause(const keyed_ledger& book, ledger_rate rate, change_cause why, day from, day to,
                        const rate_options& options, const any_executor& host) {
  if (rate != ledger_rate::logo_churn && rate != ledger_rate::gross_mrr_churn) {
    throw schema_error(
        "cause: " + std::string(word_of(rate)) +
        " also counts what was gained, or who stayed, and no cause of leaving explains that; ask logo_churn or "
        "gross mrr_churn");
  }
  if (options.policy.logo_denominator == logo_denominator::available_to_renew) {
    throw schema_error(
        "cause: under logo_denominator available_to_renew churn is read from terms, which do not say why one was not "
        "renewed; name another logo_denominator");
  }
  const day_window window = churn_window(options.policy, from, to);
  return ask_window(book, window.from, window.to,
                    [&](const ledger& one) { return churn_for_cause(one, rate, why, from, to, options, host); });
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
