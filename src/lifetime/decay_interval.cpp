// Intervals of a fitted decay curve: delta method on the logit scale, profile likelihood.
#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

#include "detail/nan.hpp"
#include "lifetime/decay_curve_fit.hpp"
#include "lifetime/decay_curve_profile.hpp"
#include "sojourn/lifetime/decay.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::curve_jet;
using detail::curve_of;
using detail::profile_range;

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

/// logit S = log S - log(1 - S)
detail::coordinate_function logit_survival(decay_family family, std::int64_t t) {
  return [family, at = static_cast<double>(t)](const std::array<curve_jet, 3>& x) {
    const curve_jet s = detail::log_survival_at<curve_jet>(family, x, at);
    return s - detail::log_one_minus_exp(s);
  };
}

/// Variance of a function of the coordinates, from the covariance of the parameters.
double variance_of(const detail::coordinate_function& of, const decay_curve& model, const std::vector<double>& covariance) {
  const detail::family_parameters shape = detail::parameters_of(model.family);
  const detail::decay_coordinates at = detail::coordinates_of(model);
  const std::size_t n = shape.names.size();
  std::array<curve_jet, 3> x{};
  for (std::size_t i = 0; i < n; ++i) x[i] = curve_jet::variable(at[i], i);
  const curve_jet found = of(x);
  const auto slope = [&](std::size_t i) { return found.slope[i] / detail::stretch(shape.ranges[i], model.parameters[i]); };
  double variance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) variance += slope(i) * slope(j) * covariance[i * n + j];
  }
  return variance;
}

void require_counts(const decay_fit& fit, decay_interval_options options) {
  if (options.interval != decay_interval::profile || !fit.robust) return;
  throw schema_error(
      "decay: the likelihood of weights has no profile limits; take the delta method, whose error is robust, or the "
      "bootstrap");
}

profile_range survival_limits(const decay_fit& fit, std::int64_t t, double survived, decay_interval_options options) {
  const decay_curve model = curve_of(fit);
  const auto of = logit_survival(model.family, t);
  const double z = options.level.normal_quantile();
  if (options.interval == decay_interval::profile) {
    const profile_range found = detail::profile_of(fit, model, of, z);
    return {logistic(found.low), logistic(found.high)};
  }
  const double top = std::log(survived) - std::log1p(-survived);
  const double reach = z * std::sqrt(variance_of(of, model, fit.covariance));
  return {logistic(top - reach), logistic(top + reach)};
}

profile_range parameter_limits(const decay_fit& fit, std::size_t index, decay_interval_options options) {
  const decay_curve model = curve_of(fit);
  const detail::family_parameters shape = detail::parameters_of(model.family);
  const double z = options.level.normal_quantile();
  if (options.interval == decay_interval::profile) {
    const profile_range found = detail::profile_of(fit, model, [index](const auto& x) { return x[index]; }, z);
    const auto at = [&](double x) { return detail::to_parameter(shape.ranges[index], x); };
    return {at(found.low), at(found.high)};
  }
  const double value = model.parameters[index], error = std::sqrt(fit.covariance[index * shape.names.size() + index]);
  profile_range found{value - z * error, value + z * error};
  if (shape.ranges[index] != detail::parameter_range::any) found.low = std::max(found.low, 0.0);
  if (shape.ranges[index] == detail::parameter_range::share) found.high = std::min(found.high, 1.0);
  return found;
}

interval_method name_of(decay_interval kind) {
  return kind == decay_interval::profile ? interval_method::profile : interval_method::delta;
}

}  // namespace

std::vector<decay_parameter> parameters(const decay_fit& fit) {
  if (fit.status == fit_status::refused) return {};
  const decay_curve model = curve_of(fit);
  const auto names = parameter_names(model.family);
  std::vector<decay_parameter> all;
  all.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) all.push_back({names[i], model.parameters[i]});
  return all;
}

estimate survival_estimate(const decay_fit& fit, std::int64_t renewals, decay_interval_options options) {
  require_counts(fit, options);
  if (!fit.usable()) {
    return undefined_estimate(undefined_reason::not_converged, options.level, fit.accounts()).as(decay_label);
  }
  estimate found = estimate{}.as(decay_label);
  found.value = survival(fit, renewals);
  found.level = options.level.value();
  found.n = fit.accounts();
  // At age 0, or where no account is left, the logit is infinite and there is no interval.
  if (!fit.fitted() || !(found.value > 0 && found.value < 1)) return found;
  const profile_range at = survival_limits(fit, renewals, found.value, options);
  found.low = at.low;
  found.high = at.high;
  found.method = name_of(options.interval);
  return found;
}

estimate parameter_estimate(const decay_fit& fit, std::size_t index, decay_interval_options options) {
  require_counts(fit, options);
  if (!fit.usable()) {
    return undefined_estimate(undefined_reason::not_converged, options.level, fit.accounts()).as(decay_parameter_label);
  }
  const std::vector<decay_parameter> all = parameters(fit);
  if (index >= all.size()) throw schema_error("decay: the fitted family has no parameter " + std::to_string(index));
  estimate found = estimate{}.as(decay_parameter_label);
  found.value = all[index].value;
  found.level = options.level.value();
  found.n = fit.accounts();
  if (!fit.fitted()) return found;
  if (fit.covariance[index * all.size() + index] == 0) return found;  // theta = 1: everybody left at once
  const profile_range at = parameter_limits(fit, index, options);
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
