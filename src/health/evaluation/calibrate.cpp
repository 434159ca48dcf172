#include "sojourn/health/evaluation/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "health/evaluation/logit_line.hpp"
#include "health/evaluation/risk_walk.hpp"

namespace sojourn::inline v0_1::health {
namespace {

/// Neighbours pooled into one level.
struct level {
  double mean = 0;
  double weight = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<level> pool(std::span<const double> values, std::span<const double> weights) {
  std::vector<level> levels;
  for (std::size_t i = 0; i < values.size(); ++i) {
    level now{values[i], weights.empty() ? 1.0 : weights[i], i, i};
    while (!levels.empty() && levels.back().mean >= now.mean) {
      const level& before = levels.back();
      const double weight = before.weight + now.weight;
      now = {weight > 0 ? (before.mean * before.weight + now.mean * now.weight) / weight : now.mean, weight, before.first,
             now.last};
      levels.pop_back();
    }
    levels.push_back(now);
  }
  return levels;
}

double in_risk(std::int64_t steps) {
  return static_cast<double>(steps) / risk_steps;
}

}  // namespace

double platt_curve::operator()(double risk) const noexcept {
  if (reason != undefined_reason::defined) return std::numeric_limits<double>::quiet_NaN();
  return 1 / (1 + std::exp(-(intercept + slope * risk)));
}

platt_curve platt(const outcome_scores& state) {
  const detail::risk_walk all = detail::walk(state);
  platt_curve curve;
  curve.n = all.left + all.stayed;
  if (all.left == 0 || all.stayed == 0) {
    curve.reason = curve.n == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator;
    return curve;
  }
  const auto n1 = static_cast<double>(all.left), n0 = static_cast<double>(all.stayed);
  const double high = (n1 + 1) / (n1 + 2), low = 1 / (n0 + 2);
  // Centred and scaled, so that scores of 0..100 and probabilities are equally well conditioned.
  const double middle = in_risk(all.steps[all.steps.size() / 2].risk);
  const double width = std::max(in_risk(all.steps.back().risk) - in_risk(all.steps.front().risk), 1e-12);
  std::vector<detail::logit_row> rows;
  for (const auto& step : all.steps) {
    const auto l = static_cast<double>(step.left), s = static_cast<double>(step.stayed);
    rows.push_back({(in_risk(step.risk) - middle) / width, l * high + s * low, l * (1 - high) + s * (1 - low)});
  }
  const bool flat = all.steps.size() == 1;  // one risk for all: only the level can be said
  const auto line = detail::fit_logit_line(rows, flat ? detail::line_terms::intercept_only : detail::line_terms::both, 0);
  curve.slope = line.slope / width;
  curve.intercept = line.intercept - curve.slope * middle;
  if (!line.converged) curve.reason = undefined_reason::not_converged;
  return curve;
}

isotonic_curve isotonic(const outcome_scores& state) {
  const detail::risk_walk all = detail::walk(state);
  std::vector<double> rate, weight;
  for (const auto& step : all.steps) {
    weight.push_back(static_cast<double>(step.left + step.stayed));
    rate.push_back(static_cast<double>(step.left) / weight.back());
  }
  isotonic_curve curve;
  curve.n = all.left + all.stayed;
  for (const level& one : pool(rate, weight)) {
    curve.risk.push_back(in_risk(all.steps[one.first].risk));
    curve.last_risk.push_back(in_risk(all.steps[one.last].risk));
    curve.probability.push_back(one.mean);
  }
  return curve;
}

double isotonic_curve::operator()(double risk_value, between_steps between) const noexcept {
  if (risk.empty() || std::isnan(risk_value)) return std::numeric_limits<double>::quiet_NaN();
  const auto above = std::ranges::upper_bound(risk, risk_value);
  if (above == risk.begin()) return probability.front();
  const auto at = static_cast<std::size_t>(above - risk.begin()) - 1;
  if (between == between_steps::step || at + 1 == risk.size() || risk_value <= last_risk[at]) return probability[at];
  const double share = (risk_value - last_risk[at]) / (risk[at + 1] - last_risk[at]);
  return probability[at] + share * (probability[at + 1] - probability[at]);
}

std::vector<double> isotonic_means(std::span<const double> values, std::span<const double> weights) {
  if (!weights.empty() && weights.size() != values.size()) throw schema_error("values and weights differ in length");
  std::vector<double> means(values.size());
  for (const level& one : pool(values, weights))
    std::fill(means.begin() + static_cast<std::ptrdiff_t>(one.first),
              means.begin() + static_cast<std::ptrdiff_t>(one.last) + 1, one.mean);
  return means;
}

std::vector<double> calibrated(const outcome_scores& state, const column<double>& score, calibration_curve curve,
                               score_direction direction) {
  std::vector<double> result = risks_of(score, direction);
  const platt_curve line = platt(state);
  const isotonic_curve steps = isotonic(state);
  const auto between = curve == calibration_curve::isotonic ? between_steps::step : between_steps::linear;
  for (std::size_t row = 0; row < result.size(); ++row) {
    if (score.present(row))
      result[row] = curve == calibration_curve::platt ? line(result[row]) : steps(result[row], between);
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
