// Movements by lane: on random rows the lanes add up to the movements without lanes, and the state keeps the laws.
#include "sojourn/revenue/lane_movements.hpp"

#include <doctest/doctest.h>

#include <random>

#include "laws.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

const period_grid months_of_2020 = period_grid::between(in("2020-01"), in("2020-12"));

mrr_rows random_rows(std::mt19937_64& random, std::uint32_t accounts) {
  mrr_rows rows;
  rows.accounts = accounts;
  rows.lanes = 3;
  for (std::uint32_t i = 0; i < 8 * accounts; ++i) {
    const std::int32_t start = on("2019-10-01") + static_cast<int>(random() % 500);
    const bool kept = random() % 2 == 0;  // a customer, should it have no MRR
    const row_marks marks{static_cast<std::uint16_t>(random() % 3),
                          kept ? account_presence::free : account_presence::absent};
    rows.add(static_cast<std::uint32_t>(random() % accounts), start, start + static_cast<int>(random() % 90),
             random() % 4 != 0, static_cast<std::int64_t>(random() % 4) * 166'320 + static_cast<std::int64_t>(random() % 2),
             i, marks);
  }
  rows.marks.resize(rows.account.size());
  return rows;
}

mrr_rows in_one_lane(mrr_rows rows) {
  for (row_marks& mark : rows.marks) mark.lane = 0;
  rows.lanes = 1;
  return rows;
}

}  // namespace

TEST_CASE("the lanes of a period add up to its movements, transfers to nothing, and every lane closes") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 300; ++round) {
    const mrr_rows rows = random_rows(random, 5);
    revenue_policy policy;
    if (round % 2 == 1) policy.movements = movement_mode::net_endpoints;
    if (round % 3 == 1) policy.reactivation_max_gap = 20;
    if (round % 5 == 1) policy.new_and_churned = same_period_new_churn::drop;
    const revenue_state whole = tally_revenue(in_one_lane(rows).book(at("2020-11-20")), months_of_2020, policy);
    const auto state = tally_lanes(rows.book(at("2020-11-20")), lane_amounts::one_currency, months_of_2020, policy);
    std::map<std::uint16_t, detail::int128> closings;
    for (std::size_t p = 0; p < whole.periods.size(); ++p) {
      lane_sums sum;
      for (const lane_sums& one : state.periods[p]) {
        detail::add_fields(sum, one, "sum");
        if (p > 0) REQUIRE(one.opening == closings[one.lane]);
        closings[one.lane] = one.closing();
      }
      const revenue_period& all = whole.periods[p];
      REQUIRE(sum.transfer_in == sum.transfer_out);
      sum.transfer_in = sum.transfer_out = 0;
      REQUIRE(sum == lane_sums{0, all.opening(), all.new_business, all.reactivation, all.expansion, all.contraction,
                               all.churn, 0, 0});
    }
    for (const lane_row& row : movements_by_lane(state)) {
      REQUIRE(row.opening + row.new_business + row.reactivation + row.expansion - row.contraction - row.churn +
                  row.transfer_in - row.transfer_out ==
              row.closing);
    }
  }
}

TEST_CASE("a switch of plan is a transfer; only the rest is expansion") {
  mrr_rows rows;
  rows.accounts = 1, rows.lanes = 2;
  const auto minor = [](std::int64_t amount) { return amount * mrr::ticks_per_minor; };
  rows.add(0, on("2020-01-01"), on("2020-03-10"), true, minor(100), 0, {0});
  rows.add(0, on("2020-03-10"), 0, false, minor(130), 1, {1});
  const auto state = tally_lanes(rows.book(at("2020-06-01")), lane_amounts::one_currency, months_of_2020);
  REQUIRE(state.periods[2].size() == 2);
  CHECK(state.periods[2][0].transfer_out == minor(100));
  CHECK(state.periods[2][0].churn == 0);
  CHECK(state.periods[2][1].transfer_in == minor(100));
  CHECK(state.periods[2][1].expansion == minor(30));
  CHECK(state.periods[2][1].new_business == 0);
}

TEST_CASE("movements by lane: a period that as_of has not reached has no row, one that it cuts is named") {
  mrr_rows rows;
  rows.accounts = 1;
  rows.add(0, on("2020-01-01"), 0, false, mrr::ticks_per_minor, 0, {0});
  const auto state = tally_lanes(rows.book(at("2020-05-20")), lane_amounts::one_currency, months_of_2020);
  const std::vector<lane_row> shown = movements_by_lane(state);
  REQUIRE(shown.size() == 5);
  CHECK(shown.back().period == "2020-05");
  CHECK(period_cut(months_of_2020, at("2020-05-20")) == "2020-05");
  CHECK(period_cut(months_of_2020, at("2020-05-01")).empty());
  CHECK(period_cut(months_of_2020, at("2019-05-20")).empty());
}

TEST_CASE("currencies move apart: a change of currency of a customer is less of one and more of the other") {
  mrr_rows rows;
  rows.accounts = 1, rows.lanes = 2;
  rows.add(0, on("2020-01-01"), on("2020-03-10"), true, 100, 0, {0});
  rows.add(0, on("2020-03-10"), on("2020-05-05"), true, 130, 1, {1});
  const auto state = tally_lanes(rows.book(at("2020-06-01")), lane_amounts::apart, months_of_2020);
  CHECK(state.periods[0][0].new_business == 100);
  CHECK(state.periods[2][0].contraction == 100);
  CHECK(state.periods[2][1].expansion == 130);
  CHECK(state.periods[4][0].churn == 130);
}

TEST_CASE("movements by lane: laws, and the same for any executor") {
  check_laws<lane_movements_state>([](std::mt19937_64& random) {
    return tally_lanes(random_rows(random, 3).book(at("2020-11-20")), lane_amounts::one_currency, months_of_2020);
  });
  std::mt19937_64 random(3);
  const ledger book = random_rows(random, 500).book(at("2020-11-20"));
  const auto one = tally_lanes(book, lane_amounts::one_currency, months_of_2020);
  CHECK(tally_lanes(book, lane_amounts::one_currency, months_of_2020, {}, thread_executor(3)) == one);
}
