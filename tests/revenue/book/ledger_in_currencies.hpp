// Rows in several currencies read from a book, and a small ledger in dollars and euros.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

/// A book of rows whose currencies are numbered as those of `rates`.
inline book book_in_currencies(const currency_subscriptions& rows, std::shared_ptr<account_index> keys,
                               const named_rate_table& rates, const column<std::int32_t>& bought_on = {}) {
  book made(fact_source::periods, std::move(keys), std::make_shared<account_index>());
  facts given{.rows = rows.periods, .currency = {rows.currency, std::vector<std::string>(rates.codes.size())}};
  for (const auto& [code, number] : rates.codes) given.currency.words[number] = code;
  given.purchased_on = bought_on;
  apply(made, given);
  return made;
}

inline view view_in_currencies(const named_rate_table& rates, fx_rule fx, day as_of, std::int32_t lapse_grace = 0) {
  view under{.as_of = as_of, .currencies = currency_view{std::make_shared<const named_rate_table>(rates)}};
  under.policy.fx = fx, under.policy.lapse_grace = lapse_grace;
  return under;
}

/// Rates of the euro in dollars by month: 1.10 from December 2023 to February 2024, 1.20 from March to June.
struct dollars_and_euros {
  std::vector<std::uint32_t> place;
  std::vector<std::string> quoted{"EUR"};
  std::vector<std::int32_t> since;
  std::vector<exchange_rate> rate;

  dollars_and_euros() {
    for (const char* first : {"2023-12-01", "2024-01-01", "2024-02-01"}) add(first, {11, 10});
    for (const char* first : {"2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01"}) add(first, {12, 10});
  }
  void add(const std::string& first, exchange_rate value) {
    place.push_back(0), since.push_back(on(first)), rate.push_back(value);
  }
  [[nodiscard]] named_rate_table rates() const {
    return rates_by_name({{column<std::uint32_t>(place), quoted}, column<std::int32_t>(since), rate}, "USD", {});
  }
};

/// acme pays 100 dollars, globex 200 euros until May, and initech 300 euros from March on.
struct three_payers {
  table rows;
  std::vector<std::uint32_t> currency{0, 1, 1};
  std::shared_ptr<account_index> keys = std::make_shared<account_index>();

  three_payers() {
    for (const char* key : {"acme", "globex", "initech"}) (void)keys->intern(std::string_view(key));
    rows.add(0, "2024-01-01", "", 10'000).add(1, "2024-01-01", "2024-05-01", 20'000).add(2, "2024-03-01", "", 30'000);
  }
  [[nodiscard]] currency_subscriptions view() const { return {rows.view(), column<std::uint32_t>(currency, "currency")}; }
  [[nodiscard]] keyed_ledger book(fx_rule fx = fx_rule::period_open_rate) const {
    const named_rate_table rates = dollars_and_euros{}.rates();
    return read(book_in_currencies(view(), keys, rates), view_in_currencies(rates, fx, at("2024-07-01"))).ledger;
  }
};

}  // namespace sojourn::test
