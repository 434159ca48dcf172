// Random rows in several currencies, and a slow reference of them: what each account has in each currency on each day, in a
// map, converted at the rates of the one day that a rule names, and asked as a ledger in one currency.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "oracle/slow_converted.hpp"
#include "revenue/book/ledger_in_currencies.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/rates.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

using detail::int128;

inline constexpr std::uint32_t accounts = 7;
inline const day known = at("2021-01-01");
inline const std::vector<std::string> codes{"USD", "EUR", "GBP", "CHF"};

inline day eve(day when) {
  return day{when.since_epoch - 1};
}

/// Random rows in `currencies` currencies, dollars among them, with monthly rates in dollars.
struct world {
  table rows;
  std::vector<std::uint32_t> currency;
  std::shared_ptr<account_index> keys = std::make_shared<account_index>();
  named_rate_table rates;
  std::vector<oracle::slow_ledger> native;  // by currency

  world(std::mt19937_64& random, std::uint32_t currencies, std::int64_t fixed_rate = 0)
      : rows(random_table(random, accounts, 4 + random() % 24)) {
    for (std::uint32_t who = 0; who < accounts; ++who) (void)keys->intern("a" + std::to_string(who));
    for (std::size_t row = 0; row < rows.account.size(); ++row)
      currency.push_back(static_cast<std::uint32_t>(random() % currencies));
    std::vector<std::uint32_t> place;
    std::vector<std::int32_t> since;
    std::vector<exchange_rate> rate;
    std::vector<std::string> others(codes.begin() + 1, codes.begin() + currencies);
    for (month m = in("2018-06"); m < in("2021-04"); m = m + months{1}) {
      for (std::uint32_t c = 1; c < currencies; ++c) {
        place.push_back(c - 1), since.push_back(m.first_day().since_epoch);
        rate.push_back({fixed_rate != 0 ? fixed_rate : 7'000 + static_cast<std::int64_t>(random() % 6'000), 10'000});
      }
    }
    rates = rates_by_name({{column<std::uint32_t>(place), others}, column<std::int32_t>(since), rate}, "USD", others);
    const auto all = rows.slow_rows();
    for (std::uint32_t c = 0; c < currencies; ++c) {
      std::vector<oracle::slow_row> mine;
      for (std::size_t row = 0; row < all.size(); ++row) {
        if (currency[row] == c) mine.push_back(all[row]);
      }
      native.emplace_back(mine, on("2019-12-01"), on("2021-01-01"), known.since_epoch);
    }
  }

  [[nodiscard]] currency_subscriptions view() const { return {rows.view(), column<std::uint32_t>(currency, "currency")}; }
  [[nodiscard]] sojourn::book all_facts() const { return book_in_currencies(view(), keys, rates); }
  [[nodiscard]] reading reading_under(fx_rule fx, std::int32_t lapse_grace = 0) const {
    return read(all_facts(), view_in_currencies(rates, fx, known, lapse_grace));
  }
  [[nodiscard]] keyed_ledger book(fx_rule fx = fx_rule::period_open_rate) const { return reading_under(fx).ledger; }
  [[nodiscard]] int128 worth(std::uint32_t who, int when, const std::vector<exchange_rate>& at_rates) const {
    int128 sum = 0;
    for (std::uint32_t c = 0; c < native.size(); ++c) {
      if (native[c].accounts().count(who) == 0) continue;
      const int128 amount = int128{native[c].on(who, when)} * mrr::ticks_per_minor;
      if (amount != 0) sum += oracle::slow_converted(amount, at_rates[c]);
    }
    return sum;
  }
  [[nodiscard]] std::vector<exchange_rate> rates_on(day when) const {
    std::vector<exchange_rate> all;
    for (std::uint32_t c = 0; c < native.size(); ++c) all.push_back(rates.rates.on(c, when));
    return all;
  }
  [[nodiscard]] std::vector<exchange_rate> mean_rates(day from, day to) const {
    std::vector<exchange_rate> all;
    for (std::uint32_t c = 0; c < native.size(); ++c) all.push_back(rates.rates.mean(c, from, to));
    return all;
  }
  /// The day map at one day's rates, as rows of one currency.
  [[nodiscard]] ledger at_day(day when) const {
    const auto all = rates_on(when);
    mrr_rows out;
    out.accounts = accounts;
    for (std::uint32_t who = 0; who < accounts; ++who) {
      for (int d = on("2019-12-01"); d < known.since_epoch;) {
        const int128 level = worth(who, d, all);
        int end = d + 1;
        while (end < known.since_epoch && worth(who, end, all) == level) ++end;
        if (level != 0) {
          out.add(who, d, end < known.since_epoch ? end : 0, end < known.since_epoch, static_cast<std::int64_t>(level), 0);
        }
        d = end;
      }
    }
    return out.book(known);
  }
};

inline bool same(const estimate& a, const estimate& b) {
  const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return equal(a.value, b.value) && equal(a.low, b.low) && equal(a.high, b.high) && a.n == b.n && a.reason == b.reason;
}
inline bool same(const contribution& a, const contribution& b) {
  return a.amount == b.amount && a.base == b.base && a.accounts == b.accounts && a.top == b.top &&
         a.others_amount == b.others_amount && a.others_base == b.others_base;
}
inline bool same(const comparison& a, const comparison& b) {
  return same(a.first, b.first) && same(a.second, b.second) && same(a.difference, b.difference) &&
         (a.p_value == b.p_value || (std::isnan(a.p_value) && std::isnan(b.p_value))) &&
         (a.correlation == b.correlation || (std::isnan(a.correlation) && std::isnan(b.correlation)));
}

/// Windows of a year, a quarter, a month and some days.
inline const std::vector<day_window> windows{{at("2020-01-01"), at("2021-01-01")},
                                             {at("2020-04-01"), at("2020-07-01")},
                                             {at("2020-03-01"), at("2020-04-01")},
                                             {at("2020-05-10"), at("2020-09-03")}};
inline const std::vector<revenue_rate> compared{revenue_rate::logo_churn,
                                                revenue_rate::logo_retention,
                                                revenue_rate::gross_mrr_churn,
                                                revenue_rate::net_mrr_churn,
                                                revenue_rate::nrr,
                                                revenue_rate::grr};
inline const std::vector<revenue_cell> window_cells{revenue_cell::nrr,
                                                    revenue_cell::grr,
                                                    revenue_cell::logo_retention,
                                                    revenue_cell::logo_churn,
                                                    revenue_cell::gross_mrr_churn,
                                                    revenue_cell::net_mrr_churn};
inline const std::vector<revenue_cell> movement_cells{revenue_cell::opening,
                                                      revenue_cell::new_business,
                                                      revenue_cell::reactivation,
                                                      revenue_cell::expansion,
                                                      revenue_cell::contraction,
                                                      revenue_cell::churn,
                                                      revenue_cell::fx,
                                                      revenue_cell::closing,
                                                      revenue_cell::accounts_opening,
                                                      revenue_cell::accounts_new,
                                                      revenue_cell::accounts_reactivated,
                                                      revenue_cell::accounts_churned,
                                                      revenue_cell::accounts_closing};

}  // namespace sojourn::test
