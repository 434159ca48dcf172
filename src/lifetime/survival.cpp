// The Kaplan-Meier curve of a survival state: its shares, errors and limits.
#include "sojourn/lifetime/survival.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "detail/nan.hpp"
#include "lifetime/survival_readings.hpp"
#include "lifetime/survival_sets.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;
using detail::nan;
using detail::risk_set;
using detail::risk_sets;
using detail::robust_variances;
using detail::to_double;

/// se(S) / S at every age; NaN from the age at which no account is left.
std::vector<double> relative_errors(const survival_state& state, const survival_options& options,
                                    const std::vector<risk_set>& sets) {
  std::vector<double> term(sets.size(), 0.0), per_event(sets.size(), 0.0), relative(sets.size(), nan);
  std::size_t alive = 0;
  for (; alive < sets.size() && !sets[alive].dies_out(); ++alive) {
    term[alive] = sets[alive].greenwood();
    const int128 kept = sets[alive].exposed - sets[alive].lost;
    per_event[alive] = kept == 0 ? 0 : 1 / to_double(kept);
  }
  if (options.measure == survival_measure::weight) {
    const auto variance = robust_variances(state, options, sets, per_event, term);
    for (std::size_t k = 0; k < alive; ++k) relative[k] = std::sqrt(variance[k]);
    return relative;
  }
  double sum = 0;
  for (std::size_t k = 0; k < alive; ++k) relative[k] = std::sqrt(sum += term[k]);
  return relative;
}

std::vector<double> hazard_errors(const survival_state& state, const survival_options& options,
                                  const std::vector<risk_set>& sets) {
  std::vector<double> per_event(sets.size()), term(sets.size()), error(sets.size());
  for (std::size_t k = 0; k < sets.size(); ++k) {
    per_event[k] = sets[k].exposed == 0 ? 0 : 1 / to_double(sets[k].exposed);
    term[k] = sets[k].hazard() * per_event[k];
  }
  if (options.measure == survival_measure::weight) {
    error = robust_variances(state, options, sets, per_event, term);
    for (double& e : error) e = std::sqrt(e);
    return error;
  }
  double sum = 0;
  for (std::size_t k = 0; k < sets.size(); ++k) error[k] = std::sqrt(sum += term[k]);
  return error;
}

struct curve_limits {
  double low = nan, high = nan;
};

double from_logit(double x) {
  return 1 / (1 + std::exp(-x));
}

/// `relative` is se(S) / S. No scale gives an interval at 0 or 1, where the estimated variance is 0 or unknown.
curve_limits limits_of(double s, double relative, double z, survival_interval scale) {
  if (!(s > 0 && s < 1) || std::isnan(relative)) return {};
  switch (scale) {
    case survival_interval::log_log: {
      const double centre = std::log(-std::log(s));
      const double half = z * relative / -std::log(s);
      return {std::exp(-std::exp(centre + half)), std::exp(-std::exp(centre - half))};
    }
    case survival_interval::plain:
      return {std::max(0.0, s - z * relative * s), std::min(1.0, s + z * relative * s)};
    case survival_interval::log:
      return {s * std::exp(-z * relative), std::min(1.0, s * std::exp(z * relative))};
    case survival_interval::logit: {
      const double centre = std::log(s) - std::log1p(-s);
      const double half = z * relative / (1 - s);
      return {from_logit(centre - half), from_logit(centre + half)};
    }
    case survival_interval::arcsine: {
      const double centre = std::asin(std::sqrt(s));
      const double half = z * relative / 2 * std::sqrt(s / (1 - s));
      const double low = std::sin(std::max(0.0, centre - half));
      const double high = std::sin(std::min(std::numbers::pi / 2, centre + half));
      return {low * low, high * high};
    }
  }
  return {};
}

}  // namespace

survival_curve kaplan_meier(const survival_state& state, survival_options options) {
  const auto sets = risk_sets(state, options);
  const auto relative = relative_errors(state, options, sets);
  survival_curve curve;
  curve.options = options;
  curve.rows_missing = state.rows_missing;
  curve.hazard_standard_error = hazard_errors(state, options, sets);
  const double z = options.level.normal_quantile();
  double s = 1, hazard = 0;
  for (std::size_t k = 0; k < sets.size(); ++k) {
    const risk_set& set = sets[k];
    if (s == 0 && set.at_risk > 0 && !curve.died_out_at) curve.died_out_at = curve.time.back();
    s *= set.kept();
    hazard += set.hazard();
    const curve_limits found = limits_of(s, relative[k], z, options.interval);
    curve.time.push_back(set.time);
    curve.at_risk.push_back(set.at_risk);
    curve.events.push_back(set.events);
    curve.censored.push_back(set.censored);
    curve.survival.push_back(s);
    curve.standard_error.push_back(s == 0 ? nan : s * relative[k]);
    curve.low.push_back(found.low);
    curve.high.push_back(found.high);
    curve.cumulative_hazard.push_back(hazard);
    curve.accounts += set.events + set.censored;
    curve.total_events += set.events;
  }
  return curve;
}

estimate survival_at(const survival_curve& curve, double age) {
  return detail::value_at(curve, curve.time, age);
}

estimate survival_quantile(const survival_curve& curve, double share) {
  const std::vector<double> ages(curve.time.begin(), curve.time.end());
  return detail::quantile_at(curve, ages, share);
}

estimate restricted_mean(const survival_state& state, double horizon, survival_options options) {
  return detail::restricted_area(state, options, std::max(options.given_age.value_or(0), 0.0), horizon);
}

}  // namespace sojourn::inline v0_1
