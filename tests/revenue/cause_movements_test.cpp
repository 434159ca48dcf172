// Movements by cause: on random rows they add up to the movements tick for tick, and the state keeps the laws.
#include "sojourn/revenue/cause_movements.hpp"

#include <doctest/doctest.h>

#include <random>

#include "laws.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid months_of_2020 = period_grid::between(in("2020-01"), in("2020-12"));

mrr_rows random_rows(std::mt19937_64& random, std::uint32_t accounts) {
  mrr_rows rows;
  rows.accounts = accounts;
  constexpr change_cause causes[] = {change_cause::unknown, change_cause::voluntary, change_cause::price,
                                     change_cause::seats, static_cast<change_cause>(70)};
  for (std::uint32_t i = 0; i < 8 * accounts; ++i) {
    const std::int32_t start = on("2019-10-01") + static_cast<int>(random() % 500);
    const bool ends = random() % 4 != 0;
    const bool kept = random() % 2 == 0;  // a customer, should it have no MRR
    const row_marks marks{0, kept ? account_presence::free : account_presence::absent, causes[random() % 5],
                          causes[random() % 5]};
    rows.add(static_cast<std::uint32_t>(random() % accounts), start, start + static_cast<int>(random() % 90), ends,
             static_cast<std::int64_t>(random() % 4) * 166'320 + static_cast<std::int64_t>(random() % 2), i, marks);
  }
  return rows;
}

revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy policy;
  if (random() % 2 == 0) policy.movements = movement_mode::net_endpoints;
  if (random() % 3 == 0) policy.reactivation_max_gap = 20;
  if (random() % 3 == 0) policy.new_and_churned = same_period_new_churn::drop;
  return policy;
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

TEST_CASE("movements by cause: laws, and the same for any executor") {
  check_laws<cause_movements_state>(
      [](std::mt19937_64& random) { return tally_causes(random_rows(random, 3).book(at("2020-11-20")), months_of_2020); });
  std::mt19937_64 random(3);
  const ledger book = random_rows(random, 500).book(at("2020-11-20"));
  CHECK(tally_causes(book, months_of_2020, {}, thread_executor(3)) == tally_causes(book, months_of_2020));
}
