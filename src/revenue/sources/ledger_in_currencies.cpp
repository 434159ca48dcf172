#include "sojourn/revenue/sources/ledger_in_currencies.hpp"

#include <algorithm>
#include <utility>

#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/sources/keyed_sources.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_known(const keyed_ledger& l, const currency_subscriptions& rows) {
  detail::require_known_accounts(rows.periods.account, *l.keys, l.book.accounts(),
                                 "only rows that were in the ledger can be retracted or split");
}

/// The ledger of rows that are those of the caller but for bridges.
keyed_ledger ledger_of_rows(mrr_rows rows, std::shared_ptr<account_index> keys, std::int32_t lapse_grace,
                            std::optional<day> as_of) {
  if (lapse_grace == 0) return {rows.book(as_of), std::move(keys)};
  bridge_lapses(rows, lapse_grace, as_of);
  return ledger_from_rows(std::move(rows), std::move(keys), as_of);
}

}  // namespace

keyed_ledger ledger_in_currencies(const currency_subscriptions& rows, std::shared_ptr<account_index> keys,
                                  named_rate_table rates, fx_rule fx, const column<std::int32_t>& bought_on,
                                  std::optional<day> as_of, std::int32_t lapse_grace) {
  return with_keys(*keys, [&] {
    if (fx == fx_rule::service_start || fx == fx_rule::purchase) {
      mrr_rows valued = rows_at_rates(rows, rates.rates, fx == fx_rule::purchase ? bought_on : column<std::int32_t>{});
      return ledger_of_rows(std::move(valued), keys, lapse_grace, as_of);
    }
    keyed_ledger made = ledger_of_rows(rows_in_currencies(rows, rates.codes.size(), keys->size()), keys, lapse_grace, as_of);
    const period_rates at = fx == fx_rule::period_mean ? period_rates::mean : period_rates::closing_day;
    made.in = std::make_shared<const valuation>(valuation{std::move(rates), at});
    return made;
  });
}

void apply(keyed_ledger& book, const currency_subscriptions& rows) {
  detail::require_shard(book, rows.periods.account);
  with_keys(*book.keys, [&] { apply(book.book, rows, book.keys->size()); });
}

void retract(keyed_ledger& book, const currency_subscriptions& rows) {
  require_known(book, rows);
  with_keys(*book.keys, [&] { retract(book.book, rows); });
}

void split(keyed_ledger& book, const currency_subscriptions& rows, account into, day since) {
  require_known(book, rows);
  with_keys(*book.keys, [&] { split(book.book, rows, into, since, book.keys->size()); });
}

retention_state due_in_currencies(const currency_subscriptions& rows, const named_rate_table& rates, fx_rule fx,
                                  const column<std::int32_t>& bought_on, day from, day to, const due_options& options) {
  if (fx == fx_rule::service_start || fx == fx_rule::purchase) {
    const mrr_rows once = rows_at_rates(rows, rates.rates, fx == fx_rule::purchase ? bought_on : column<std::int32_t>{});
    return tally_available_to_renew(once.view(), from, to, options);
  }
  return tally_available_to_renew(rows_in_currencies(rows, rates.rates.currencies(), options.accounts), rates.rates, from,
                                  to, options);
}

std::vector<mrr_series_row> series_in_currencies(const currency_subscriptions& rows, const named_rate_table& rates,
                                                 fx_rule fx, const column<std::int32_t>& bought_on, const period_grid& grid,
                                                 const ledger_options& options) {
  if (fx == fx_rule::service_start || fx == fx_rule::purchase) {
    const mrr_rows once = rows_at_rates(rows, rates.rates, fx == fx_rule::purchase ? bought_on : column<std::int32_t>{});
    return mrr_series(tally_mrr_series(once.view(), grid, options));
  }
  const period_rates at = fx == fx_rule::period_mean ? period_rates::mean : period_rates::closing_day;
  const ledger book = ledger_of(rows, rates.rates.currencies(), {}, options);
  const currency_revenue_state closings = tally_revenue(book, rates.rates, grid, {}, at);
  // The amounts of this state are in several currencies; only its subscriptions count.
  std::vector<mrr_series_row> series = mrr_series(tally_mrr_series(rows.periods, grid, options));
  for (std::size_t p = 0; p < series.size(); ++p) series[p].mrr = round_to_minor(closings.closing[p].ticks);
  return series;
}

std::vector<std::string> currencies_used(const keyed_ledger& book) {
  if (book.in == nullptr) return {};
  std::vector<bool> used(book.book.lanes(), false);
  for (std::uint32_t who = 0; who < book.book.accounts(); ++who) {
    for (const mrr_step& step : book.book.steps(account{who})) used[step.lane] = true;
  }
  std::vector<std::string> found;
  for (const auto& [code, which] : book.in->rates.codes) {
    if (used[which]) found.push_back(code);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
