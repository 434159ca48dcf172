// Measures of a score against outcomes: published rows, slow references on random data, and the laws of the states.
#include "sojourn/health/evaluation/validation.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "laws.hpp"
#include "sojourn/health/evaluation/stability.hpp"

using doctest::Approx;
using namespace sojourn;
namespace h = sojourn::health;

namespace {

using bytes = std::vector<std::uint8_t>;
using numbers = std::vector<double>;

h::outcome_scores state_of(const numbers& risk, const bytes& left) {
  return h::tally_outcomes(column<double>(risk), column<std::uint8_t>(left));
}

struct sample {
  numbers risk;
  bytes left;
};

/// `steps` distinct risks, so that ties occur.
sample random_sample(std::mt19937_64& random, std::size_t n, int steps) {
  sample s;
  for (std::size_t i = 0; i < n; ++i) {
    s.risk.push_back(static_cast<double>(random() % static_cast<unsigned>(steps)) / steps);
    s.left.push_back(static_cast<double>(random() % 1000) / 1000 < s.risk.back());
  }
  return s;
}

double slow_auc(const sample& s) {
  double wins = 0, pairs = 0;
  for (std::size_t i = 0; i < s.risk.size(); ++i) {
    for (std::size_t j = 0; j < s.risk.size(); ++j) {
      if (s.left[i] != 1 || s.left[j] != 0) continue;
      wins += s.risk[i] > s.risk[j] ? 1 : s.risk[i] == s.risk[j] ? 0.5 : 0;
      ++pairs;
    }
  }
  return wins / pairs;
}

}  // namespace

TEST_CASE("H56: area under the curve and average precision of the reference example") {
  const auto state = state_of({0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1});
  CHECK(h::auc(state).value == 0.75);
  CHECK(h::average_precision(state).value == Approx(5.0 / 6).epsilon(1e-14));
  CHECK(h::auc(state).n == 4);
}

TEST_CASE("H57: Brier score of the reference example") {
  CHECK(h::brier(state_of({0.1, 0.9, 0.8, 0.3}, {0, 1, 1, 0})).value == Approx(0.0375).epsilon(1e-12));
}

TEST_CASE("H54: population stability and its test") {
  const auto shift =
      h::population_stability(std::vector<std::int64_t>{400, 300, 300}, std::vector<std::int64_t>{350, 250, 400});
  CHECK(shift.psi == Approx(0.04456085471610198).epsilon(1e-12));
  CHECK(shift.statistic == Approx(22.28042735805099).epsilon(1e-12));
  CHECK(shift.degrees == 2);
  CHECK(shift.p_value == Approx(std::exp(-22.28042735805099 / 2)).epsilon(1e-12));  // chi-square with 2 degrees, closed form
  CHECK(shift.smoothed_bins == 0);
}

TEST_CASE("stability: an empty bin is smoothed and said to be") {
  const auto shift = h::population_stability(std::vector<std::int64_t>{10, 0, 0}, std::vector<std::int64_t>{5, 5, 0});
  CHECK(shift.smoothed_bins == 1);
  CHECK(shift.degrees == 1);
  const double e = 10.5 / 11, a = 5.5 / 11;
  CHECK(shift.psi == Approx((a - e) * std::log(a / e) + (e - a) * std::log((1 - a) / (1 - e))).epsilon(1e-12));
  CHECK(std::isnan(h::population_stability(std::vector<std::int64_t>{0}, std::vector<std::int64_t>{3}).psi));
}

TEST_CASE("stability: the same distribution has an index of 0, and quantile bins hold equal parts") {
  std::vector<std::int64_t> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i);
  const auto all = distribution_of(values);
  CHECK(h::population_stability(all, all).psi == 0);
  CHECK(h::population_stability(all, all).degrees == 9);
  CHECK(h::population_stability(all, all).p_value == 1);
}

TEST_CASE("validation: areas equal the count over all pairs, also with ties") {
  std::mt19937_64 random(11);
  for (const int steps : {2, 5, 40, 100000}) {
    const sample s = random_sample(random, 300, steps);
    CAPTURE(steps);
    CHECK(h::auc(state_of(s.risk, s.left)).value == Approx(slow_auc(s)).epsilon(1e-13));
  }
}

TEST_CASE("validation: reversing the direction mirrors the area") {
  std::mt19937_64 random(12);
  const sample s = random_sample(random, 200, 17);
  const auto risky = h::auc(state_of(s.risk, s.left));
  const auto healthy = h::auc(
      h::tally_outcomes(column<double>(s.risk), column<std::uint8_t>(s.left), {h::score_direction::higher_is_healthier}));
  CHECK(risky.value + healthy.value == Approx(1).epsilon(1e-14));
  CHECK(risky.high - risky.low == Approx(healthy.high - healthy.low).epsilon(1e-12));
}

TEST_CASE("validation: DeLong's interval against the placements computed pair by pair") {
  std::mt19937_64 random(13);
  const sample s = random_sample(random, 120, 9);
  const double area = slow_auc(s);
  double n1 = 0, n0 = 0, s10 = 0, s01 = 0;
  for (const auto y : s.left) (y == 1 ? n1 : n0) += 1;
  for (std::size_t i = 0; i < s.risk.size(); ++i) {
    double placement = 0;
    for (std::size_t j = 0; j < s.risk.size(); ++j) {
      if (s.left[j] == s.left[i]) continue;
      const double win = s.risk[i] > s.risk[j] ? 1 : s.risk[i] == s.risk[j] ? 0.5 : 0;
      placement += s.left[i] == 1 ? win / n0 : (1 - win) / n1;
    }
    (s.left[i] == 1 ? s10 : s01) += (placement - area) * (placement - area);
  }
  const double error = std::sqrt(s10 / (n1 - 1) / n1 + s01 / (n0 - 1) / n0);
  const estimate found = h::auc(state_of(s.risk, s.left));
  CHECK(found.high - found.value == Approx(1.959963984540054 * error).epsilon(1e-10));
}

TEST_CASE("validation: nothing to compare is undefined, with a reason") {
  const auto only_stayed = state_of({0.1, 0.2}, {0, 0});
  CHECK(std::isnan(h::auc(only_stayed).value));
  CHECK(h::auc(only_stayed).reason == undefined_reason::zero_denominator);
  CHECK(h::ks_distance(only_stayed).reason == undefined_reason::zero_denominator);
  CHECK(h::lift(only_stayed, 0.1).reason == undefined_reason::zero_denominator);
  CHECK(h::auc({}).reason == undefined_reason::no_observations);
  CHECK(h::brier({}).reason == undefined_reason::no_observations);
  CHECK(h::log_loss({}).reason == undefined_reason::no_observations);
  CHECK(h::calibration(only_stayed).slope.reason == undefined_reason::zero_denominator);
}

TEST_CASE("validation: missing scores and unknown outcomes are counted, not guessed") {
  const numbers risk{0.5, std::nan(""), 0.2, std::nan("")};
  const bytes left{1, 0, 1, 0};
  const std::uint8_t known = 0b0111;
  const auto state = h::tally_outcomes(column<double>(risk), column<std::uint8_t>(left, &known));
  CHECK(state.unlabelled == 1);
  CHECK(state.unscored == 1);
  CHECK(count(state.left) == 2);
}

TEST_CASE("validation: a bad outcome or an infinite score names its row") {
  const auto row_of = [](const numbers& risk, const bytes& left) {
    try {
      (void)state_of(risk, left);
    } catch (const data_error& e) {
      return e.row();
    }
    return problem::no_row;
  };
  CHECK(row_of({0.1, 0.2}, {0, 2}) == 1);
  CHECK(row_of({0.1, std::numeric_limits<double>::infinity(), 0.2}, {0, 1, 1}) == 1);
  CHECK_THROWS_AS((void)state_of({0.1}, {0, 1}), schema_error);
}

TEST_CASE("validation: capture and lift count ties at the cut by fractions") {
  // Ten accounts, three leave. Top 20 % = 2 places: one riskier account (leaves), then a tie of four with one leaver.
  const auto state = state_of({9, 8, 8, 8, 8, 1, 1, 1, 1, 1}, {1, 1, 0, 0, 0, 1, 0, 0, 0, 0});
  CHECK(h::capture(state, 0.2).value == Approx((1 + 0.25) / 3).epsilon(1e-14));
  CHECK(h::lift(state, 0.2).value == Approx((1.25 / 2) / 0.3).epsilon(1e-14));
  CHECK(h::capture(state, 1).value == 1);
  CHECK(h::lift(state, 1).value == Approx(1).epsilon(1e-14));
  CHECK(h::capture(state, 0.11).value == h::capture(state, 0.2).value);  // k is rounded up
  CHECK(h::capture(state, 0.1).value == Approx(1.0 / 3).epsilon(1e-14));
  CHECK_THROWS_AS((void)h::capture(state, 0), schema_error);
}

TEST_CASE("validation: the KS distance is the largest gap between the two shares below a risk") {
  CHECK(h::ks_distance(state_of({1, 2, 3, 4}, {0, 0, 1, 1})).value == 1);
  CHECK(h::ks_distance(state_of({1, 2, 3, 4}, {1, 0, 1, 0})).value == 0.5);
  CHECK(h::ks_distance(state_of({1, 1, 1, 1}, {1, 0, 1, 0})).value == 0);
}

TEST_CASE("validation: log loss clips certain mistakes") {
  CHECK(h::log_loss(state_of({0.5, 0.5}, {0, 1})).value == Approx(std::log(2.0)).epsilon(1e-14));
  CHECK(h::log_loss(state_of({0, 1}, {1, 1})).value == Approx(-std::log(1e-15) / 2).epsilon(1e-12));
  CHECK_THROWS_AS((void)h::log_loss(state_of({50, 1}, {1, 1})), schema_error);
  CHECK_THROWS_AS((void)h::brier(state_of({-0.1, 1}, {1, 1})), schema_error);
}

TEST_CASE("calibration: frequencies as foretold have intercept 0 and slope 1") {
  numbers risk;
  bytes left;
  for (const int tenth : {1, 3, 6, 8}) {
    for (int i = 0; i < 100; ++i) {
      risk.push_back(tenth / 10.0);
      left.push_back(i < tenth * 10);
    }
  }
  const auto line = h::calibration(state_of(risk, left));
  CHECK(line.intercept.value == Approx(0).epsilon(1e-10));
  CHECK(line.slope.value == Approx(1).epsilon(1e-10));
  CHECK(line.expected == Approx(180).epsilon(1e-12));
  CHECK(line.observed == 180);
  CHECK(line.slope.low < 1);
  CHECK(line.slope.high > 1);
}

TEST_CASE("calibration: two risks have a closed form") {
  // 1 of 10 left at p = 0.2, 6 of 10 at p = 0.5: the line goes through both observed log-odds.
  numbers risk(10, 0.2);
  risk.resize(20, 0.5);
  bytes left(20, 0);
  left[0] = 1;
  for (std::size_t i = 10; i < 16; ++i) left[i] = 1;
  const auto logit = [](double p) { return std::log(p / (1 - p)); };
  CHECK(h::calibration(state_of(risk, left)).slope.value ==
        Approx((logit(0.6) - logit(0.1)) / (logit(0.5) - logit(0.2))).epsilon(1e-10));
  const auto separated = h::calibration(state_of({0.2, 0.3, 0.6, 0.7}, {0, 0, 1, 1}));
  CHECK(separated.slope.reason == undefined_reason::not_converged);
}

TEST_CASE("tiers: churn rates with Wilson intervals, and whether they fall") {
  const std::vector<h::tier_code> tier{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, h::unknown_tier};
  const bytes left{1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1};
  const auto state = h::tally_tier_outcomes(tier, column<std::uint8_t>(left));
  const auto rows = h::churn_by_tier(state, 3);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].churn_rate.value == 0.75);
  CHECK(rows[0].churn_rate.method == interval_method::wilson);
  CHECK(rows[3].tier == h::unknown_tier);
  CHECK(rows[3].churn_rate.value == 1);
  CHECK(h::order_of_tiers(state, 3) == h::tier_order::falls);
  CHECK(h::order_of_tiers(state, 1) == h::tier_order::one_tier_only);
  const auto worse = state_of({}, {});
  CHECK(h::auc(worse).n == 0);
  const std::vector<h::tier_code> two{0, 0, 2, 2};
  CHECK(h::order_of_tiers(h::tally_tier_outcomes(two, column<std::uint8_t>(one_call(bytes{0, 0, 0, 1}))), 3) ==
        h::tier_order::rises_somewhere);
  const std::vector<h::tier_code> wrong{77};
  CHECK_THROWS_AS((void)h::tally_tier_outcomes(wrong, column<std::uint8_t>(one_call(bytes{0}))), data_error);
}

TEST_CASE("lead time: from the first red to the departure, and the share that was never red") {
  const std::vector<std::int32_t> red{100, 110, 120, 0, 300, 5}, left{130, 150, 200, 140, 290, 0};
  const std::uint8_t red_known = 0b110111, left_known = 0b011111;
  const auto state = h::tally_lead_times(column<std::int32_t>(red, &red_known), column<std::int32_t>(left, &left_known));
  const auto found = h::lead_time(state);
  CHECK(state.never_red == 2);  // one never, one only after it had left
  CHECK(found.median.value == 40);
  CHECK(found.lower_quartile.value == 30);
  CHECK(found.upper_quartile.value == 80);
  CHECK(found.never_red.value == 0.4);
}

TEST_CASE("lead times: red on the day of leaving is no warning, red the day before is one of a day") {
  const std::vector<std::int32_t> red{99, 100, 101}, left{100, 100, 100};
  const auto state = h::tally_lead_times(column<std::int32_t>(red), column<std::int32_t>(left));
  CHECK(state.never_red == 2);
  CHECK(h::lead_time(state).median.value == 1);
}

TEST_CASE("information value: a perfect copy of the outcome is far above 0.5, noise is near 0") {
  std::mt19937_64 random(5);
  numbers copy, noise;
  bytes left;
  for (int i = 0; i < 5000; ++i) {
    left.push_back(random() % 4 == 0);
    copy.push_back(left.back() + static_cast<double>(random() % 100) / 1000);
    noise.push_back(static_cast<double>(random() % 1000));
  }
  CHECK(h::information_value(state_of(copy, left)) > 5);
  CHECK(h::information_value(state_of(noise, left)) < 0.02);
}

TEST_CASE("outcome_scores: the laws") {
  sojourn::test::check_laws<h::outcome_scores>([](std::mt19937_64& random) {
    const sample s = random_sample(random, 1 + random() % 8, 7);
    auto state = state_of(s.risk, s.left);
    state.unlabelled = static_cast<std::int64_t>(random() % 3);
    return state;
  });
}

TEST_CASE("tier_outcomes: the laws") {
  sojourn::test::check_laws<h::tier_outcomes>([](std::mt19937_64& random) {
    std::vector<h::tier_code> tier;
    bytes left;
    for (int i = 0; i < 5; ++i) {
      tier.push_back(static_cast<h::tier_code>(random() % 4 == 3 ? h::unknown_tier : random() % 3));
      left.push_back(random() % 2);
    }
    return h::tally_tier_outcomes(tier, column<std::uint8_t>(left));
  });
}

TEST_CASE("lead_times: the laws") {
  sojourn::test::check_laws<h::lead_times>([](std::mt19937_64& random) {
    std::vector<std::int32_t> red, left;
    for (int i = 0; i < 4; ++i) {
      red.push_back(static_cast<std::int32_t>(random() % 100));
      left.push_back(static_cast<std::int32_t>(random() % 100));
    }
    return h::tally_lead_times(column<std::int32_t>(red), column<std::int32_t>(left));
  });
}

TEST_CASE("outcome_scores: many chunks and threads give the bytes of one pass") {
  std::mt19937_64 random(3);
  const sample s = random_sample(random, 3 * rows_per_chunk + 17, 5000);
  const column<double> risk(s.risk);
  const column<std::uint8_t> left(s.left);
  const auto serial = to_bytes(h::tally_outcomes(risk, left));
  for (const std::size_t threads : {2u, 3u, 8u}) {
    CHECK(to_bytes(h::tally_outcomes(risk, left, {}, thread_executor(threads))) == serial);
  }
}

TEST_CASE("tier_outcomes: a sum that leaves 64 bits changes nothing, whichever field leaves them") {
  h::tier_outcomes most;
  most.left[2] = 5;
  most.stayed[3] = INT64_MAX;
  h::tier_outcomes one;
  one.left[2] = 1;
  one.stayed[3] = 1;
  const h::tier_outcomes before = most;
  CHECK_THROWS_AS(most += one, overflow_error);
  CHECK(most == before);
  h::tier_outcomes least;
  least.stayed[3] = INT64_MIN;
  const h::tier_outcomes lowest = least;
  CHECK_THROWS_AS(least -= one, overflow_error);
  CHECK(least == lowest);
}
