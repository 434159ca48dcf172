#include "sojourn/revenue/named_rates.hpp"

#include <string>
#include <vector>

#include "sojourn/domain/element.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

metric_label label_of(ledger_rate rate) {
  switch (rate) {
    case ledger_rate::logo_churn:
      return logo_churn_label;
    case ledger_rate::gross_mrr_churn:
      return gross_mrr_churn_label;
    case ledger_rate::net_mrr_churn:
      return net_mrr_churn_label;
    case ledger_rate::nrr:
    case ledger_rate::nrr_until:
      return nrr_label;
    case ledger_rate::grr:
    case ledger_rate::grr_until:
      return grr_label;
    case ledger_rate::logo_retention:
      break;
  }
  return logo_retention_label;
}

}  // namespace

bool not_reached(day known_until, day window_end) {
  return month::of(day{window_end.since_epoch - 1}).first_day() >= known_until;
}

namespace detail {

estimate rate_of(const ledger& book, ledger_rate rate, day from, day to, const rate_options& options,
                 const any_executor& host) {
  if (not_reached(book.known_until(), to))
    return undefined_estimate(undefined_reason::no_observations, options.level).as(label_of(rate));
  switch (rate) {
    case ledger_rate::logo_churn:
      return logo_churn_of(book, from, to, options, host);
    case ledger_rate::gross_mrr_churn:
      return gross_mrr_churn_of(book, from, to, options, host);
    case ledger_rate::net_mrr_churn:
      return net_mrr_churn_of(book, from, to, options, host);
    case ledger_rate::nrr:
      return nrr(tally_retention(book, from, to, host), options);
    case ledger_rate::grr:
      return grr_of(book, from, to, options, host);
    case ledger_rate::logo_retention:
      return logo_retention(tally_retention(book, from, to, host), options);
    case ledger_rate::nrr_until:
      return nrr_until(book, to, options, host);
    case ledger_rate::grr_until:
      break;
  }
  return grr_until(book, to, options, host);
}

estimate rate_of(const ledger& book, const valuation* in, ledger_rate rate, day from, day to, const rate_options& options,
                 const any_executor& host) {
  if (in == nullptr) return rate_of(book, rate, from, to, options, host);
  if (not_reached(book.known_until(), to))
    return undefined_estimate(undefined_reason::no_observations, options.level).as(label_of(rate));
  const auto of_window = [&](ledger_rate one, day_window rates_of, day_window asked) {
    return ask_window(book, in, rates_of.from, rates_of.to,
                      [&](const ledger& l) { return rate_of(l, one, asked.from, asked.to, options, host); });
  };
  if (rate != ledger_rate::nrr_until && rate != ledger_rate::grr_until) {
    const bool churn =
        rate == ledger_rate::logo_churn || rate == ledger_rate::gross_mrr_churn || rate == ledger_rate::net_mrr_churn;
    return of_window(rate, churn ? churn_window(options.policy, from, to) : day_window{from, to}, {from, to});
  }
  const ledger_rate one = rate == ledger_rate::nrr_until ? ledger_rate::nrr : ledger_rate::grr;
  std::vector<estimate> all;
  for (const day_window window : retention_windows(options.policy, to)) all.push_back(of_window(one, window, window));
  return mean_estimate(all);
}

}  // namespace detail

estimate rate_of(const revenue_period& period, period_rate rate, const rate_options& options) {
  switch (rate) {
    case period_rate::logo_churn:
      return logo_churn(period, options);
    case period_rate::gross_mrr_churn:
      return gross_mrr_churn(period, options);
    case period_rate::net_mrr_churn:
      return net_mrr_churn(period, options);
    case period_rate::arpa:
      return arpa(period, options);
    case period_rate::average_sale_price:
      return average_sale_price(period);
    case period_rate::quick_ratio:
      break;
  }
  return quick_ratio(period, options);
}

estimate rate_of(const revenue_state& state, std::size_t period, period_rate rate, confidence_level level) {
  const rate_options options{state.policy, level};
  const estimate found = rate_of(detail::element(state.periods, period, "period"), rate, options);
  if (!not_reached(state.known_until, state.grid.end(static_cast<std::int32_t>(period)))) return found;
  return undefined_estimate(undefined_reason::no_observations, level).as({found.name, found.unit});
}

estimate rate_of(const retention_state& state, retention_rate rate, const rate_options& options) {
  switch (rate) {
    case retention_rate::nrr:
      return nrr(state, options);
    case retention_rate::grr:
      return grr(state, options);
    case retention_rate::logo_retention:
      break;
  }
  return logo_retention(state, options);
}

estimate share_of_due(const retention_state& due, due_share share, const rate_options& options) {
  if (share == due_share::logo_churn) return logo_churn_of_due(due, options);
  const bool left_only = share == due_share::mrr_churn;
  const metric_label& label = left_only ? due_mrr_churn_label : due_gross_mrr_churn_label;
  if (due.opening == 0) return undefined_estimate(undefined_reason::no_observations, options.level).as(label);
  return lost_share(due, left_only ? due.left : due.gross, options).as(label);
}

estimate rate_of_due(const retention_state& due, ledger_rate churn, day_window window, const rate_options& options) {
  const auto rate = [&] {
    switch (churn) {
      case ledger_rate::logo_churn:
        return logo_churn_of_due(due, options).as(logo_churn_label);
      case ledger_rate::gross_mrr_churn:
        return gross_mrr_churn_of_due(due, options).as(gross_mrr_churn_label);
      case ledger_rate::net_mrr_churn:
        return net_mrr_churn_of_due(due, options).as(net_mrr_churn_label);
      default:
        throw schema_error("what was available to renew has no " + std::string(word_of(churn)) +
                           "; ask for logo_churn, gross_mrr_churn or net_mrr_churn");
    }
  }();
  return annual_rate(rate, options.policy.annualise, windows_a_year(window));
}

}  // namespace sojourn::inline v0_1
