#include "sojourn/lifetime/incidence.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "exit_columns.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/lifetime/survival.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

std::size_t row_of(const incidence_curves& curves, double age) {
  const auto found = std::find(curves.time.begin(), curves.time.end(), age);
  REQUIRE(found != curves.time.end());
  return static_cast<std::size_t>(found - curves.time.begin());
}

void check_incidence(const incidence_curves& curves, const std::vector<double>& ages,
                     const std::vector<std::vector<double>>& wanted, double tolerance = 1e-12) {
  REQUIRE(curves.causes.size() == wanted.size());
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    for (std::size_t i = 0; i < ages.size(); ++i) {
      CAPTURE(k);
      CAPTURE(ages[i]);
      CHECK(std::abs(curves.causes[k].incidence[row_of(curves, ages[i])] - wanted[k][i]) <= tolerance);
    }
  }
}

void check_survival(const incidence_curves& curves, const std::vector<double>& ages, const std::vector<double>& wanted) {
  for (std::size_t i = 0; i < ages.size(); ++i)
    CHECK(std::abs(curves.survival[row_of(curves, ages[i])] - wanted[i]) <= 1e-12);
}

exit_columns causes_tied() {
  return {.time = {1, 1, 2, 3, 4, 4}, .cause = {1, 2, 0, 1, 2, 1}};
}

/// Incidences by the definition and their jackknife variances account by account: F_k, S and the derivative of both by the
/// weight of each account are carried from age to age.
struct by_hand {
  std::vector<double> incidence, variance;
  double survival = 1;
};
by_hand at_age(const exit_columns& rows, std::size_t causes, double until) {
  std::vector<double> ages = rows.time;
  std::sort(ages.begin(), ages.end());
  ages.erase(std::unique(ages.begin(), ages.end()), ages.end());
  by_hand found{std::vector<double>(causes, 0.0), std::vector<double>(causes, 0.0)};
  std::vector<double> moved_survival(rows.size(), 0.0);
  std::vector<std::vector<double>> moved(rows.size(), std::vector<double>(causes, 0.0));
  for (const double age : ages) {
    if (age > until) break;
    double n = 0, hazard = 0;
    std::vector<double> of_cause(causes, 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows.at_risk(i, age)) continue;
      n += rows.worth(i);
      if (rows.time[i] == age && rows.cause[i] != 0) of_cause[rows.cause[i] - 1] += rows.worth(i);
    }
    if (n == 0) continue;
    for (double& h : of_cause) hazard += h /= n;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double there = rows.at_risk(i, age) ? 1 : 0;
      double moved_hazard = 0;
      for (std::size_t k = 0; k < causes; ++k) {
        const double left = rows.time[i] == age && rows.cause[i] == k + 1 ? 1 : 0;
        const double step = (left * there - there * of_cause[k]) / n;
        moved[i][k] += moved_survival[i] * of_cause[k] + found.survival * step;
        moved_hazard += step;
      }
      moved_survival[i] = moved_survival[i] * (1 - hazard) - found.survival * moved_hazard;
    }
    for (std::size_t k = 0; k < causes; ++k) found.incidence[k] += found.survival * of_cause[k];
    found.survival *= 1 - hazard;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double weight = rows.weight.empty() ? 1 : rows.weight[i];
    const double accounts = rows.count.empty() ? 1 : static_cast<double>(rows.count[i]);
    for (std::size_t k = 0; k < causes; ++k) found.variance[k] += accounts * weight * weight * moved[i][k] * moved[i][k];
  }
  return found;
}

double gray_p(const exit_columns& rows, std::uint32_t cause, std::size_t groups) {
  return gray_test(rows.view(), cause, rows.group, groups).p_value;
}

}  // namespace

TEST_CASE("edge I06: incidence CR-07, causes tied at one age leave from the same survival") {
  const auto curves = cumulative_incidence(causes_tied().view(), 2);
  check_incidence(curves, {1, 2, 3, 4}, {{1.0 / 6, 1.0 / 6, 7.0 / 18, 11.0 / 18}, {1.0 / 6, 1.0 / 6, 1.0 / 6, 7.0 / 18}});
  check_survival(curves, {1, 2, 3, 4}, {2.0 / 3, 2.0 / 3, 4.0 / 9, 0});
  CHECK(curves.survival.back() == 0);
  CHECK(curves.accounts == 6);
  CHECK(curves.causes[0].total_events == 3);
  CHECK(curves.at_risk == std::vector<std::int64_t>{6, 4, 3, 2});
  CHECK(curves.censored == std::vector<std::int64_t>{0, 1, 0, 0});
}

TEST_CASE("incidence CR-08: late entry; who enters at 2 is not at risk at 2") {
  const exit_columns rows{.time = {2, 3, 4, 3}, .cause = {1, 2, 0, 1}, .entry = {0, 2, 0, 1}};
  const auto curves = cumulative_incidence(rows.view(), 2);
  check_incidence(curves, {2, 3}, {{1.0 / 3, 5.0 / 9}, {0, 2.0 / 9}});
  check_survival(curves, {2, 3}, {2.0 / 3, 2.0 / 9});
}

TEST_CASE("incidence CR-10: nobody left, so the curves stay at 0 and Gray's test has a reason") {
  exit_columns rows{.time = {1, 2, 3}, .cause = {0, 0, 0}, .group = {0, 1, 0}};
  const auto curves = cumulative_incidence(rows.view(), 2);
  check_incidence(curves, {1, 3}, {{0, 0}, {0, 0}}, 0);
  check_survival(curves, {1, 3}, {1, 1});
  CHECK(std::isnan(curves.causes[0].low[0]));
  const auto test = gray_test(rows.view(), 1, rows.group, 2);
  CHECK(std::isnan(test.statistic));
  CHECK(test.reason == no_test::no_event);
}

TEST_CASE("incidence CR-11: money, whose unit does not matter") {
  exit_columns rows{
      .time = {1, 1, 2, 3, 4, 4, 5}, .cause = {1, 2, 0, 1, 2, 1, 0}, .weight = {100, 250, 80, 40, 500, 60, 120}};
  const std::vector<std::vector<double>> shares{{0.0869565217391, 0.125603864734, 0.183574879227},
                                                {0.217391304348, 0.217391304348, 0.700483091787}};
  const std::vector<std::vector<double>> errors{{0.0907687405939, 0.105971106169, 0.133533647512},
                                                {0.197901736534, 0.197901736534, 0.19476464278}};
  for (const double unit : {1.0, 1e-9, 1e9}) {
    exit_columns scaled = rows;
    for (double& w : scaled.weight) w *= unit;
    const auto curves = cumulative_incidence(scaled.view(), 2);
    check_incidence(curves, {1, 3, 4}, shares, 1e-10);
    for (std::size_t k = 0; k < 2; ++k) {
      for (std::size_t i = 0; i < 3; ++i) {
        const double error = curves.causes[k].standard_error[row_of(curves, std::vector<double>{1, 3, 4}[i])];
        CHECK(error == Approx(errors[k][i]).epsilon(1e-7));
      }
    }
  }
}

TEST_CASE("incidence CR-13: the share that leaves after an age among those still there") {
  const auto curves = cumulative_incidence(causes_tied().view(), 2, {.given_age = 2});
  check_incidence(curves, {3, 4}, {{1.0 / 3, 2.0 / 3}, {0, 1.0 / 3}});
  const auto whole = cumulative_incidence(causes_tied().view(), 2);
  for (std::size_t k = 0; k < 2; ++k) {
    const auto& f = whole.causes[k].incidence;
    CHECK(curves.causes[k].incidence[1] == Approx((f[3] - f[1]) / whole.survival[1]).epsilon(1e-14));
  }
}

TEST_CASE("incidence CR-15: leaving comes before censoring at one age, for every order of the rows") {
  const exit_columns rows{.time = {1, 1, 1, 2, 2, 3}, .cause = {1, 0, 2, 0, 1, 0}};
  std::mt19937_64 random(15);
  for (int round = 0; round < 20; ++round) {
    const auto curves = cumulative_incidence(rows.shuffled(random).view(), 2);
    check_incidence(curves, {1, 2, 3}, {{1.0 / 6, 7.0 / 18, 7.0 / 18}, {1.0 / 6, 1.0 / 6, 1.0 / 6}});
    check_survival(curves, {1, 2, 3}, {2.0 / 3, 4.0 / 9, 4.0 / 9});
  }
}

TEST_CASE("incidence: shares and errors of random rows, by the definition account by account") {
  std::mt19937_64 random(21);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    exit_columns rows = random_exits(random, 3, round % 2 == 1, round % 3 == 0);
    if (round % 5 == 0) {
      for (std::size_t row = 0; row < rows.size(); ++row) rows.count.push_back(static_cast<std::int64_t>(random() % 3 + 1));
    }
    const auto curves = cumulative_incidence(rows.view(), 3);
    for (std::size_t i = 0; i < curves.time.size(); ++i) {
      const by_hand wanted = at_age(rows, 3, curves.time[i]);
      CAPTURE(curves.time[i]);
      REQUIRE(std::abs(curves.survival[i] - wanted.survival) < 1e-12);
      for (std::size_t k = 0; k < 3; ++k) {
        REQUIRE(std::abs(curves.causes[k].incidence[i] - wanted.incidence[k]) < 1e-12);
        REQUIRE(std::abs(curves.causes[k].standard_error[i] - std::sqrt(wanted.variance[k])) < 1e-8);
      }
    }
  }
}

TEST_CASE("incidence: shares and survival add up to 1 to the last bit, and no share passes 1") {
  std::mt19937_64 random(22);
  for (int round = 0; round < 300; ++round) {
    const auto curves = cumulative_incidence(random_exits(random, 4, round % 2 == 1, round % 3 == 0).view(), 4);
    for (std::size_t i = 0; i < curves.time.size(); ++i) {
      double sum = 0;
      for (const auto& cause : curves.causes) {
        REQUIRE(cause.incidence[i] <= 1);
        sum += cause.incidence[i];
      }
      REQUIRE(sum + curves.survival[i] == 1);
    }
  }
  exit_columns one_by_one;
  for (int age = 1; age <= 400; ++age) {
    one_by_one.time.push_back(age);
    one_by_one.cause.push_back(1);
  }
  const auto gone = cumulative_incidence(one_by_one.view(), 1);
  CHECK(gone.causes[0].incidence.back() == 1);
  CHECK(gone.survival.back() == 0);
}

TEST_CASE("incidence: all causes together leave what Kaplan-Meier leaves") {
  std::mt19937_64 random(23);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::int32_t> time;
    std::vector<std::uint8_t> event;
    exit_columns rows;
    for (std::size_t n = random() % 80 + 1; n > 0; --n) {
      time.push_back(static_cast<std::int32_t>(random() % 20 + 1));
      rows.time.push_back(time.back());
      rows.cause.push_back(static_cast<std::uint32_t>(random() % 3));
      event.push_back(rows.cause.back() != 0 ? 1 : 0);
    }
    const auto all = kaplan_meier(tally_survival({.time = time, .event = event}));
    const auto curves = cumulative_incidence(rows.view(), 2);
    const auto one = cumulative_incidence(exits_of_cause(rows.view(), 1).rows(), 1);
    REQUIRE(curves.time.size() == all.time.size());
    for (std::size_t i = 0; i < all.time.size(); ++i) {
      REQUIRE(std::abs(curves.survival[i] - all.survival[i]) < 1e-13);
      // One minus the survival of one cause alone is never below its share.
      REQUIRE(curves.causes[0].incidence[i] <= one.causes[0].incidence[i] + 1e-13);
    }
  }
}

TEST_CASE("incidence: the order of rows changes no bit; counts equal repeated rows; a row of no weight is absent") {
  std::mt19937_64 random(24);
  for (int round = 0; round < 100; ++round) {
    exit_columns rows = random_exits(random, 2, round % 2 == 1, true);
    const auto curves = cumulative_incidence(rows.view(), 2);
    const auto mixed = cumulative_incidence(rows.shuffled(random).view(), 2);
    REQUIRE(mixed.causes[0].incidence == curves.causes[0].incidence);
    REQUIRE(mixed.causes[1].standard_error == curves.causes[1].standard_error);
    for (std::size_t row = 0; row < rows.size(); ++row) rows.count.push_back(static_cast<std::int64_t>(random() % 4));
    const auto counted = cumulative_incidence(rows.view(), 2);
    const auto repeated = cumulative_incidence(rows.repeated().view(), 2);
    REQUIRE(counted.time == repeated.time);
    REQUIRE(counted.at_risk == repeated.at_risk);
    for (std::size_t i = 0; i < counted.time.size(); ++i) {
      REQUIRE(counted.causes[1].incidence[i] == Approx(repeated.causes[1].incidence[i]).epsilon(1e-12));
      REQUIRE(std::abs(counted.causes[1].standard_error[i] - repeated.causes[1].standard_error[i]) < 1e-9);
    }
  }
}

TEST_CASE("incidence: groups are the curves of their rows; rows without a group are kept apart") {
  std::mt19937_64 random(25);
  for (int round = 0; round < 50; ++round) {
    const exit_columns rows = random_exits(random, 2, round % 2 == 1, false);
    const std::uint8_t all_but_the_first[] = {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    const column<std::uint32_t> group(rows.group, all_but_the_first);
    const auto by = cumulative_incidence_by(rows.view(), 2, group, 4);
    REQUIRE(by.groups.size() == 4);
    for (std::uint32_t g = 0; g < 4; ++g) {
      exit_columns own;
      for (std::size_t row = 1; row < rows.size(); ++row) {
        if (rows.group[row] == g) own.append(rows, row);
      }
      const auto wanted = cumulative_incidence(own.view(), 2);
      REQUIRE(by.groups[g].time == wanted.time);
      REQUIRE(by.groups[g].causes[0].incidence == wanted.causes[0].incidence);
    }
    REQUIRE(by.without_group.accounts == 1);
  }
}

TEST_CASE("incidence: limits are log-log, and undefined at 0 and 1") {
  const auto curves = cumulative_incidence(causes_tied().view(), 2);
  const double f = 1.0 / 6, error = curves.causes[0].standard_error[0];
  const double stretch = std::exp(1.959963984540054 * error / (-f * std::log(f)));
  CHECK(curves.causes[0].low[0] == Approx(std::pow(f, stretch)).epsilon(1e-12));
  CHECK(curves.causes[0].high[0] == Approx(std::pow(f, 1 / stretch)).epsilon(1e-12));
  const auto all_gone = cumulative_incidence(exit_columns{.time = {1}, .cause = {1}}.view(), 2);
  CHECK(std::isnan(all_gone.causes[0].low[0]));
  CHECK(std::isnan(all_gone.causes[1].high[0]));
}

TEST_CASE("incidence: one share at an age") {
  const auto curves = cumulative_incidence(causes_tied().view(), 2);
  CHECK(incidence_at(curves, 0, 0.5).value == 0);
  const estimate found = incidence_at(curves, 0, 3.5);
  CHECK(found.value == Approx(7.0 / 18));
  CHECK(found.low == curves.causes[0].low[2]);
  CHECK(found.method == interval_method::jackknife);
  CHECK(found.n == 6);
  CHECK(found.name == "incidence_at");
  CHECK(incidence_at(curves, 1, 100).value == Approx(7.0 / 18));  // nobody is left, so nothing changes
  const auto open = cumulative_incidence(exit_columns{.time = {1, 2}, .cause = {1, 0}}.view(), 1);
  CHECK(incidence_at(open, 0, 3).reason == undefined_reason::model_limit);
  CHECK(incidence_at(cumulative_incidence(exits{}, 1), 0, 3).reason == undefined_reason::no_observations);
  CHECK_THROWS_AS((void)incidence_at(curves, 2, 1), schema_error);
}

TEST_CASE("incidence: a risk set that died out says so") {
  const exit_columns rows{.time = {1, 5, 6}, .cause = {1, 2, 0}, .entry = {missing_number, 2, 2}};
  const auto curves = cumulative_incidence(rows.view(), 2);
  CHECK(curves.died_out_at == 1);
  CHECK(curves.causes[0].incidence.back() == 1);
  CHECK(cumulative_incidence(rows.view(), 2, {.given_age = 1}).causes[1].incidence[0] == 0.5);
}

TEST_CASE("incidence: a cause may never happen; wrong codes, ages and options are named") {
  const auto curves = cumulative_incidence(causes_tied().view(), 3);
  CHECK(curves.causes[2].incidence.back() == 0);
  CHECK(curves.causes[2].total_events == 0);
  CHECK_THROWS_WITH_AS((void)cumulative_incidence(causes_tied().view(), 1), doctest::Contains("row 1, value 2"), data_error);
  CHECK_THROWS_AS((void)cumulative_incidence(causes_tied().view(), 2, {.given_age = -1}), schema_error);
  exit_columns rows = causes_tied();
  rows.time[4] = -4;
  CHECK_THROWS_WITH_AS((void)cumulative_incidence(rows.view(), 2), doctest::Contains("\"time\", row 4, value -4"),
                       data_error);
}

TEST_CASE("Gray's test: needs groups, events, and neither weights nor late entry") {
  exit_columns rows = causes_tied();
  rows.group = {0, 1, 0, 1, 0, 1};
  CHECK(gray_test(rows.view(), 1, rows.group, 2).dof == 1);
  CHECK(gray_test(rows.view(), 3, rows.group, 2).reason == no_test::no_event);
  CHECK(gray_test(rows.view(), 1, one_call(std::vector<std::uint32_t>(6, 0)), 1).reason == no_test::one_group);
  exit_columns weighted = rows;
  weighted.weight.assign(6, 2.0);
  CHECK_THROWS_WITH_AS((void)gray_p(weighted, 1, 2), doctest::Contains("weights"), schema_error);
  exit_columns late = rows;
  late.entry.assign(6, 0.5);
  CHECK(gray_p(late, 1, 2) == gray_p(rows, 1, 2));  // entered before anybody left
  late.entry = {0, 0, 1, 0, 0, 0};
  CHECK_THROWS_WITH_AS((void)gray_p(late, 1, 2), doctest::Contains("late entry"), schema_error);
  CHECK_THROWS_AS((void)gray_p(rows, 0, 2), schema_error);
}

TEST_CASE("Gray's test: the order of rows changes no bit, counts equal repeated rows, strata of their own add up") {
  std::mt19937_64 random(26);
  for (int round = 0; round < 100; ++round) {
    exit_columns rows = random_exits(random, 2, false, false);
    const auto test = gray_test(rows.view(), 1, rows.group, 3);
    const exit_columns mixed = rows.shuffled(random);
    const auto again = gray_test(mixed.view(), 1, mixed.group, 3);
    REQUIRE((again.statistic == test.statistic || std::isnan(test.statistic)));
    for (std::size_t row = 0; row < rows.size(); ++row) rows.count.push_back(static_cast<std::int64_t>(random() % 4));
    const exit_columns repeated = rows.repeated();
    const auto counted = gray_test(rows.view(), 1, rows.group, 3);
    const auto one_by_one = gray_test(repeated.view(), 1, repeated.group, 3);
    REQUIRE(counted.reason == one_by_one.reason);
    if (counted.reason == no_test::tested) REQUIRE(counted.statistic == Approx(one_by_one.statistic).epsilon(1e-9));
  }
}
