// Movements straight from rows: always those of the ledger of the rows.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "sojourn/revenue/revenue_state.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid months_of_2020 = period_grid::between(in("2020-01"), in("2020-12"));

}  // namespace

TEST_CASE("movements from rows: the state and the counts of the ledger, for every grid, policy and order") {
  std::mt19937_64 random(81);
  for (int round = 0; round < 2000; ++round) {
    const table t = random_table(random, 1 + static_cast<std::uint32_t>(random() % 5), random() % 40 + 1);
    const day as_of{on("2020-03-15") + static_cast<int>(random() % 400)};
    const period_length each[] = {period_length::month, period_length::quarter, period_length::year};
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"), each[round % 3]);
    revenue_policy policy;
    if (round % 4 == 1) policy.movements = movement_mode::net_endpoints;
    if (round % 5 == 1) policy.reactivation_max_gap = 20;
    if (round % 7 == 1) policy.new_and_churned = same_period_new_churn::drop;
    ledger_options options{as_of, t.accounts};
    if (round % 6 == 0) options.as_of = as_of_day::after_latest_date();
    const ledger book(t.view(), options);
    ledger_counts counts;
    REQUIRE(tally_revenue(t.view(), grid, options, policy, serial_executor{}, &counts) == tally_revenue(book, grid, policy));
    REQUIRE(counts == book.counts());
  }
}

TEST_CASE("movements from rows: many accounts, any executor, sorted or not, small and large amounts") {
  std::mt19937_64 random(82);
  for (const std::int64_t factor : {std::int64_t{1}, std::int64_t{5'000}, std::int64_t{30'000'000}}) {
    table t = random_table(random, 30'000, 140'000);
    for (std::int64_t& amount : t.amount) amount *= factor;
    for (int sorted = 0; sorted < 2; ++sorted) {
      if (sorted == 1) std::sort(t.account.begin(), t.account.end());
      const ledger_options options{at("2021-02-01"), 30'000};
      const revenue_state expected = tally_revenue(ledger(t.view(), options), months_of_2020);
      for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
        CHECK(tally_revenue(t.view(), months_of_2020, options, {}, thread_executor(threads)) == expected);
      }
    }
  }
}

TEST_CASE("movements from rows: an account that passes the limit is named as the ledger names it") {
  table t;
  for (int i = 0; i < 3; ++i) t.add(1, "2020-03-01", "", 4'000'000'000);
  t.add(0, "2020-01-01", "", 1);
  subscriptions rows = t.view();
  rows.ticks_per_unit = INT64_MAX / 8'000'000'000;
  const auto message = [&](const auto& act) -> std::string {
    try {
      act();
    } catch (const overflow_error& e) {
      return e.what();
    }
    return "";
  };
  const std::string said = message([&] { (void)tally_revenue(rows, months_of_2020); });
  CHECK(said.find("account 1") != std::string::npos);
  CHECK(said == message([&] { (void)ledger(rows); }));
}

TEST_CASE("movements from rows: bad rows and empty tables") {
  table t;
  t.add(0, "2020-01-01", "", 100).add(1, "2020-05-01", "2020-04-01", 100);
  CHECK_THROWS_WITH_AS((void)tally_revenue(t.view(), months_of_2020), doctest::Contains("row 1"), data_error);
  CHECK_THROWS_AS((void)tally_revenue(table{}.view(), period_grid{}), schema_error);
  CHECK(tally_revenue(table{}.view(), months_of_2020) == tally_revenue(table{}.book(), months_of_2020));
}
