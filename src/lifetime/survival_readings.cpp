#include "lifetime/survival_readings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "detail/nan.hpp"
#include "lifetime/survival_sets.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

interval_method name_of(survival_interval scale) {
  switch (scale) {
    case survival_interval::log_log:
      return interval_method::log_log;
    case survival_interval::plain:
      return interval_method::wald;
    case survival_interval::log:
      return interval_method::log;
    case survival_interval::logit:
      return interval_method::logit;
    case survival_interval::arcsine:
      return interval_method::arcsine;
  }
  return interval_method::none;
}

/// First age at which a falling curve is at or below `share`; the middle of the step where it lies on `share`. The
/// tolerance is R's: a product of fractions that should be 0.5 may miss it by rounding.
double crossing(std::span<const double> time, const std::vector<double>& curve, double share) {
  constexpr double tolerance = 1.4901161193847656e-08;
  for (std::size_t k = 0; k < time.size(); ++k) {
    if (std::isnan(curve[k]) || curve[k] >= share + tolerance) continue;
    if (std::abs(curve[k] - share) >= tolerance) return time[k];
    for (std::size_t later = k + 1; later < time.size(); ++later) {
      if (curve[later] < curve[k]) return (time[k] + time[later]) / 2;
    }
    return time[k];
  }
  return nan;
}

}  // namespace

estimate value_in_row(const survival_curve& curve, std::size_t rows, bool beyond) {
  if (curve.time.empty())
    return undefined_estimate(undefined_reason::no_observations, curve.options.level).as(survival_label);
  if (beyond && curve.survival.back() > 0) {
    return undefined_estimate(undefined_reason::model_limit, curve.options.level, curve.accounts).as(survival_label);
  }
  estimate found = estimate{}.as(survival_label);
  found.level = curve.options.level.value();
  found.n = curve.accounts;
  found.value = 1;
  if (rows == 0) return found;
  found.value = curve.survival[rows - 1];
  found.low = curve.low[rows - 1];
  found.high = curve.high[rows - 1];
  if (!std::isnan(found.low)) found.method = name_of(curve.options.interval);
  return found;
}

estimate quantile_at(const survival_curve& curve, std::span<const double> time, double share) {
  if (!(share > 0 && share < 1)) throw schema_error("survival_quantile: a share lies between 0 and 1, for example 0.5");
  const metric_label& label = share == 0.5 ? median_lifetime_label : survival_quantile_label;
  if (time.empty()) return undefined_estimate(undefined_reason::no_observations, curve.options.level).as(label);
  estimate found = estimate{}.as(label);
  found.value = crossing(time, curve.survival, share);
  found.low = crossing(time, curve.low, share);
  found.high = crossing(time, curve.high, share);
  found.level = curve.options.level.value();
  found.n = curve.accounts;
  found.method = name_of(curve.options.interval);
  if (std::isnan(found.value)) found.reason = undefined_reason::model_limit;
  return found;
}

estimate restricted_area(const survival_state& state, const survival_options& options, double origin, double horizon,
                         std::span<const double> ages) {
  if (!(horizon > origin && std::isfinite(horizon)))
    throw schema_error("restricted_mean: the horizon must lie after the age where the curve starts");
  const auto age_of = [&](const risk_set& set) {
    return ages.empty() ? static_cast<double>(set.time) : ages[static_cast<std::size_t>(set.time - 1)];
  };
  const auto sets = risk_sets(state, options);
  if (sets.empty()) return undefined_estimate(undefined_reason::no_observations, options.level).as(restricted_mean_label);
  std::vector<double> survival, area_right(sets.size(), 0.0);
  std::int64_t accounts = 0;
  for (const auto& set : sets) {
    survival.push_back((survival.empty() ? 1.0 : survival.back()) * set.kept());
    accounts += set.events + set.censored;
  }
  if (age_of(sets.back()) < horizon && survival.back() > 0) {
    return undefined_estimate(undefined_reason::model_limit, options.level, accounts).as(restricted_mean_label);
  }
  double area = 0, right_edge = horizon;
  for (std::size_t k = sets.size(); k-- > 0;) {
    if (const double age = age_of(sets[k]); age < horizon) {
      area += survival[k] * (right_edge - age);
      right_edge = age;
    }
    area_right[k] = area;
  }
  area += right_edge - origin;
  std::vector<double> per_event(sets.size(), 0.0), drift(sets.size(), 0.0);
  double greenwood = 0;
  for (std::size_t k = 0; k < sets.size() && !sets[k].dies_out(); ++k) {
    const int128 kept = sets[k].exposed - sets[k].lost;
    per_event[k] = kept == 0 ? 0 : area_right[k] / to_double(kept);
    drift[k] = sets[k].greenwood() * area_right[k];
    greenwood += drift[k] * area_right[k];
  }
  const bool weighted = options.measure == survival_measure::weight;
  const double variance = weighted ? robust_variances(state, options, sets, per_event, drift).back() : greenwood;
  const double half = options.level.normal_quantile() * std::sqrt(variance);
  estimate mean = estimate{}.as(restricted_mean_label);
  mean.value = std::min(area, horizon - origin);  // what rounding adds is no time
  // Nobody stays for less than no time, nor within the horizon for longer than it.
  mean.low = std::max(0.0, mean.value - half);
  mean.high = std::min(horizon - origin, mean.value + half);
  mean.level = options.level.value();
  mean.n = accounts;
  mean.method = weighted ? interval_method::jackknife : interval_method::wald;
  return mean;
}

}  // namespace sojourn::inline v0_1::detail
