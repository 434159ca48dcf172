// Rows in three currencies and their exchange rates, drawn at random, over the months of 2020.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

inline constexpr std::size_t currencies = 3;
inline const std::vector<currency_unit> units{{"USD", 2}, {"EUR", 2}, {"JPY", 0}};

struct money_table {
  table rows;
  std::vector<std::uint32_t> currency;
  [[nodiscard]] currency_subscriptions view() const { return {rows.view(), column<std::uint32_t>(currency, "currency")}; }
};

inline money_table random_money(std::mt19937_64& random, std::uint32_t accounts, std::size_t n) {
  money_table t{random_table(random, accounts, n), {}};
  for (std::size_t i = 0; i < n; ++i) t.currency.push_back(static_cast<std::uint32_t>(random() % currencies));
  return t;
}

// Daily or monthly rates from November 2019 to January 2021.
struct some_rates {
  std::vector<std::uint32_t> currency;
  std::vector<std::int32_t> since;
  std::vector<std::int64_t> numerator, denominator;
  explicit some_rates(std::mt19937_64& random, std::int64_t times = 1) {
    const bool monthly = random() % 2 == 0;
    for (std::uint32_t c = 1; c < currencies; ++c) {
      for (month m = in("2019-10"); m < in("2021-04"); m = m + months{1}) {
        for (int d = 0; d < (monthly ? 1 : 28); d += 1 + static_cast<int>(random() % 4)) {
          currency.push_back(c), since.push_back(m.first_day().since_epoch + d);
          numerator.push_back(static_cast<std::int64_t>(c == 1 ? 9000 + random() % 4000 : 50 + random() % 30) * times);
          denominator.push_back(10'000);
        }
      }
    }
  }
  [[nodiscard]] rate_table table() const {
    return {{column<std::uint32_t>(currency), column<std::int32_t>(since), column<std::int64_t>(numerator),
             column<std::int64_t>(denominator)},
            units,
            {}};
  }
};

inline const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
inline const day known = at("2021-01-01");

}  // namespace sojourn::test
