// Intervals of a fitted decay curve: delta method on the logit scale, profile likelihood.
#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "sojourn/lifetime/decay.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double logit(double p) {
  return std::log(p) - std::log1p(-p);
}
double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

template <class F>
double root_between(const F& f, double a, double b) {
  std::uintmax_t most = 200;
  if (a > b) std::swap(a, b);
  const double at_a = f(a), at_b = f(b);
  if (at_a == 0) return a;
  if (at_b == 0) return b;
  const auto bracket =
      boost::math::tools::toms748_solve(f, a, b, at_a, at_b, boost::math::tools::eps_tolerance<double>(48), most);
  return (bracket.first + bracket.second) / 2;
}

/// The largest likelihood with the quantity held at the value that `x` encodes.
using constrained_likelihood = std::function<double(double x)>;

struct decay_limits {
  double low, high;
};

/// Where the constrained likelihood has fallen by z^2 / 2 on one side of its top; infinite when it never does.
double limit_on_side(const constrained_likelihood& best, double top, double target, double step) {
  const auto excess = [&](double x) { return best(x) - target; };
  double inside = top;
  for (double reach = step; std::abs(reach) < 60; reach *= 2) {
    const double outside = top + reach;
    if (excess(outside) < 0) return root_between(excess, inside, outside);
    inside = outside;
  }
  return step < 0 ? -infinity : infinity;
}

decay_limits profile_limits(const constrained_likelihood& best, double top, double error, double log_likelihood, double z) {
  const double target = log_likelihood - z * z / 2;
  const double step = std::clamp(error * z, 1e-6, 5.0);
  return {limit_on_side(best, top, target, -step), limit_on_side(best, top, target, step)};
}

/// Maximum over the coordinate that a constraint leaves free; it is a logarithm.
template <class ModelAt>
double best_along(const decay_state& observed, const ModelAt& model_at) {
  const auto loss = [&](double free) { return -log_likelihood(model_at(free), observed); };
  return -boost::math::tools::brent_find_minima(loss, -14.0, 14.0, 40).second;
}

double variance_of_logit(const geometric& model, const decay_fit& fit, std::int64_t t) {
  const double slope = static_cast<double>(t) / (1 - model.theta) / (1 - survival(model, t));
  return slope * slope * fit.covariance[0];
}

double variance_of_logit(const sbg& model, const decay_fit& fit, std::int64_t t) {
  double by_alpha = 0, by_beta = 0;
  for (std::int64_t j = 0; j < t; ++j) {
    const double kept = model.beta + static_cast<double>(j);
    by_alpha -= 1 / (model.alpha + kept);
    by_beta += 1 / kept - 1 / (model.alpha + kept);
  }
  const double variance = by_alpha * by_alpha * fit.covariance[0] + 2 * by_alpha * by_beta * fit.covariance[1] +
                          by_beta * by_beta * fit.covariance[2];
  const double lost = 1 - survival(model, t);
  return variance / (lost * lost);
}

double best_with_survival(const geometric&, const decay_state& observed, std::int64_t t, double logit_survival) {
  const double theta = -std::expm1(std::log(logistic(logit_survival)) / static_cast<double>(t));
  return log_likelihood(geometric{theta}, observed);
}

double best_with_survival(const sbg&, const decay_state& observed, std::int64_t t, double logit_survival) {
  return best_along(observed, [&](double log_size) {
    const double size = std::exp(log_size);
    const auto at = [&](double mean_logit) { return sbg{size * logistic(mean_logit), size * logistic(-mean_logit)}; };
    // Survival falls from 1 to 0 as the mean churn rises.
    const auto miss = [&](double mean_logit) {
      const double s = survival(at(mean_logit), t);
      return std::log(std::max(s, 1e-300)) - std::log(std::max(1 - s, 1e-300)) - logit_survival;
    };
    return at(root_between(miss, -34.0, 34.0));
  });
}

template <class Model>
decay_limits survival_limits(const Model& model, const decay_fit& fit, std::int64_t t, decay_interval_options options) {
  const double top = logit(survival(model, t));
  const double error = std::sqrt(variance_of_logit(model, fit, t));
  const double z = options.level.normal_quantile();
  if (options.interval == decay_interval::delta) return {logistic(top - z * error), logistic(top + z * error)};
  const auto best = [&](double x) { return best_with_survival(model, fit.observed, t, x); };
  const decay_limits found = profile_limits(best, top, error, fit.log_likelihood, z);
  return {logistic(found.low), logistic(found.high)};
}

decay_limits parameter_limits(const sbg& model, const decay_fit& fit, std::size_t index, double error, double z) {
  const double value = index == 0 ? model.alpha : model.beta;
  const auto best = [&](double log_value) {
    return best_along(fit.observed, [&](double log_other) {
      const double fixed = std::exp(log_value), other = std::exp(log_other);
      return index == 0 ? sbg{fixed, other} : sbg{other, fixed};
    });
  };
  const decay_limits found = profile_limits(best, std::log(value), error / value, fit.log_likelihood, z);
  return {std::exp(found.low), std::exp(found.high)};
}

decay_limits parameter_limits(const geometric& model, const decay_fit& fit, std::size_t, double error, double z) {
  const auto best = [&](double x) { return log_likelihood(geometric{logistic(x)}, fit.observed); };
  const decay_limits found =
      profile_limits(best, logit(model.theta), error / (model.theta * (1 - model.theta)), fit.log_likelihood, z);
  return {logistic(found.low), logistic(found.high)};
}

std::vector<decay_parameter> parameters_of(const geometric& model) {
  return {{"theta", model.theta}};
}
std::vector<decay_parameter> parameters_of(const sbg& model) {
  return {{"alpha", model.alpha}, {"beta", model.beta}};
}

interval_method name_of(decay_interval kind) {
  return kind == decay_interval::profile ? interval_method::profile : interval_method::delta;
}

std::int64_t cohort_size(const decay_fit& fit) {
  return fit.observed.periods.empty() ? 0 : fit.observed.periods.front().at_risk();
}

}  // namespace

std::vector<decay_parameter> parameters(const decay_fit& fit) {
  if (fit.status == fit_status::refused) return {};
  return std::visit([](const auto& model) { return parameters_of(model); }, fit.model);
}

estimate survival_estimate(const decay_fit& fit, std::int64_t renewals, decay_interval_options options) {
  if (!fit.usable()) {
    return undefined_estimate(undefined_reason::not_converged, options.level, cohort_size(fit)).as(decay_label);
  }
  estimate found = estimate{}.as(decay_label);
  found.value = survival(fit, renewals);
  found.level = options.level.value();
  found.n = cohort_size(fit);
  // At age 0, or where no account is left, the logit is infinite and there is no interval.
  if (!(found.value > 0 && found.value < 1)) return found;
  const decay_limits at =
      std::visit([&](const auto& model) { return survival_limits(model, fit, renewals, options); }, fit.model);
  found.low = at.low;
  found.high = at.high;
  found.method = name_of(options.interval);
  return found;
}

estimate parameter_estimate(const decay_fit& fit, std::size_t index, decay_interval_options options) {
  if (!fit.usable()) {
    return undefined_estimate(undefined_reason::not_converged, options.level, cohort_size(fit)).as(decay_parameter_label);
  }
  const std::vector<decay_parameter> all = parameters(fit);
  if (index >= all.size()) throw schema_error("decay: the fitted family has no parameter " + std::to_string(index));
  estimate found = estimate{}.as(decay_parameter_label);
  found.value = all[index].value;
  found.level = options.level.value();
  found.n = cohort_size(fit);
  const double error = std::sqrt(fit.covariance[index == 0 ? 0 : 2]);
  if (error == 0) return found;  // theta = 1: everybody left at once
  const double z = options.level.normal_quantile();
  decay_limits at{std::max(0.0, found.value - z * error), found.value + z * error};
  if (options.interval == decay_interval::profile) {
    at = std::visit([&](const auto& model) { return parameter_limits(model, fit, index, error, z); }, fit.model);
  }
  found.low = at.low;
  found.high = at.high;
  found.method = options.interval == decay_interval::profile ? interval_method::profile : interval_method::wald;
  return found;
}

estimate parameter_estimate(const decay_fit& fit, std::string_view name, decay_interval_options options) {
  std::string known;
  const std::vector<decay_parameter> all = parameters(fit);
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (all[index].name == name) return parameter_estimate(fit, index, options);
    known += (known.empty() ? "" : ", ") + std::string(all[index].name);
  }
  throw schema_error("decay: parameter \"" + std::string(name) + "\" is not one of " +
                     (known.empty() ? "none: the fit was refused" : known));
}

decay_projection project(const decay_fit& fit, std::int32_t periods, decay_interval_options options) {
  if (periods < 0) throw schema_error("decay: a projection covers 0 or more periods");
  const auto seen = fit.observed.observed_survival();
  decay_projection curve;
  curve.last_observed = static_cast<std::int32_t>(fit.observed.periods.size());
  for (std::int32_t t = 0; t <= periods; ++t) {
    const estimate s = survival_estimate(fit, t, options);
    const auto row = static_cast<std::size_t>(t);
    curve.period.push_back(t);
    curve.observed.push_back(row < seen.size() ? seen[row] : std::numeric_limits<double>::quiet_NaN());
    curve.survival.push_back(s.value);
    curve.low.push_back(s.low);
    curve.high.push_back(s.high);
    curve.retention.push_back(t == 0 || !fit.usable() ? std::numeric_limits<double>::quiet_NaN() : retention(fit, t));
  }
  return curve;
}

}  // namespace sojourn::inline v0_1
