#include "sojourn/lifetime/decay_curve.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "sojourn/lifetime/decay_comparison.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

const std::vector<decay_curve> curves = {
    {decay_family::bdw, {0.45, 1.4, 1.4}},   {decay_family::weibull, {0.1, 0.8}},
    {decay_family::dweibull, {0.15, 0.8}},   {decay_family::gompertz, {0.2, -0.15}},
    {decay_family::loglogistic, {6.0, 1.1}}, {decay_family::lognormal, {2.0, 1.3}},
    {decay_family::lomax, {1.4, 5.0}},       {decay_family::weibull_gamma, {0.4, 2.0, 1.5}},
    {decay_family::cure, {0.4, 0.2}},        {decay_family::two_segment, {0.6, 0.03, 0.4}},
};

/// The formulas as the header states them, in plain arithmetic.
double share_left(const decay_curve& model, double t) {
  const auto& p = model.parameters;
  switch (model.family) {
    case decay_family::bdw:
      return std::exp(std::lgamma(p[1] + std::pow(t, p[2])) - std::lgamma(p[0] + p[1] + std::pow(t, p[2])) -
                      std::lgamma(p[1]) + std::lgamma(p[0] + p[1]));
    case decay_family::weibull:
      return std::exp(-std::pow(p[0] * t, p[1]));
    case decay_family::dweibull:
      return std::pow(1 - p[0], std::pow(t, p[1]));
    case decay_family::gompertz:
      return std::exp(-p[0] * (std::exp(p[1] * t) - 1) / p[1]);
    case decay_family::loglogistic:
      return 1 / (1 + std::pow(t / p[0], p[1]));
    case decay_family::lognormal:
      return std::erfc((std::log(t) - p[0]) / p[1] / std::sqrt(2.0)) / 2;
    case decay_family::lomax:
      return std::pow(1 + t / p[1], -p[0]);
    case decay_family::weibull_gamma:
      return std::pow(1 + std::pow(t, p[2]) / p[1], -p[0]);
    case decay_family::cure:
      return p[0] + (1 - p[0]) * std::pow(1 - p[1], t);
    default:
      return p[0] * std::pow(1 - p[1], t) + (1 - p[0]) * std::pow(1 - p[2], t);
  }
}

decay_state table_of(const decay_curve& model, double size) {
  std::vector<std::int64_t> survivors;
  for (std::int64_t t = 0; t <= 24; ++t) survivors.push_back(std::llround(size * survival(model, t)));
  return tally_decay(survivors);
}

}  // namespace

TEST_CASE("each family is its formula, its retention a ratio, and its likelihood the sum over renewals") {
  for (const decay_curve& model : curves) {
    CAPTURE(to_string(model.family));
    CHECK(survival(model, 0) == 1);
    for (const std::int64_t t : {1, 2, 10, 60}) {
      CHECK(survival(model, t) == Approx(share_left(model, static_cast<double>(t))).epsilon(1e-11));
      CHECK(retention(model, t) == Approx(survival(model, t) / survival(model, t - 1)).epsilon(1e-12));
    }
    const decay_state observed{{{80, 20}, {70, 10}, {0, 5}}};
    double sum = 0;
    for (std::size_t p = 0; p < 3; ++p) {
      const double kept = retention(model, static_cast<std::int64_t>(p) + 1);
      sum += static_cast<double>(observed.periods[p].renewed) * std::log(kept) +
             static_cast<double>(observed.periods[p].lost) * std::log(1 - kept);
    }
    CHECK(log_likelihood(model, observed) == Approx(sum).epsilon(1e-11));
  }
}

TEST_CASE("tails keep their digits: logarithms of shares that underflow, bdw far out and with large parameters") {
  CHECK(log_survival({decay_family::weibull, {1, 2}}, 100) == Approx(-10'000));
  CHECK(log_survival({decay_family::lognormal, {0, 0.1}}, 100) == Approx(-1065.128796322).epsilon(1e-11));
  const decay_curve same{decay_family::bdw, {0.7, 3.8, 1}};
  for (const std::int64_t t : {1, 500, 100'000})
    CHECK(survival(same, t) == Approx(survival(sbg{0.7, 3.8}, t)).epsilon(1e-12));
  CHECK(survival(decay_curve{decay_family::bdw, {1e6, 1e7, 1}}, 12) == Approx(0.3186310089).epsilon(1e-9));
}

TEST_CASE("a fit is at the top: no parameter moved by a little has a higher likelihood") {
  for (const decay_curve& truth : curves) {
    CAPTURE(to_string(truth.family));
    const decay_state observed = table_of(truth, 100'000);
    const decay_fit fit = fit_decay(observed, {truth.family});
    REQUIRE(fit.status == fit_status::converged);
    CHECK(family_of(fit) == truth.family);
    CHECK(fit.log_likelihood >= log_likelihood(truth, observed));
    const decay_curve top = std::get<decay_curve>(fit.model);
    const std::size_t n = parameter_names(top.family).size();
    for (std::size_t i = 0; i < n; ++i) {
      for (const double by : {0.999, 1.001}) {
        decay_curve moved = top;
        moved.parameters[i] *= by;
        CHECK(log_likelihood(moved, observed) < fit.log_likelihood);
      }
      CHECK(fit.covariance[i * n + i] > 0);
    }
  }
}

TEST_CASE("parameters stated by the caller are read like fitted ones, without an interval") {
  const std::vector<double> two{0.1, 0.8};
  const decay_fit stated = decay_of(decay_family::weibull, two, table_of({decay_family::weibull, {0.1, 0.8}}, 1000));
  CHECK(stated.status == fit_status::given);
  CHECK(std::isfinite(stated.log_likelihood));
  const estimate s = survival_estimate(stated, 5);
  CHECK(s.value == Approx(std::exp(-std::pow(0.5, 0.8))));
  CHECK(std::isnan(s.low));
  CHECK(std::isnan(aic(stated)));
  CHECK_THROWS_AS((void)decay_of(decay_family::bdw, two), schema_error);
  CHECK_THROWS_AS((void)decay_of(decay_family::weibull, std::vector<double>{0.1, -1.0}), schema_error);
}

TEST_CASE("a comparison ranks the family that made the counts first, in sample and held out") {
  const decay_state observed = table_of({decay_family::weibull_gamma, {0.4, 2.0, 1.5}}, 1e7);
  const auto rows = compare_decay(observed, all_decay_families, 6);
  REQUIRE(rows.size() == all_decay_families.size());
  const compared_decay& own = rows[static_cast<std::size_t>(decay_family::weibull_gamma)];
  CHECK(own.status == fit_status::converged);
  for (const compared_decay& row : rows) {
    if (row.status != fit_status::converged) continue;
    CAPTURE(to_string(row.family));
    CHECK(row.bic >= own.bic - 1e-6);
    CHECK(row.holdout_error >= own.holdout_error - 1e-9);
  }
  CHECK_THROWS_AS((void)compare_decay(observed, all_decay_families, 24), schema_error);
}

TEST_CASE("tails stay shares where powers of age leave the range of numbers, and where hazards rise without end") {
  const decay_curve steep{decay_family::bdw, {26.0165, 2.40797, 84.6134}};
  // S = B(gamma, delta + t^c)/B(gamma, delta), in logarithms of large arguments: Gamma(delta + gamma)/Gamma(delta) t^(-c
  // gamma)
  const double far = std::lgamma(2.40797 + 26.0165) - std::lgamma(2.40797) - 26.0165 * 84.6134 * std::log(2.0);
  CHECK(log_survival(steep, 2) == Approx(far).epsilon(1e-12));
  CHECK(log_survival(steep, 1e5) < -1e4);
  CHECK(retention(steep, 100'000) == Approx(std::pow(1 - 1e-5, 26.0165 * 84.6134)).epsilon(1e-3));
  const decay_curve rising{decay_family::gompertz, {1, 0.5, 0}};
  CHECK(survival(rising, 100'000) == 0);
  CHECK(retention(rising, 100'000) == 0);
  CHECK(discounted_residual_lifetime(decay_curve{decay_family::weibull, {24.9618, 98.5431, 0}}, 96, 0.01).value == 0);
  CHECK(retention(decay_curve{decay_family::gompertz, {11.2728, -2.56453, 0}}, 100'000) == 1);
}
