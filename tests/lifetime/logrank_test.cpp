#include "sojourn/lifetime/logrank.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "exit_columns.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

constexpr std::uint32_t a = 0, b = 1;

logrank_test compared(const exit_columns& rows, std::size_t groups, const logrank_options& options = {}) {
  return logrank(rows.view(), rows.group, groups, {}, options);
}

void check_rel(double found, double wanted, double tolerance = 1e-12) {
  CAPTURE(found);
  CAPTURE(wanted);
  CHECK(std::abs(found - wanted) <= tolerance * std::abs(wanted));
}

exit_columns toy() {
  return {.time = {2, 3, 5, 1, 3, 4}, .cause = {1, 1, 0, 1, 0, 1}, .group = {a, a, a, b, b, b}};
}

exit_columns toy_with_ties() {
  return {.time = {1, 1, 2, 1, 2, 2, 3}, .cause = {1, 1, 0, 1, 1, 1, 0}, .group = {a, a, a, b, b, b, b}};
}

/// The definition for two groups, age by age, counting risk sets anew.
struct by_hand {
  double difference = 0, variance = 0;
};
by_hand two_groups(const exit_columns& rows, std::uint32_t group) {
  by_hand sums;
  std::vector<double> ages = rows.time;
  std::sort(ages.begin(), ages.end());
  ages.erase(std::unique(ages.begin(), ages.end()), ages.end());
  for (const double age : ages) {
    double n = 0, n1 = 0, d = 0, d1 = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows.at_risk(i, age)) continue;
      const bool left = rows.time[i] == age && rows.cause[i] != 0;
      n += 1;
      d += left ? 1 : 0;
      if (rows.group[i] != group) continue;
      n1 += 1;
      d1 += left ? 1 : 0;
    }
    if (d == 0) continue;
    sums.difference += d1 - d * n1 / n;
    if (n > 1) sums.variance += d * (n - d) / (n - 1) * n1 / n * (1 - n1 / n);
  }
  return sums;
}

}  // namespace

TEST_CASE("edge I07: logrank LR-07, an exact toy, 1/99") {
  const logrank_test test = compared(toy(), 2);
  CHECK(test.groups[a].observed == 2);
  CHECK(test.groups[b].observed == 2);
  check_rel(test.groups[a].expected, 2.1);
  check_rel(test.groups[b].expected, 1.9);
  check_rel(test.statistic, 1.0 / 99);
  CHECK(test.dof == 1);
  check_rel(test.p_value, 0.919944380817, 1e-11);
  CHECK(test.groups[a].accounts == 3);
  CHECK(test.groups[a].events == 2);
}

TEST_CASE("logrank LR-08: ties have the variance of the hypergeometric distribution") {
  const logrank_test test = compared(toy_with_ties(), 2);
  check_rel(test.groups[a].expected, 1.78571428571, 1e-11);
  check_rel(test.statistic, 9.0 / 145);  // (2 - 25/14)^2 / (145/196)
  CHECK(test.dof == 1);
}

TEST_CASE("logrank LR-09: an account that enters when another leaves was not at risk of it") {
  const exit_columns rows{
      .time = {2, 4, 3, 3, 4, 5}, .cause = {1, 1, 0, 1, 0, 1}, .entry = {0, 2, 0, 1, 0, 2}, .group = {a, a, a, b, b, b}};
  const logrank_test test = compared(rows, 2);
  check_rel(test.groups[a].expected, 1.23333333333, 1e-11);
  check_rel(test.groups[b].expected, 2.76666666667, 1e-11);
  check_rel(test.statistic, 0.82527301092, 1e-11);
}

TEST_CASE("logrank LR-10: rho of 1 weighs by the pooled curve before each age, 1/85") {
  const logrank_test test = compared(toy(), 2, {.rho = 1});
  CHECK(test.groups[a].observed == Approx(1.5));
  check_rel(test.groups[a].expected, 1.58333333333, 1e-11);
  check_rel(test.statistic, 1.0 / 85);
}

TEST_CASE("logrank LR-11: a trend has one degree of freedom") {
  const exit_columns rows{.time = {1, 2, 3}, .cause = {1, 1, 1}, .group = {0, 1, 2}};
  const logrank_test test = compared(rows, 3);
  check_rel(test.statistic, 2.6);
  CHECK(test.dof == 2);
  check_rel(test.trend_statistic, 27.0 / 11);
  check_rel(test.trend_p, 0.117185087198, 1e-11);
}

TEST_CASE("logrank LR-13: without an event there is no statistic, and a reason") {
  const exit_columns rows{.time = {1, 2, 3, 4}, .cause = {0, 0, 0, 0}, .group = {a, b, a, b}};
  const logrank_test test = compared(rows, 2);
  CHECK(std::isnan(test.statistic));
  CHECK(std::isnan(test.p_value));
  CHECK(std::isnan(test.trend_statistic));
  CHECK(test.reason == no_test::no_event);
}

TEST_CASE("logrank: why else there is no statistic") {
  CHECK(compared({.time = {1, 2}, .cause = {1, 1}, .group = {a, a}}, 2).reason == no_test::one_group);
  CHECK(compared({.time = {}, .cause = {}}, 2).reason == no_test::one_group);
  CHECK(compared({.time = {}, .cause = {}}, 0).reason == no_test::one_group);
  const exit_columns apart{.time = {1, 2, 5, 6}, .cause = {1, 1, 1, 1}, .entry = {0, 0, 3, 3}, .group = {a, a, b, b}};
  CHECK(compared(apart, 2).reason == no_test::never_together);
  CHECK(std::isnan(compared(apart, 2).statistic));
}

TEST_CASE("logrank LR-14: a single event") {
  const exit_columns rows{.time = {1, 2, 2, 2, 2}, .cause = {1, 0, 0, 0, 0}, .group = {a, a, b, b, b}};
  const logrank_test test = compared(rows, 2);
  check_rel(test.groups[a].expected, 0.4);
  check_rel(test.groups[b].expected, 0.6);
  check_rel(test.statistic, 1.5);
}

TEST_CASE("logrank LR-16: money has the robust variance, and its unit does not matter") {
  exit_columns rows{.time = {2, 3, 5, 1, 3, 4, 6, 7},
                    .cause = {1, 1, 0, 1, 0, 1, 1, 0},
                    .weight = {100, 250, 80, 40, 500, 60, 120, 300},
                    .group = {a, a, a, b, b, b, a, b}};
  const logrank_test test = compared(rows, 2);
  check_rel(test.statistic, 2.9145876228, 1e-9);
  check_rel(test.p_value, 0.0877818495055, 1e-9);
  for (const double unit : {1e-7, 1000.0, 1e12}) {
    exit_columns scaled = rows;
    for (double& w : scaled.weight) w *= unit;
    check_rel(compared(scaled, 2).statistic, test.statistic);
  }
}

TEST_CASE("logrank LR-17: counts repeat rows") {
  exit_columns rows{.time = {1, 2, 1, 2, 3}, .cause = {1, 0, 1, 1, 0}, .count = {2, 1, 1, 2, 1}, .group = {a, a, b, b, b}};
  check_rel(compared(rows, 2).statistic, 9.0 / 145);
}

TEST_CASE("logrank: two groups of three hundred random sets of rows, by the definition") {
  std::mt19937_64 random(11);
  int tested = 0;
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    exit_columns rows = random_exits(random, 1, round % 2 == 1, false);
    for (std::uint32_t& group : rows.group) group = group == 0 ? a : b;
    const logrank_test test = compared(rows, 2);
    const by_hand wanted = two_groups(rows, a);
    REQUIRE(test.groups[a].observed - test.groups[a].expected == Approx(wanted.difference).epsilon(1e-10));
    if (test.reason != no_test::tested) continue;
    ++tested;
    REQUIRE(test.statistic == Approx(wanted.difference * wanted.difference / wanted.variance).epsilon(1e-9));
  }
  CHECK(tested > 200);
}

TEST_CASE("logrank: the order of rows changes no bit, counts equal repeated rows, a row of no weight is absent") {
  std::mt19937_64 random(12);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    exit_columns rows = random_exits(random, 1, round % 2 == 1, round % 3 == 0);
    const logrank_test test = compared(rows, 3, {.rho = round % 5 == 0 ? 1.0 : 0.0});
    const logrank_test mixed = compared(rows.shuffled(random), 3, {.rho = round % 5 == 0 ? 1.0 : 0.0});
    REQUIRE((mixed.statistic == test.statistic || std::isnan(test.statistic)));
    REQUIRE(mixed.reason == test.reason);
    for (std::size_t row = 0; row < rows.size(); ++row) rows.count.push_back(static_cast<std::int64_t>(random() % 4));
    const logrank_test counted = compared(rows, 3), repeated = compared(rows.repeated(), 3);
    REQUIRE(counted.reason == repeated.reason);
    if (counted.reason == no_test::tested) REQUIRE(counted.statistic == Approx(repeated.statistic).epsilon(1e-9));
    REQUIRE(counted.dof == repeated.dof);
  }
}

TEST_CASE("logrank: the weight of a huge account that has left does not blur the small ones") {
  exit_columns rows = toy();
  rows.weight = {1, 2, 1, 3, 1, 2};
  exit_columns with_giant = rows;
  with_giant.append({.time = {0.5}, .cause = {0}, .weight = {1e17}, .group = {a}}, 0);
  check_rel(compared(with_giant, 2).statistic, compared(rows, 2).statistic);
}

TEST_CASE("logrank: strata add up, so that only accounts of one stratum are compared") {
  const exit_columns one = toy(), two = toy_with_ties();
  exit_columns both;
  std::vector<std::uint32_t> stratum;
  for (std::size_t row = 0; row < one.size(); ++row) both.append(one, row), stratum.push_back(7);
  for (std::size_t row = 0; row < two.size(); ++row) both.append(two, row), stratum.push_back(2);
  const logrank_test test = logrank(both.view(), both.group, 2, stratum);
  const double difference = (2 - 2.1) + (2 - 25.0 / 14), variance = 0.99 + 145.0 / 196;
  check_rel(test.statistic, difference * difference / variance, 1e-11);
}

TEST_CASE("logrank: the test from survival states equals the test from rows") {
  std::mt19937_64 random(13);
  for (int round = 0; round < 100; ++round) {
    CAPTURE(round);
    std::vector<std::int32_t> time, entry;
    std::vector<std::uint8_t> event;
    std::vector<std::uint32_t> group;
    exit_columns rows;
    for (std::size_t n = random() % 60 + 2; n > 0; --n) {
      time.push_back(static_cast<std::int32_t>(random() % 12 + 1));
      entry.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(time.back())));
      event.push_back(static_cast<std::uint8_t>(random() % 2));
      group.push_back(static_cast<std::uint32_t>(random() % 3));
      rows.time.push_back(time.back());
      rows.entry.push_back(entry.back());
      rows.cause.push_back(event.back());
    }
    rows.group = group;
    const auto curves = tally_survival_by({.time = time, .event = event, .entry = entry}, group, 3);
    const logrank_test from_curves = logrank(curves), from_rows = compared(rows, 3);
    REQUIRE(from_curves.reason == from_rows.reason);
    REQUIRE((from_curves.statistic == from_rows.statistic || std::isnan(from_rows.statistic)));
    exit_columns older;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.time[row] > 4) older.append(rows, row);
    }
    const logrank_test given = logrank(curves, {}, 4);
    if (older.size() > 0) REQUIRE((given.statistic == compared(older, 3).statistic || std::isnan(given.statistic)));
  }
  survival_by_segment some;
  some.segments.resize(2);
  some.without_segment.rows_missing = 2;
  CHECK(logrank(some).rows_missing == 2);
}

TEST_CASE("logrank: rows without a value are counted, wrong ones are named") {
  exit_columns rows = toy();
  rows.time[0] = missing_number;
  CHECK(compared(rows, 2).rows_missing == 1);
  CHECK(compared(rows, 2).groups[a].accounts == 2);
  rows = toy();
  rows.entry = {0, 3, 0, 0, 0, 0};
  CHECK_THROWS_WITH_AS((void)compared(rows, 2), doctest::Contains("row 1, value 3"), data_error);
  CHECK_THROWS_AS((void)compared(toy(), 1), data_error);
  CHECK_THROWS_AS((void)compared(toy(), 2, {.rho = missing_number}), schema_error);
  rows = toy();
  rows.group.pop_back();
  CHECK_THROWS_AS((void)compared(rows, 2), schema_error);
  rows = toy();
  rows.weight = {1, 1, -1, 1, 1, 1};
  CHECK_THROWS_WITH_AS((void)compared(rows, 2), doctest::Contains("\"weights\", row 2, value -1"), data_error);
}
