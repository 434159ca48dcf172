// Movements in several currencies and the accounts behind them, against a day by day count.
#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <doctest/doctest.h>

#include <random>
#include <utility>
#include <vector>

#include "revenue/cell_of.hpp"
#include "revenue/ledger/random_currencies.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/explain/shown_contribution.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

/// What one account did in the days [from, to), day by day, movements at the rates of the opening.
period_movements slow_movements(const world& w, std::uint32_t who, day from, day to,
                                const std::vector<exchange_rate>& opening, const std::vector<exchange_rate>& closing) {
  period_movements m;
  m.opening = w.worth(who, from.since_epoch - 1, opening);
  m.closing = w.worth(who, to.since_epoch - 1, closing);
  m.accounts_opening = m.opening > 0 ? 1 : 0;
  m.accounts_closing = m.closing > 0 ? 1 : 0;
  bool ever = false;
  for (int d = on("2019-12-01"); d < from.since_epoch; ++d) ever = ever || w.worth(who, d, opening) > 0;
  for (int d = from.since_epoch; d < to.since_epoch; ++d) {
    const int128 before = w.worth(who, d - 1, opening), now = w.worth(who, d, opening);
    if (before == 0 && now > 0) {
      (ever ? m.reactivation : m.new_business) += now;
      ++(ever ? m.accounts_reactivated : m.accounts_new);
    }
    if (before > 0 && now == 0) m.churn += before, ++m.accounts_churned;
    if (before > 0 && now > before) m.expansion += now - before;
    if (now > 0 && now < before) m.contraction += before - now;
    ever = ever || now > 0;
  }
  m.fx = m.closing - w.worth(who, to.since_epoch - 1, opening);
  return m;
}

struct two_valuations {
  std::vector<exchange_rate> opening, closing;
};
two_valuations valued(const world& w, day_window asked, day before, fx_rule fx) {
  if (fx == fx_rule::period_mean) return {w.mean_rates(before, asked.from), w.mean_rates(asked.from, asked.to)};
  return {w.rates_on(eve(asked.from)), w.rates_on(eve(asked.to))};
}

}  // namespace

TEST_CASE("several currencies: the accounts behind every cell of movements are those of a day by day count") {
  std::mt19937_64 random(402);
  for (int round = 0; round < 16; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const fx_rule fx = round % 2 == 0 ? fx_rule::period_open_rate : fx_rule::period_mean;
    const keyed_ledger book = w.book(fx);
    const std::vector<std::pair<day_window, day>> asked{{{at("2020-04-01"), at("2020-07-01")}, at("2020-01-01")},
                                                        {{at("2020-03-01"), at("2020-04-01")}, at("2020-02-01")},
                                                        {{at("2020-05-10"), at("2020-06-20")}, at("2020-03-30")}};
    for (const auto& [window, before] : asked) {
      const auto [opening, closing] = valued(w, window, before, fx);
      period_movements whole;
      for (std::uint32_t who = 0; who < accounts; ++who) {
        whole += slow_movements(w, who, window.from, window.to, opening, closing);
      }
      const valued_period counted = tally_period(book, window.from, window.to);
      REQUIRE(period_movements::of(counted.movements, counted.fx()) == whole);
      for (const revenue_cell cell : movement_cells) {
        const contribution found = contributors(book, cell, window.from, window.to, {}, 3);
        REQUIRE(found.amount == cell_of(cell, whole));
        REQUIRE(found.fx == whole.fx);
        int128 sum = found.others_amount;
        for (const contributor& one : found.top) {
          sum += one.amount;
          REQUIRE(one.amount == cell_of(cell, slow_movements(w, one.who.index, window.from, window.to, opening, closing)));
        }
        REQUIRE(sum == found.amount);
        const shown_contribution shown_as_rows = shown(found, cell);
        std::int64_t minor = 0;
        for (const std::int64_t one : shown_as_rows.amounts) minor += one;
        REQUIRE(minor == shown_as_rows.amount);
      }
      const contribution average = contributors(book, revenue_cell::arpa, window.from, window.to, {}, 3);
      REQUIRE(average.amount == whole.closing);
      REQUIRE(average.base == whole.accounts_closing);
      const contribution ratio = contributors(book, revenue_cell::quick_ratio, window.from, window.to, {}, 3);
      REQUIRE(ratio.amount == whole.new_business + whole.expansion + whole.reactivation);
      REQUIRE(ratio.base == whole.contraction + whole.churn);
    }
  }
}
