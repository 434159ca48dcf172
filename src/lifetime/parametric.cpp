#include "sojourn/lifetime/parametric.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "detail/nan.hpp"
#include "lifetime/span_maximum.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Coordinates of the caller's unit of time from those of the scaled one, and the slope of each parameter by its coordinate.
void rescale(parametric_fit& fit, detail::coordinates at, double unit, VectorXd& slope) {
  const double shift = std::log(unit);
  switch (fit.family) {
    case survival_family::exponential:
      at[0] -= shift;
      break;
    case survival_family::weibull:
    case survival_family::loglogistic:
      at[1] += shift;
      break;
    case survival_family::lognormal:
    case survival_family::gengamma:
      at[0] += shift;
      break;
    case survival_family::gompertz:
      at[0] -= shift;
      at[1] /= unit;
      break;
  }
  const auto parameters = detail::parameters_of(fit.family, at);
  const auto names = parameter_names(fit.family);
  slope = VectorXd::Ones(static_cast<Index>(names.size()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    fit.parameters.push_back(parameters[i]);
    if (names[i] == "b") slope[static_cast<Index>(i)] = 1 / unit;
    if (names[i] != "mu" && names[i] != "q" && names[i] != "b") slope[static_cast<Index>(i)] = parameters[i];
  }
}

}  // namespace

std::span<const std::string_view> parameter_names(survival_family family) {
  static constexpr std::string_view rate[] = {"rate"}, shape_scale[] = {"shape", "scale"}, mu_sigma[] = {"mu", "sigma"},
                                    a_b[] = {"a", "b"}, mu_sigma_q[] = {"mu", "sigma", "q"};
  switch (family) {
    case survival_family::exponential:
      return rate;
    case survival_family::weibull:
    case survival_family::loglogistic:
      return shape_scale;
    case survival_family::lognormal:
      return mu_sigma;
    case survival_family::gompertz:
      return a_b;
    case survival_family::gengamma:
      break;
  }
  return mu_sigma_q;
}

double log_survival(survival_family family, std::span<const double> parameters, double age) {
  const detail::coordinates at = detail::coordinates_of(family, parameters);
  if (!(age >= 0)) throw schema_error("log_survival: an age is 0 or more");
  if (age == 0) return 0;
  if (std::isinf(age)) {
    const bool for_ever = family == survival_family::gompertz && parameters[1] < 0;
    return for_ever ? parameters[0] / parameters[1] : -std::numeric_limits<double>::infinity();
  }
  return detail::log_survival_at<double>(family, at, age);
}

double log_density(survival_family family, std::span<const double> parameters, double age) {
  const detail::coordinates at = detail::coordinates_of(family, parameters);
  if (!(age > 0 && std::isfinite(age))) throw schema_error("log_density: an age is a number above 0");
  return detail::log_density_at<double>(family, at, age);
}

parametric_fit fit_survival(const lifetime_spans& rows, survival_family family, confidence_level level) {
  const detail::span_data data = detail::read_spans(rows);
  parametric_fit fit;
  fit.family = family;
  fit.level = level;
  fit.accounts = data.accounts;
  fit.events = data.events;
  fit.rows_missing = data.rows_missing;
  fit.robust = data.weighted;
  if (data.events == 0) {
    fit.status = regression_status::no_events;
    fit.note = "no account left";
    return fit;
  }
  const detail::span_maximum best = detail::maximise(data, family);
  fit.gradient = best.likelihood.slope.cwiseAbs().maxCoeff() / data.worth;
  if (!best.found) {
    fit.note = "the likelihood rises without end or is flat: too few exits, or all at one age, for this family";
    return fit;
  }
  fit.status = regression_status::converged;
  fit.log_likelihood = best.likelihood.value - data.log_units;
  VectorXd slope;
  rescale(fit, best.at, data.unit, slope);
  const Index p = slope.size();
  MatrixXd covariance = (-best.likelihood.curve).ldlt().solve(MatrixXd::Identity(p, p));
  if (fit.robust) covariance = (covariance * best.likelihood.squares * covariance).eval();
  covariance = (slope.asDiagonal() * covariance * slope.asDiagonal()).eval();
  for (Index i = 0; i < p; ++i) {
    fit.standard_errors.push_back(std::sqrt(covariance(i, i)));
    for (Index j = 0; j < p; ++j) fit.covariance.push_back(covariance(i, j));
  }
  fit.aic = 2 * static_cast<double>(p) - 2 * fit.log_likelihood;
  fit.bic = static_cast<double>(p) * std::log(static_cast<double>(data.accounts)) - 2 * fit.log_likelihood;
  return fit;
}

estimate survival_estimate(const parametric_fit& fit, double age, double given_age) {
  if (!(given_age >= 0 && age >= given_age && std::isfinite(given_age)))
    throw schema_error("survival_estimate: an age is a number of 0 or more, and not before the age given");
  if (fit.status != regression_status::converged)
    return undefined_estimate(undefined_reason::not_converged, fit.level, fit.accounts).as(fitted_survival_label);
  const auto log_left = [&](std::span<const double> parameters) {
    return log_survival(fit.family, parameters, age) - log_survival(fit.family, parameters, given_age);
  };
  estimate found = estimate{}.as(fitted_survival_label);
  found.level = fit.level.value();
  found.n = fit.accounts;
  const double hazard = -log_left(fit.parameters);
  found.value = std::exp(-hazard);
  if (!(hazard > 0) || std::isinf(hazard)) return found;
  // The slope of the cumulative hazard by each parameter, by differences of a tenth of its error or less.
  const std::size_t p = fit.parameters.size();
  std::vector<double> slope(p);
  const auto names = parameter_names(fit.family);
  for (std::size_t i = 0; i < p; ++i) {
    const bool any_sign = names[i] == "mu" || names[i] == "b" || names[i] == "q";
    // A parameter above 0 stays above it, however small its unit makes it.
    const double scale = any_sign ? std::max(std::abs(fit.parameters[i]), 1e-8) : fit.parameters[i];
    const double h = std::min(1e-4 * scale, 0.1 * fit.standard_errors[i]);
    std::vector<double> up = fit.parameters, down = fit.parameters;
    up[i] += h;
    down[i] -= h;
    slope[i] = (log_left(down) - log_left(up)) / (2 * h);
  }
  double variance = 0;
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) variance += slope[i] * fit.covariance[i * p + j] * slope[j];
  }
  const double stretch = std::exp(fit.level.normal_quantile() * std::sqrt(variance) / hazard);
  found.low = std::exp(-hazard * stretch);
  found.high = std::exp(-hazard / stretch);
  found.method = interval_method::log_log;
  return found;
}

double survival_age(const parametric_fit& fit, double share) {
  if (!(share > 0 && share < 1)) throw schema_error("survival_age: a share lies between 0 and 1, for example 0.5");
  if (fit.status != regression_status::converged) return nan;
  const double wanted = std::log(share);
  const auto left = [&](double age) { return log_survival(fit.family, fit.parameters, age); };
  double low = 0, high = 1;
  while (left(high) > wanted) {
    low = high;
    high *= 2;
    if (std::isinf(high)) return high;
  }
  for (int halving = 0; halving < 200 && low < high; ++halving) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (left(middle) > wanted ? low : high) = middle;
  }
  return high;
}

}  // namespace sojourn::inline v0_1
