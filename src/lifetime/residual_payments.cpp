#include "sojourn/lifetime/residual_payments.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "lifetime/decay_families.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_readable(const decay_fit& fit) {
  if (fit.usable()) return;
  const std::string why = fit.note.empty() ? "" : " (" + fit.note + ")";
  throw schema_error("decay: the fit has no curve to read: " + std::string(to_string(fit.status)) + why +
                     "; fit another family, or state parameters");
}

/// R(0) .. R(longest).
std::vector<double> further_payments(const decay_fit& fit, std::int64_t longest, double rate) {
  std::vector<double> found(static_cast<std::size_t>(longest) + 1);
  const estimate oldest = discounted_residual_lifetime(fit, longest, rate);
  if (oldest.reason == undefined_reason::infinite) {
    std::ranges::fill(found, std::numeric_limits<double>::infinity());
    return found;
  }
  found.back() = oldest.value;
  for (std::size_t n = found.size() - 1; n > 0; --n)
    found[n - 1] = retention(fit, static_cast<std::int64_t>(n)) * (1 + found[n] / (1 + rate));
  return found;
}

double paid_as(payment_timing timing, double further, double rate) {
  const double z = 1 / (1 + rate);
  switch (timing) {
    case payment_timing::renewal_due:
      return further;
    case payment_timing::just_paid:
      return z * further;
    case payment_timing::new_customer_pays_now:
      return 1 + z * further;
    case payment_timing::period_end:
      return z * (1 + z * further);
  }
  return further;
}

decay_fit stated_curve(decay_family family, std::span<const double> at) {
  decay_fit found;
  found.status = fit_status::given;
  if (family == decay_family::geometric) {
    found.model = geometric{at[0]};
  } else if (family == decay_family::sbg) {
    found.model = sbg{at[0], at[1]};
  } else {
    decay_curve curve{family, {}};
    std::ranges::copy(at, curve.parameters.begin());
    found.model = curve;
  }
  return found;
}

/// A parameter moved by `step` on the scale on which it has no border: logarithm, logit or its own.
double moved_by(detail::parameter_range range, double parameter, double step) {
  switch (range) {
    case detail::parameter_range::positive:
      return parameter * std::exp(step);
    case detail::parameter_range::share:
      return 1 / (1 + (1 - parameter) / parameter * std::exp(-step));
    case detail::parameter_range::any:
      return parameter + step;
  }
  return parameter;
}

/// Variance of log payments at each age: slopes by differences on those scales.
std::vector<double> log_variances(const decay_fit& fit, std::span<const residual_payments> rows,
                                  const residual_options& options) {
  constexpr double step = 1e-4;
  const decay_family family = family_of(fit);
  const detail::family_parameters shape = detail::parameters_of(family);
  const std::size_t count = shape.names.size();
  std::vector<double> at;
  at.reserve(count);
  for (const decay_parameter& one : parameters(fit)) at.push_back(one.value);
  const auto longest = static_cast<std::int64_t>(rows.size()) - 1;
  std::vector<std::vector<double>> slopes;
  slopes.reserve(count);
  for (std::size_t k = 0; k < count; ++k) {
    const auto at_step = [&](double by) {
      std::vector<double> near = at;
      near[k] = moved_by(shape.ranges[k], at[k], by);
      return further_payments(stated_curve(family, near), longest, options.rate);
    };
    const std::vector<double> above = at_step(step), below = at_step(-step);
    const double per_parameter = 2 * step * detail::stretch(shape.ranges[k], at[k]);
    std::vector<double>& slope = slopes.emplace_back(rows.size());
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const double higher = std::log(paid_as(options.timing, above[n], options.rate));
      slope[n] = (higher - std::log(paid_as(options.timing, below[n], options.rate))) / per_parameter;
    }
  }
  std::vector<double> found(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) found[n] += slopes[i][n] * slopes[j][n] * fit.covariance[i * count + j];
    }
  }
  return found;
}

}  // namespace

std::vector<residual_payments> residual_payments_by_age(const decay_fit& fit, std::int64_t longest,
                                                        const residual_options& options) {
  if (longest < 0) throw schema_error("residual payments: the longest age is 0 or more renewals");
  if (!(options.rate >= 0 && std::isfinite(options.rate)))
    throw schema_error("residual payments: rate is the discount per renewal, 0 or more, for example 0.01 a month");
  require_readable(fit);
  const std::vector<double> lifetime = further_payments(fit, longest, 0);
  const std::vector<double> discounted = options.rate > 0 ? further_payments(fit, longest, options.rate) : lifetime;
  std::vector<residual_payments> rows;
  rows.reserve(lifetime.size());
  for (std::size_t n = 0; n < lifetime.size(); ++n)
    rows.push_back({.lifetime = lifetime[n], .payments = paid_as(options.timing, discounted[n], options.rate)});
  const std::size_t parameters = parameter_names(family_of(fit)).size();
  if (fit.covariance.size() != parameters * parameters) return rows;
  const std::vector<double> variance = log_variances(fit, rows, options);
  const double z = options.level.normal_quantile();
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (!(variance[n] >= 0 && rows[n].payments > 0 && std::isfinite(rows[n].payments))) continue;
    const double factor = std::exp(z * std::sqrt(variance[n]));
    rows[n].low = rows[n].payments / factor;
    rows[n].high = rows[n].payments * factor;
  }
  return rows;
}

double leaving_probability(const decay_fit& fit, std::int64_t renewals, std::int64_t within) {
  if (renewals < 0 || within < 1)
    throw schema_error("leaving probability: renewals so far are 0 or more, those ahead 1 or more");
  require_readable(fit);
  double stays = 1;
  for (std::int64_t ahead = 1; ahead <= within && stays > 0; ++ahead) stays *= retention(fit, renewals + ahead);
  return 1 - stays;
}

}  // namespace sojourn::inline v0_1
