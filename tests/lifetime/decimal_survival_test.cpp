#include "sojourn/lifetime/decimal_survival.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "exit_columns.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

/// The same rows in halves of the unit, whole, with whole weights in eighths.
struct whole_rows {
  std::vector<std::int32_t> time, entry;
  std::vector<std::uint8_t> event, entered;
  std::vector<std::int64_t> weight;

  explicit whole_rows(const exit_columns& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      time.push_back(static_cast<std::int32_t>(rows.time[i] * 8));
      event.push_back(rows.cause[i] != 0 ? 1 : 0);
      if (!rows.weight.empty()) weight.push_back(static_cast<std::int64_t>(rows.weight[i] * 8));
      if (rows.entry.empty()) continue;
      const bool late = !std::isnan(rows.entry[i]);
      entry.push_back(late ? static_cast<std::int32_t>(rows.entry[i] * 8) : 0);
      if (i % 8 == 0) entered.push_back(0);
      if (late) entered.back() = static_cast<std::uint8_t>(entered.back() | (1u << (i % 8)));
    }
  }
  [[nodiscard]] survival_state tally() const {
    return tally_survival({.time = time, .event = event, .entry = {entry, entered.data()}, .weight = weight});
  }
};

void check_same(const std::vector<double>& found, const std::vector<double>& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(wanted[i]))
      REQUIRE(std::isnan(found[i]));
    else
      REQUIRE(found[i] == Approx(wanted[i]).epsilon(1e-9));
  }
}

void check_same(const estimate& found, const estimate& wanted, double unit) {
  check_same(std::vector{found.value * unit, found.low * unit, found.high * unit},
             std::vector{wanted.value, wanted.low, wanted.high});
  REQUIRE(found.reason == wanted.reason);
}

}  // namespace

TEST_CASE("decimal_survival: ages in eighths are whole ages in another unit") {
  std::mt19937_64 random(71);
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const bool weighted = round % 3 == 0;
    const exit_columns rows = random_exits(random, 2, round % 2 == 1, weighted);
    const ranked_lifetimes ranked = rank_lifetimes(rows.view());
    const survival_state whole = whole_rows(rows).tally(), &state = ranked.states.segments.at(0);
    survival_options options{.measure = weighted ? survival_measure::weight : survival_measure::accounts};
    if (round % 5 == 0) options.given_age = 2.25;
    survival_options in_eighths = options;
    if (round % 5 == 0) in_eighths.given_age = 18;
    const decimal_survival_curve curve = kaplan_meier(ranked, state, options);
    const survival_curve wanted = kaplan_meier(whole, in_eighths);
    REQUIRE(curve.time.size() == wanted.time.size());
    for (std::size_t i = 0; i < curve.time.size(); ++i) REQUIRE(curve.time[i] * 8 == wanted.time[i]);
    check_same(curve.ranks.survival, wanted.survival);
    check_same(curve.ranks.low, wanted.low);
    check_same(curve.ranks.high, wanted.high);
    check_same(curve.ranks.standard_error, wanted.standard_error);
    REQUIRE(curve.ranks.at_risk == wanted.at_risk);
    REQUIRE(curve.died_out_at.has_value() == wanted.died_out_at.has_value());
    if (curve.died_out_at) REQUIRE(*curve.died_out_at * 8 == *wanted.died_out_at);
    for (const double age : {0.0, 0.4, 3.5, 7.25, 50.0})
      check_same(survival_at(curve, age), survival_at(wanted, age * 8), 1);
    for (const double share : {0.25, 0.5, 0.9})
      check_same(survival_quantile(curve, share), survival_quantile(wanted, share), 8);
    for (const double horizon : {2.75, 6.0, 13.0})
      check_same(restricted_mean(ranked, state, horizon, options), restricted_mean(whole, horizon * 8, in_eighths), 8);
  }
}

TEST_CASE("decimal_survival: the median lies between ages, not between ranks") {
  // Half are left from 1.5 on; 2 and 3.25 are ages of accounts that are still there.
  const exit_columns rows{.time = {1.5, 1.5, 2, 3.25, 9.5, 9.5}, .cause = {1, 1, 0, 0, 1, 0}, .count = {1, 1, 1, 1, 1, 0}};
  const exit_columns halves{.time = {1.5, 2, 3.25, 9.5}, .cause = {1, 0, 0, 1}, .count = {3, 1, 1, 1}};
  const ranked_lifetimes ranked = rank_lifetimes(halves.view());
  CHECK(survival_quantile(kaplan_meier(ranked, ranked.states.segments[0])).value == (1.5 + 9.5) / 2);
  CHECK(rank_lifetimes(rows.view()).age == std::vector<double>{1.5, 2, 3.25, 9.5});
}

TEST_CASE("decimal_survival: neither the unit of weights nor the order of rows matters; segments are tested by log-rank") {
  std::mt19937_64 random(72);
  for (int round = 0; round < 100; ++round) {
    const exit_columns rows = random_exits(random, 1, round % 2 == 1, true);
    exit_columns dear = rows;
    for (double& w : dear.weight) w *= 0x1p40;
    const survival_options money{.measure = survival_measure::weight};
    const auto curve_of = [&](const exit_columns& of) {
      const ranked_lifetimes ranked = rank_lifetimes(of.view());
      return kaplan_meier(ranked, ranked.states.segments[0], money);
    };
    const decimal_survival_curve curve = curve_of(rows);
    for (const decimal_survival_curve& same : {curve_of(dear), curve_of(rows.shuffled(random))}) {
      REQUIRE(same.time == curve.time);
      REQUIRE(same.ranks.survival == curve.ranks.survival);
    }
    const ranked_lifetimes by_group = rank_lifetimes(rows.view(), rows.group, 3);
    exit_columns plain = rows;
    plain.weight.clear();
    const logrank_test test = logrank(by_group), wanted = logrank(plain.view(), plain.group, 3);
    if (std::isnan(wanted.statistic))
      REQUIRE(std::isnan(test.statistic));
    else
      REQUIRE(test.statistic == Approx(wanted.statistic).epsilon(1e-9));
  }
}

TEST_CASE("decimal_survival: whole numbers have states that merge, so decimals are asked for") {
  CHECK_FALSE(has_decimals(exit_columns{.time = {1, 2}, .cause = {1, 0}, .weight = {10, 20}}.view()));
  CHECK(has_decimals(exit_columns{.time = {1, 2.5}, .cause = {1, 0}}.view()));
  CHECK(has_decimals(exit_columns{.time = {1, 2}, .cause = {1, 0}, .entry = {0.5, missing_number}}.view()));
  CHECK(has_decimals(exit_columns{.time = {1, 2}, .cause = {1, 0}, .weight = {19.99, 20}}.view()));
  CHECK_THROWS_AS((void)rank_lifetimes(exit_columns{.time = {-1.5}, .cause = {1}}.view()), data_error);
  CHECK_THROWS_AS((void)rank_lifetimes(exit_columns{.time = {1.5}, .cause = {1}, .entry = {1.5}}.view()), data_error);
  const ranked_lifetimes none = rank_lifetimes(exit_columns{}.view());
  CHECK(survival_at(kaplan_meier(none, none.states.segments[0]), 1).reason == undefined_reason::no_observations);
  const ranked_lifetimes gaps = rank_lifetimes(exit_columns{.time = {1.5, missing_number}, .cause = {1, 1}}.view());
  CHECK(gaps.states.segments[0].rows_missing == 1);
}

TEST_CASE("decimal_survival: in 3,000 random tables each share lies in [0, 1] and each limit around it") {
  std::mt19937_64 random(73);
  for (int round = 0; round < 3'000; ++round) {
    CAPTURE(round);
    exit_columns rows = random_exits(random, 1, round % 2 == 0, round % 3 == 0);
    for (double& time : rows.time) time *= 1 + static_cast<double>(random() % 1000) * 1e-3;
    if (round % 7 == 0) {
      for (double& weight : rows.weight) weight *= std::ldexp(1.0, static_cast<int>(random() % 120) - 60);
    }
    const auto measure = round % 3 == 0 ? survival_measure::weight : survival_measure::accounts;
    const ranked_lifetimes ranked = rank_lifetimes(rows.view());
    const survival_state& state = ranked.states.segments[0];
    for (const survival_interval scale :
         {survival_interval::log_log, survival_interval::plain, survival_interval::arcsine}) {
      const survival_curve curve = kaplan_meier(ranked, state, {.interval = scale, .measure = measure}).ranks;
      for (std::size_t i = 0; i < curve.time.size(); ++i) {
        const double share = curve.survival[i];
        REQUIRE(share >= 0);
        REQUIRE(share <= 1);
        REQUIRE(std::isfinite(curve.cumulative_hazard[i]));
        if (share > 0) REQUIRE(std::isfinite(curve.standard_error[i]));
        if (!(share > 0 && share < 1)) continue;
        REQUIRE(curve.low[i] <= share);
        REQUIRE(share <= curve.high[i]);
      }
    }
    const estimate mean = restricted_mean(ranked, state, 5.5, {.measure = measure});
    if (mean.defined()) {
      REQUIRE(mean.low >= 0);
      REQUIRE(mean.low <= mean.value);
      REQUIRE(mean.value <= mean.high);
      REQUIRE(mean.high <= 5.5);
    } else {
      REQUIRE((mean.reason == undefined_reason::model_limit || mean.reason == undefined_reason::no_observations));
    }
  }
}

TEST_CASE("decimal_survival: thousands of different ages, ranked by sorting, give the product by hand") {
  std::mt19937_64 random(74);
  std::uniform_real_distribution<double> unit;
  exit_columns rows;
  for (int i = 0; i < 6'000; ++i) {
    rows.time.push_back(1 + 30 * unit(random));
    rows.cause.push_back(random() % 3 == 0 ? 0 : 1);
    rows.entry.push_back(rows.time.back() * 0.9 * unit(random));
  }
  const ranked_lifetimes ranked = rank_lifetimes(rows.view());
  const decimal_survival_curve curve = kaplan_meier(ranked, ranked.states.segments[0]);
  REQUIRE(curve.time.size() == 6'000);
  double survival = 1;
  for (std::size_t k = 0; k < curve.time.size(); k += 1) {
    if (k % 50 != 0 && curve.ranks.events[k] == 0) continue;
    std::int64_t at_risk = 0;
    for (std::size_t row = 0; row < rows.size(); ++row)
      at_risk += rows.entry[row] < curve.time[k] && rows.time[row] >= curve.time[k] ? 1 : 0;
    REQUIRE(curve.ranks.at_risk[k] == at_risk);
    survival *= 1 - static_cast<double>(curve.ranks.events[k]) / static_cast<double>(at_risk);
    REQUIRE(std::abs(curve.ranks.survival[k] - survival) < 1e-12);
  }
}
