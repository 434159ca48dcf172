// Random valid rows through regressions and parametric fits: no crash; a fit that may be read has numbers everywhere.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_cases.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/lifetime/fine_gray.hpp"
#include "sojourn/lifetime/logistic.hpp"
#include "sojourn/lifetime/parametric.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

void check_coefficients(regression_status status, const std::vector<regression_coefficient>& coefficients) {
  for (const regression_coefficient& one : coefficients) {
    if (status == regression_status::converged) {
      CAPTURE(one.name);
      REQUIRE(std::isfinite(one.coef));
      if (!one.note.empty()) continue;  // says why there is no error
      REQUIRE(std::isfinite(one.standard_error));
      REQUIRE((one.p_value >= 0 && one.p_value <= 1));
      REQUIRE(one.low <= one.hazard_ratio);
      REQUIRE(one.high >= one.hazard_ratio);
    } else if (!std::isfinite(one.coef)) {
      REQUIRE(std::isnan(one.standard_error));
    }
  }
}

}  // namespace

TEST_CASE("random rows: a Cox regression that converged has numbers everywhere, any other one a status") {
  std::mt19937_64 random(11);
  int not_converged = 0, converged = 0;
  const int cases = random_cases(10'000);
  for (int round = 0; round < cases; ++round) {
    CAPTURE(round);
    const exit_columns rows = any_exits(random, 1, 40, true, true);
    const feature_columns features = any_features(random, rows.size(), 3);
    regression_rows data{.rows = rows.view(), .features = features.view()};
    if (one_in(random, 4)) data.strata = rows.group;
    if (one_in(random, 4)) data.cluster = rows.group;
    const cox_options options{.ties = one_in(random, 2) ? cox_ties::efron : cox_ties::breslow};
    const cox_fit fit = fit_cox(data, options);
    check_coefficients(fit.status, fit.coefficients);
    not_converged += fit.status == regression_status::not_converged ? 1 : 0;
    if (fit.status != regression_status::converged) continue;
    ++converged;
    REQUIRE(std::isfinite(fit.log_likelihood));
    REQUIRE(fit.log_likelihood >= fit.null_log_likelihood - 1e-9 * std::abs(fit.null_log_likelihood));
    REQUIRE((std::isnan(fit.concordance) || (fit.concordance >= 0 && fit.concordance <= 1)));
    for (const baseline_step& step : fit.baseline) REQUIRE((step.cumulative_hazard >= 0 && std::isfinite(step.variance)));
    const predicted_survival at_means = survival_of(fit, fit.means, fit.baseline.front().stratum);
    REQUIRE(all_shares(at_means.survival));
    REQUIRE(schoenfeld(data, fit).row.size() <= rows.size());
    for (const proportionality& one : proportional_hazards(data, fit))
      REQUIRE((std::isnan(one.p_value) || (one.p_value >= 0 && one.p_value <= 1)));
  }
  CHECK(converged > cases / 10);
  CHECK(not_converged <= cases / 50);
}

TEST_CASE("random rows: a Fine-Gray regression that converged has numbers everywhere, any other one a status") {
  std::mt19937_64 random(12);
  int not_converged = 0, converged = 0;
  const int cases = random_cases(10'000);
  for (int round = 0; round < cases; ++round) {
    CAPTURE(round);
    const exit_columns rows = any_exits(random, 2, 40, false, true);
    const feature_columns features = any_features(random, rows.size(), 3);
    const fine_gray_fit fit = fit_fine_gray({.rows = rows.view(), .features = features.view()}, 1);
    check_coefficients(fit.status, fit.coefficients);
    not_converged += fit.status == regression_status::not_converged ? 1 : 0;
    if (fit.status != regression_status::converged) continue;
    ++converged;
    REQUIRE(std::isfinite(fit.log_likelihood));
    REQUIRE(all_shares(incidence_of(fit, fit.means)));
  }
  CHECK(converged > cases / 10);
  CHECK(not_converged <= cases / 50);
}

TEST_CASE("random rows: a logistic regression that converged has numbers everywhere, any other one a status") {
  std::mt19937_64 random(13);
  int not_converged = 0, converged = 0;
  const int cases = random_cases(10'000);
  for (int round = 0; round < cases; ++round) {
    CAPTURE(round);
    const std::size_t n = 1 + random() % 60;
    const feature_columns features = any_features(random, n, 3);
    std::vector<std::uint8_t> outcome(n);
    for (auto& one : outcome) one = static_cast<std::uint8_t>(random() % 2);
    logistic_options options;
    if (one_in(random, 3)) options.strength = any_size(random, -6, 3);
    if (one_in(random, 4)) options = {.penalty = logistic_penalty::firth};
    const logistic_fit fit = fit_logistic({.outcome = outcome, .features = features.view()}, options);
    not_converged += fit.status == logistic_status::not_converged ? 1 : 0;
    std::vector<column<double>> columns;
    for (const auto& one : features.values) columns.push_back(one);
    for (const double p : predict(fit, columns)) {
      const bool none = fit.status == logistic_status::one_outcome || fit.status == logistic_status::not_converged;
      REQUIRE((none || (p >= 0 && p <= 1)));
    }
    if (fit.status != logistic_status::converged) continue;
    ++converged;
    REQUIRE(std::isfinite(fit.log_likelihood));
    for (const logistic_coefficient& one : fit.coefficients) {
      CAPTURE(one.name);
      REQUIRE(std::isfinite(one.coef));
      REQUIRE(std::isfinite(one.standard_error));
      REQUIRE((one.p_value >= 0 && one.p_value <= 1));
    }
  }
  CHECK(converged > cases / 3);
  CHECK(not_converged <= cases / 50);
}

TEST_CASE("random rows: a parametric fit that converged has numbers everywhere, any other one a status and a note") {
  std::mt19937_64 random(14);
  int converged = 0, fits = 0;
  const int cases = random_cases(200);
  for (int round = 0; round < cases; ++round) {
    CAPTURE(round);
    const exit_columns rows = any_exits(random, 1, 30, true, true, 0.01);
    std::vector<std::uint8_t> event(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) event[i] = rows.cause[i] != 0 ? 1 : 0;
    std::vector<double> upper;
    if (one_in(random, 3)) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        upper.push_back(event[i] == 0 ? std::numeric_limits<double>::infinity() : rows.time[i] * uniform_of(random, 1, 2));
    }
    const lifetime_spans spans{
        .time = rows.time, .event = event, .upper = upper, .entry = rows.entry, .weight = rows.weight, .count = rows.count};
    for (const survival_family family :
         {survival_family::exponential, survival_family::weibull, survival_family::lognormal, survival_family::loglogistic,
          survival_family::gompertz, survival_family::gengamma}) {
      CAPTURE(static_cast<int>(family));
      // Where the likelihood of its three parameters is flat it takes seconds.
      if (family == survival_family::gengamma && round % 20 != 0) continue;
      const parametric_fit fit = fit_survival(spans, family);
      ++fits;
      const double age = any_size(random, -3, 3);
      const estimate share = survival_estimate(fit, age);
      if (fit.status != regression_status::converged) {
        REQUIRE_FALSE(fit.note.empty());
        REQUIRE_FALSE(share.defined());
        continue;
      }
      ++converged;
      REQUIRE(all_finite(fit.parameters));
      REQUIRE(all_finite(fit.covariance));
      REQUIRE(std::isfinite(fit.log_likelihood));
      REQUIRE((share.value >= 0 && share.value <= 1));
      REQUIRE_FALSE(share.low > share.value);
      REQUIRE_FALSE(share.high < share.value);
      REQUIRE(survival_age(fit, 0.5) > 0);
    }
  }
  CHECK(converged > fits / 5);
}
