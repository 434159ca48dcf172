#include "sojourn/revenue/sources/ledger_in_currencies.hpp"

#include <algorithm>
#include <utility>

#include "sojourn/revenue/sources/keyed_sources.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_known(const keyed_currency_ledger& l, const currency_subscriptions& rows) {
  detail::require_known_accounts(rows.periods.account, *l.keys, l.book.accounts(),
                                 "only rows that were in the ledger can be retracted or split");
}

}  // namespace

std::variant<keyed_ledger, keyed_currency_ledger> ledger_in_currencies(const currency_subscriptions& rows,
                                                                       std::shared_ptr<account_index> keys,
                                                                       named_rate_table rates, fx_rule fx,
                                                                       const column<std::int32_t>& bought_on,
                                                                       std::optional<day> as_of, std::int32_t lapse_grace) {
  using either = std::variant<keyed_ledger, keyed_currency_ledger>;
  return with_keys(*keys, [&]() -> either {
    if (fx == fx_rule::service_start || fx == fx_rule::purchase) {
      mrr_rows valued = rows_at_rates(rows, rates.rates, fx == fx_rule::purchase ? bought_on : column<std::int32_t>{});
      if (lapse_grace == 0) return keyed_ledger{valued.book(as_of), keys};
      bridge_lapses(valued, lapse_grace, as_of);
      return ledger_from_rows(std::move(valued), keys, as_of);
    }
    const std::size_t currencies = rates.codes.size();
    return keyed_currency_ledger{
        ledger_of(rows, currencies, revenue_policy{.lapse_grace = lapse_grace}, {as_of, keys->size()}), keys,
        std::move(rates), fx == fx_rule::period_mean ? period_rates::mean : period_rates::closing_day};
  });
}

void apply(keyed_currency_ledger& book, const currency_subscriptions& rows) {
  with_keys(*book.keys, [&] { book.book.apply(rows, book.keys->size()); });
}

void retract(keyed_currency_ledger& book, const currency_subscriptions& rows) {
  require_known(book, rows);
  with_keys(*book.keys, [&] { book.book.retract(rows); });
}

void merge(keyed_currency_ledger& book, account from, account into, day since) {
  with_keys(*book.keys, [&] { book.book.merge(from, into, since); });
}

void split(keyed_currency_ledger& book, const currency_subscriptions& rows, account into, day since) {
  require_known(book, rows);
  with_keys(*book.keys, [&] { book.book.split(rows, into, since, book.keys->size()); });
}

keyed_currency_ledger only(const keyed_currency_ledger& book, std::span<const account> some) {
  keyed_currency_ledger few{with_keys(*book.keys, [&] { return book.book.only(some); }), std::make_shared<account_index>(),
                            book.rates, book.valuation};
  for (const account who : some) intern(*few.keys, key_of(*book.keys, who));
  return few;
}

keyed_currency_ledger share(const keyed_currency_ledger& book, std::size_t index, std::size_t count) {
  if (index >= count) {
    throw schema_error("part " + std::to_string(index) + " of " + std::to_string(count) +
                       ": a part is a number from 0 below their count");
  }
  const std::size_t all = book.book.accounts();
  return {book.book.part(all * index / count, all * (index + 1) / count), book.keys, book.rates, book.valuation};
}

std::optional<day> first_day(const keyed_currency_ledger& book) {
  std::optional<day> earliest;
  for (std::uint32_t c = 0; c < book.book.currencies(); ++c) {
    const auto first = first_day(book.book.native(c));
    if (first && (!earliest || *first < *earliest)) earliest = first;
  }
  return earliest;
}

std::vector<std::string> currencies_used(const keyed_currency_ledger& book) {
  std::vector<std::string> used;
  for (const auto& [code, which] : book.rates.codes) {
    if (book.book.native(which).counts().rows > 0) used.push_back(code);
  }
  return used;
}

std::vector<named_count> counts_by_name(const keyed_currency_ledger& book) {
  const ledger_counts c = book.book.counts();
  std::vector<named_count> counts{{"rows", c.rows},
                                  {"empty_periods", c.empty_periods},
                                  {"free_periods", c.free_periods},
                                  {"future_starts", c.future_starts},
                                  {"future_ends", c.future_ends}};
  if (book.book.bridges() != 0) counts.push_back({"bridges", book.book.bridges()});
  return counts;
}

namespace detail {

currency_revenue_state tally_keyed_currencies(const keyed_currency_ledger& book, const period_grid& grid,
                                              const revenue_policy& policy,
                                              const std::optional<std::span<const account>>& some,
                                              const any_executor& host) {
  return with_keys(*book.keys, [&] {
    return tally_currencies(book.book, book.rates.rates, grid, policy, valuation_of(policy, book.valuation), some, host);
  });
}

}  // namespace detail

estimate rate_of(const currency_revenue_state& state, std::size_t period, period_rate rate, const rate_options& options) {
  if (rate == period_rate::arpa) return rate_of(at_closing_rates(state, period), rate, options);
  return rate_of(state.revenue.periods.at(period), rate, options);
}

}  // namespace sojourn::inline v0_1
