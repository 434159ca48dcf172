// Random valid rows through survival, causes and tests of groups: no crash, and a number or a reason everywhere.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_cases.hpp"
#include "sojourn/lifetime/churn_by_cause.hpp"
#include "sojourn/lifetime/decimal_survival.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/lifetime/life_table.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/lifetime/survival.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

void check_estimate(const estimate& found, double least, double most) {
  if (!found.defined()) {
    REQUIRE(std::isnan(found.value));
    return;
  }
  REQUIRE(found.value >= least);
  REQUIRE(found.value <= most);
  REQUIRE_FALSE(found.low > found.value);
  REQUIRE_FALSE(found.high < found.value);
}

/// Limits are missing exactly where nobody or everybody is left.
void check_curve(const survival_curve& curve) {
  REQUIRE(all_shares(curve.survival));
  REQUIRE(all_finite(curve.cumulative_hazard));
  REQUIRE(all_finite(curve.hazard_standard_error));
  double before = 1;
  for (std::size_t row = 0; row < curve.time.size(); ++row) {
    const double s = curve.survival[row];
    REQUIRE(s <= before);
    before = s;
    REQUIRE(std::isnan(curve.standard_error[row]) == (s == 0));
    const bool inside = s > 0 && s < 1;
    const bool limits = std::isfinite(curve.low[row]) && std::isfinite(curve.high[row]);
    if (inside) REQUIRE(limits);
    if (limits) REQUIRE((curve.low[row] <= s && s <= curve.high[row] && curve.low[row] >= 0 && curve.high[row] <= 1));
  }
}

void check_test(const logrank_test& found) {
  if (found.reason != no_test::tested) {
    REQUIRE(std::isnan(found.statistic));
    REQUIRE(std::isnan(found.p_value));
    return;
  }
  REQUIRE(found.statistic >= 0);
  REQUIRE(std::isfinite(found.statistic));
  REQUIRE(found.dof >= 1);
  REQUIRE((found.p_value >= 0 && found.p_value <= 1));
  REQUIRE((std::isnan(found.trend_p) || (found.trend_p >= 0 && found.trend_p <= 1)));
}

}  // namespace

TEST_CASE("random rows: curves of ages with decimals, weights and late entry are shares with limits around them") {
  std::mt19937_64 random(1);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    const exit_columns rows = any_exits(random, 1, 30, true, true);
    const ranked_lifetimes ranked = rank_lifetimes(rows.view());
    const survival_state& state = ranked.states.segments[0];
    for (const survival_measure measure : {survival_measure::accounts, survival_measure::weight}) {
      survival_options options{.measure = measure};
      options.interval = static_cast<survival_interval>(round % 5);
      if (one_in(random, 3)) options.given_age = any_size(random, -2, 2);
      const decimal_survival_curve curve = kaplan_meier(ranked, state, options);
      check_curve(curve.ranks);
      const double age = any_size(random, -2, 3);
      check_estimate(survival_at(curve, age), 0, 1);
      check_estimate(survival_quantile(curve, uniform_of(random, 0.01, 0.99)), 0, std::numeric_limits<double>::max());
      if (age > options.given_age.value_or(0))
        check_estimate(restricted_mean(ranked, state, age, options), 0, age * (1 + 1e-12));
    }
  }
}

TEST_CASE("random rows: curves and life tables of whole ages are shares with limits around them") {
  std::mt19937_64 random(2);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    const std::size_t n = random() % 30;
    std::vector<std::int32_t> time, entry;
    std::vector<std::uint8_t> event;
    std::vector<std::int64_t> weight;
    const bool late = one_in(random, 2);
    const std::int32_t longest = one_in(random, 4) ? 1'000'000'000 : 12;
    for (std::size_t i = 0; i < n; ++i) {
      time.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(longest)) + (late ? 1 : 0));
      event.push_back(static_cast<std::uint8_t>(random() % 2));
      if (late) entry.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(time.back())));
      weight.push_back(one_in(random, 5) ? 0 : static_cast<std::int64_t>(any_size(random, 0, 9)));
    }
    const survival_state state = tally_survival(lifetimes{.time = time, .event = event, .entry = entry, .weight = weight});
    for (const survival_measure measure : {survival_measure::accounts, survival_measure::weight}) {
      check_curve(kaplan_meier(state, {.measure = measure}));
      check_estimate(restricted_mean(state, 6, {.measure = measure}), 0, 6);
    }
    if (late || longest > 12) continue;
    const life_table_rows table = life_table(state, 1 + static_cast<std::int32_t>(random() % 5));
    REQUIRE(all_shares(table.survival));
    REQUIRE(all_shares(table.churn_rate));
    for (std::size_t row = 0; row < table.start.size(); ++row)
      REQUIRE((std::isfinite(table.standard_error[row]) || table.survival[row] == 0));
  }
}

TEST_CASE("random rows: tests of groups have a statistic or a reason") {
  std::mt19937_64 random(3);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    const exit_columns rows = any_exits(random, 1, 30, true, true);
    std::vector<std::uint32_t> strata(rows.size());
    for (auto& one : strata) one = static_cast<std::uint32_t>(random() % 2);
    const logrank_options options{.rho = one_in(random, 2) ? 0 : uniform_of(random, 0, 3)};
    check_test(logrank(rows.view(), rows.group, 3, {}, options));
    check_test(logrank(rows.view(), rows.group, 3, strata, options));
  }
}

TEST_CASE("random rows: shares by cause add up to 1 with what is left, and Gray's test has a statistic or a reason") {
  std::mt19937_64 random(4);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    const exit_columns rows = any_exits(random, 3, 30, true, true);
    incidence_options options;
    if (one_in(random, 3)) options.given_age = any_size(random, -2, 2);
    const incidence_curves curves = cumulative_incidence(rows.view(), 4, options);
    REQUIRE(curves.causes[3].total_events == 0);  // a cause that never happens
    for (std::size_t row = 0; row < curves.time.size(); ++row) {
      double sum = 0;
      for (const cause_incidence& one : curves.causes) sum += one.incidence[row];
      REQUIRE(std::abs(sum + curves.survival[row] - 1) < 1e-12);
    }
    for (const cause_incidence& one : curves.causes) {
      REQUIRE(all_shares(one.incidence));
      REQUIRE(all_finite(one.standard_error));
      for (std::size_t row = 0; row < one.low.size(); ++row) {
        const bool inside = one.incidence[row] > 0 && one.incidence[row] < 1;
        if (inside) REQUIRE((one.low[row] <= one.incidence[row] && one.incidence[row] <= one.high[row]));
      }
    }
    for (const auto& lost : expected_churn(curves, 1e6).lost) REQUIRE(all_finite(lost));
    check_estimate(incidence_at(curves, 0, any_size(random, -2, 3)), 0, 1);
    const exit_columns plain = any_exits(random, 2, 30, false, false);
    check_test(gray_test(plain.view(), 1, plain.group, 3, {}, {.rho = uniform_of(random, 0, 2)}));
  }
}
