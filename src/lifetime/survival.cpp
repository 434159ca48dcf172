// Read-outs of a survival state: the risk sets, the curve, and the variances.
#include "sojourn/lifetime/survival.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;
using detail::nan;
using detail::to_double;

/// What one age contributes, in accounts and in the chosen measure.
struct risk_set {
  std::int32_t time = 0;
  std::int64_t at_risk = 0, events = 0, censored = 0;
  int128 exposed = 0, lost = 0, leaving = 0;  // n, d and d + c in the chosen measure

  [[nodiscard]] double hazard() const { return exposed == 0 ? 0 : to_double(lost) / to_double(exposed); }
  [[nodiscard]] double kept() const { return exposed == 0 ? 1 : to_double(exposed - lost) / to_double(exposed); }
  [[nodiscard]] bool dies_out() const { return lost != 0 && lost == exposed; }
  /// d / (n (n - d)): Greenwood's term. Not defined when the risk set dies out.
  [[nodiscard]] double greenwood() const { return exposed == 0 ? 0 : hazard() / to_double(exposed - lost); }
};

struct measured {
  int128 events, censored;
};

measured measure_of(const survival_cell& cell, survival_measure measure) {
  if (measure == survival_measure::accounts) return {cell.events, cell.censored};
  return {cell.event_weight, cell.censored_weight};
}

/// Risk sets in order of age. Cells are sorted by entry, so entries come in order and one sweep counts who is at risk.
std::vector<risk_set> risk_sets(const survival_state& state, const survival_options& options) {
  std::vector<const survival_cell*> by_time;
  for (const auto& cell : state.cells) {
    if (cell.time > options.given_age) by_time.push_back(&cell);
  }
  std::sort(by_time.begin(), by_time.end(), [](const auto* a, const auto* b) { return a->time < b->time; });
  std::vector<risk_set> sets;
  for (const auto* cell : by_time) {
    if (sets.empty() || sets.back().time != cell->time) sets.push_back({.time = cell->time});
    risk_set& set = sets.back();
    const measured of = measure_of(*cell, options.measure);
    set.events += cell->events;
    set.censored += cell->censored;
    set.lost += of.events;
    set.leaving += of.events + of.censored;
  }
  std::int64_t at_risk = 0;
  int128 exposed = 0;
  auto next = state.cells.begin();
  for (auto& set : sets) {
    for (; next != state.cells.end() && next->entry < set.time; ++next) {
      if (next->time <= options.given_age) continue;
      const measured of = measure_of(*next, options.measure);
      at_risk += next->events + next->censored;
      exposed += of.events + of.censored;
    }
    set.at_risk = at_risk;
    set.exposed = exposed;
    at_risk -= set.events + set.censored;
    exposed -= set.leaving;
  }
  return sets;
}

/// The risk sets of a cell: at risk in [first, last], leaving in `last`.
struct span_of_sets {
  std::size_t first, last;
};

span_of_sets locate(const survival_cell& cell, const std::vector<risk_set>& sets) {
  const auto first = std::partition_point(sets.begin(), sets.end(), [&](const risk_set& s) { return s.time <= cell.entry; });
  const auto last = std::partition_point(first, sets.end(), [&](const risk_set& s) { return s.time < cell.time; });
  return {static_cast<std::size_t>(first - sets.begin()), static_cast<std::size_t>(last - sets.begin())};
}

/// Infinitesimal-jackknife variances at every age. An account's influence is the sum over ages at risk of
/// `per_event` where it churned minus `drift`; with `drift` summed to a prefix P, accounts that have left have a fixed
/// influence and those still there have P(t) - P(entry), a square whose three parts are running sums: O(cells + ages).
std::vector<double> robust_variances(const survival_state& state, const survival_options& options,
                                     const std::vector<risk_set>& sets, const std::vector<double>& per_event,
                                     const std::vector<double>& drift) {
  std::vector<double> prefix(sets.size() + 1, 0.0);
  for (std::size_t k = 0; k < sets.size(); ++k) prefix[k + 1] = prefix[k] + drift[k];
  std::vector<double> left(sets.size() + 1, 0.0), open0(sets.size() + 1, 0.0), open1 = open0, open2 = open0;
  for (const auto& cell : state.cells) {
    if (cell.time <= options.given_age) continue;
    const auto [first, last] = locate(cell, sets);
    const double before = prefix[first];
    const double stayed = prefix[last + 1] - before;
    const double event_squares = to_double(cell.event_weight_squares);
    const double censored_squares = to_double(cell.censored_weight_squares);
    const double squares = event_squares + censored_squares;
    if (cell.events != 0) left[last] += event_squares * (per_event[last] - stayed) * (per_event[last] - stayed);
    left[last] += censored_squares * stayed * stayed;
    const auto open = [&](std::size_t at, double sign) {
      open0[at] += sign * squares;
      open1[at] += sign * squares * before;
      open2[at] += sign * squares * before * before;
    };
    open(first, 1);
    open(last, -1);
  }
  std::vector<double> variance(sets.size());
  double gone = 0, w0 = 0, w1 = 0, w2 = 0;
  for (std::size_t k = 0; k < sets.size(); ++k) {
    gone += left[k];
    w0 += open0[k];
    w1 += open1[k];
    w2 += open2[k];
    const double p = prefix[k + 1];
    variance[k] = gone + std::max(0.0, (p * w0 - 2 * w1) * p + w2);
  }
  return variance;
}

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
double crossing(const std::vector<std::int32_t>& time, const std::vector<double>& curve, double share) {
  constexpr double tolerance = 1.4901161193847656e-08;
  for (std::size_t k = 0; k < time.size(); ++k) {
    if (std::isnan(curve[k]) || curve[k] >= share + tolerance) continue;
    if (std::abs(curve[k] - share) >= tolerance) return time[k];
    for (std::size_t later = k + 1; later < time.size(); ++later) {
      if (curve[later] < curve[k]) return (static_cast<double>(time[k]) + static_cast<double>(time[later])) / 2;
    }
    return time[k];
  }
  return nan;
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

estimate survival_at(const survival_curve& curve, std::int32_t age) {
  if (curve.time.empty())
    return undefined_estimate(undefined_reason::no_observations, curve.options.level).as(survival_label);
  if (age > curve.time.back() && curve.survival.back() > 0) {
    return undefined_estimate(undefined_reason::model_limit, curve.options.level, curve.accounts).as(survival_label);
  }
  estimate found = estimate{}.as(survival_label);
  found.level = curve.options.level.value();
  found.n = curve.accounts;
  found.value = 1;
  const auto after = std::upper_bound(curve.time.begin(), curve.time.end(), age);
  if (after == curve.time.begin()) return found;
  const auto k = static_cast<std::size_t>(after - curve.time.begin()) - 1;
  found.value = curve.survival[k];
  found.low = curve.low[k];
  found.high = curve.high[k];
  if (!std::isnan(found.low)) found.method = name_of(curve.options.interval);
  return found;
}

estimate survival_quantile(const survival_curve& curve, double share) {
  if (!(share > 0 && share < 1)) throw schema_error("survival_quantile: a share lies between 0 and 1, for example 0.5");
  const metric_label& label = share == 0.5 ? median_lifetime_label : survival_quantile_label;
  if (curve.time.empty()) return undefined_estimate(undefined_reason::no_observations, curve.options.level).as(label);
  estimate found = estimate{}.as(label);
  found.value = crossing(curve.time, curve.survival, share);
  found.low = crossing(curve.time, curve.low, share);
  found.high = crossing(curve.time, curve.high, share);
  found.level = curve.options.level.value();
  found.n = curve.accounts;
  found.method = name_of(curve.options.interval);
  if (std::isnan(found.value)) found.reason = undefined_reason::model_limit;
  return found;
}

estimate restricted_mean(const survival_state& state, std::int32_t horizon, survival_options options) {
  const double origin = std::max(options.given_age, 0);
  if (horizon <= origin) throw schema_error("restricted_mean: the horizon must lie after the age where the curve starts");
  const auto sets = risk_sets(state, options);
  if (sets.empty()) return undefined_estimate(undefined_reason::no_observations, options.level).as(restricted_mean_label);
  std::vector<double> survival, area_right(sets.size(), 0.0);
  std::int64_t accounts = 0;
  for (const auto& set : sets) {
    survival.push_back((survival.empty() ? 1.0 : survival.back()) * set.kept());
    accounts += set.events + set.censored;
  }
  if (sets.back().time < horizon && survival.back() > 0) {
    return undefined_estimate(undefined_reason::model_limit, options.level, accounts).as(restricted_mean_label);
  }
  double area = 0, right_edge = horizon;
  for (std::size_t k = sets.size(); k-- > 0;) {
    if (sets[k].time < horizon) {
      area += survival[k] * (right_edge - sets[k].time);
      right_edge = sets[k].time;
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
  mean.value = area;
  mean.low = area - half;
  mean.high = area + half;
  mean.level = options.level.value();
  mean.n = accounts;
  mean.method = weighted ? interval_method::jackknife : interval_method::wald;
  return mean;
}

}  // namespace sojourn::inline v0_1
