// Movements by cause: on random rows they add up to the movements tick for tick, and the state keeps the laws.
#include "sojourn/revenue/cause_movements.hpp"

#include <doctest/doctest.h>

#include <random>

#include "laws.hpp"
#include "revenue/random_causes.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid months_of_2020 = period_grid::between(in("2020-01"), in("2020-12"));

/// Random rows in three currencies, and rates that change every month.
keyed_ledger in_currencies(std::mt19937_64& random, std::uint32_t accounts) {
  mrr_rows rows = random_rows(random, accounts);
  rows.lanes = 3;
  for (row_marks& mark : rows.marks) mark.lane = static_cast<std::uint16_t>(random() % 3);
  std::vector<std::uint32_t> currency;
  std::vector<std::int32_t> since;
  std::vector<std::int64_t> numerator, denominator;
  for (std::uint32_t c = 1; c < 3; ++c) {
    for (month m = in("2019-09"); m <= in("2021-01"); m = m + months{1}) {
      currency.push_back(c), since.push_back(m.first_day().since_epoch);
      numerator.push_back(50 + static_cast<std::int64_t>(random() % 100));
      denominator.push_back(70);
    }
  }
  keyed_ledger made;
  made.keys = std::make_shared<account_index>();
  for (std::int64_t who = 0; who < static_cast<std::int64_t>(accounts); ++who) made.keys->intern(who);
  made.book = rows.book(at("2020-11-20"));
  const std::vector<currency_unit> units{{"USD", 2}, {"EUR", 2}, {"GBP", 2}};
  named_rate_table rates{rate_table({currency, since, numerator, denominator}, units, {}),
                         {{"EUR", 1}, {"GBP", 2}, {"USD", 0}}};
  made.in = std::make_shared<const valuation>(valuation{std::move(rates)});
  return made;
}

}  // namespace

TEST_CASE("movements by cause add up to the movements, in ticks, in accounts and as shown") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const ledger book = random_rows(random, 6).book(at("2020-11-20"));
    const revenue_policy policy = random_policy(random);
    const revenue_state whole = tally_revenue(book, months_of_2020, policy);
    const cause_movements_state by_cause = tally_causes(book, months_of_2020, policy);
    REQUIRE(by_cause.periods.size() == whole.periods.size());
    for (std::size_t p = 0; p < whole.periods.size(); ++p) {
      cause_sums sum;
      for (const cause_sums& one : by_cause.periods[p]) detail::add_fields(sum, one, "sum");
      const revenue_period& all = whole.periods[p];
      REQUIRE(sum == cause_sums{0, all.new_business, all.reactivation, all.expansion, all.contraction, all.churn,
                                all.accounts_new, all.accounts_reactivated, all.accounts_churned});
    }
    const auto shown = movements(whole);
    std::map<std::string, movement_row> sums;
    for (const cause_row& row : movements_by_cause(by_cause, shown)) {
      movement_row& sum = sums[row.period];
      sum.new_business += row.new_business, sum.reactivation += row.reactivation, sum.expansion += row.expansion;
      sum.contraction += row.contraction, sum.churn += row.churn, sum.accounts_churned += row.accounts_churned;
    }
    for (const movement_row& row : shown) {
      const movement_row& sum = sums[row.period];
      REQUIRE(sum.new_business == row.new_business);
      REQUIRE(sum.reactivation == row.reactivation);
      REQUIRE(sum.expansion == row.expansion);
      REQUIRE(sum.contraction == row.contraction);
      REQUIRE(sum.churn == row.churn);
      REQUIRE(sum.accounts_churned == row.accounts_churned);
    }
  }
}

TEST_CASE("several causes on one day share the change; what they take back comes off the largest first") {
  mrr_rows rows;
  rows.accounts = 1;
  const auto row = [&](const char* from, const char* to, std::int64_t minor, change_cause began, change_cause ended) {
    rows.add(0, on(from), to == nullptr ? 0 : on(to), to != nullptr, minor * mrr::ticks_per_minor,
             static_cast<std::uint32_t>(rows.account.size()), {0, account_presence::absent, began, ended});
  };
  using enum change_cause;
  row("2020-01-01", nullptr, 100, new_subscription, unknown);
  row("2020-01-01", "2020-03-10", 50, new_subscription, seats);  // -50 by seats
  row("2020-01-01", "2020-03-10", 30, new_subscription, price);  // -30 by price
  row("2020-03-10", nullptr, 20, product, unknown);              // +20: comes off the seats
  const cause_movements_state state = tally_causes(rows.book(at("2020-06-01")), months_of_2020);
  const auto minor = [](std::int64_t amount) { return detail::int128{amount} * mrr::ticks_per_minor; };
  REQUIRE(state.periods[2].size() == 2);
  CHECK(state.periods[2][0].cause == static_cast<std::uint8_t>(price));
  CHECK(state.periods[2][0].contraction == minor(30));
  CHECK(state.periods[2][1].cause == static_cast<std::uint8_t>(seats));
  CHECK(state.periods[2][1].contraction == minor(30));
}

TEST_CASE(
    "movements by cause in several currencies add up to those at the rates of each opening, in ticks; fx stands beside") {
  std::mt19937_64 random(31);
  std::size_t moved_by_rates = 0;
  for (int round = 0; round < 60; ++round) {
    keyed_ledger book = in_currencies(random, 6);
    const revenue_policy policy = random_policy(random);
    const cause_movements_state by_cause = tally_causes(book, months_of_2020, policy);
    const currency_revenue_state whole = tally_revenue(book, months_of_2020, policy);
    const auto shown = movements(whole);
    REQUIRE(by_cause.periods.size() == whole.revenue.periods.size());
    for (std::size_t p = 0; p < by_cause.periods.size(); ++p) {
      cause_sums sum;
      for (const cause_sums& one : by_cause.periods[p]) detail::add_fields(sum, one, "sum");
      const revenue_period& all = whole.revenue.periods[p];
      REQUIRE(sum == cause_sums{0, all.new_business, all.reactivation, all.expansion, all.contraction, all.churn,
                                all.accounts_new, all.accounts_reactivated, all.accounts_churned});
    }
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;  // expansion, fx
    for (const cause_row& row : movements_by_cause(by_cause, shown)) {
      sums[row.period].first += row.expansion, sums[row.period].second += row.fx;
      if (row.fx != 0) REQUIRE(row.cause == static_cast<std::uint8_t>(change_cause::fx));
    }
    for (const movement_row& row : shown) {
      REQUIRE(sums[row.period] == std::pair{row.expansion, row.fx});
      moved_by_rates += row.fx != 0 ? 1 : 0;
    }
  }
  CHECK(moved_by_rates > 100);
}

TEST_CASE("movements by cause: laws, and the same for any executor") {
  check_laws<cause_movements_state>(
      [](std::mt19937_64& random) { return tally_causes(random_rows(random, 3).book(at("2020-11-20")), months_of_2020); });
  std::mt19937_64 random(3);
  const ledger book = random_rows(random, 500).book(at("2020-11-20"));
  CHECK(tally_causes(book, months_of_2020, {}, thread_executor(3)) == tally_causes(book, months_of_2020));
}
