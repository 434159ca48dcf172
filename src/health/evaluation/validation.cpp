#include "sojourn/health/evaluation/validation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "detail/number_text.hpp"
#include "health/evaluation/logit_line.hpp"
#include "health/evaluation/risk_walk.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/health/book/transitions.hpp"
#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using detail::risk_step;
using detail::risk_walk;
using sojourn::detail::checked_add;
using sojourn::detail::checked_subtract;
using sojourn::detail::int128;
using sojourn::detail::to_double;

constexpr const char* validation_name = "validation";

std::uint8_t outcome_at(const column<std::uint8_t>& left, std::size_t row) {
  if (left[row] > 1) {
    throw data_error({left.name_or("left"), row, std::to_string(left[row]), "an outcome is 0 (stayed) or 1 (left)",
                      "leave it missing when it is not known"});
  }
  return left[row];
}

std::int64_t risk_at(const column<double>& score, std::size_t row, score_direction direction) {
  const double value = score[row];
  if (!(std::abs(value) <= largest_risk)) {
    throw data_error({score.name_or("score"), row, sojourn::detail::number_text(value), "a score must lie within +-9e6",
                      "rescale it: only its order and, for a probability, its value matter"});
  }
  const auto steps = std::llround(value * risk_steps);
  return direction == score_direction::higher_is_riskier ? steps : -steps;
}

estimate without_interval(double value, std::int64_t n) {
  estimate result;
  result.value = value;
  result.n = n;
  return result;
}

/// Why nothing can be said about an order; `defined` when something can.
undefined_reason one_sided(const risk_walk& all) {
  if (all.left + all.stayed == 0) return undefined_reason::no_observations;
  return all.left == 0 || all.stayed == 0 ? undefined_reason::zero_denominator : undefined_reason::defined;
}

/// DeLong: variance of the mean placement of the leavers plus that of the stayers.
double auc_variance(const risk_walk& all, double area) {
  const auto n1 = static_cast<double>(all.left), n0 = static_cast<double>(all.stayed);
  double of_left = 0, of_stayed = 0, below0 = 0, above1 = n1;
  for (const risk_step& step : all.steps) {
    const auto l = static_cast<double>(step.left), s = static_cast<double>(step.stayed);
    above1 -= l;
    const double v10 = (below0 + s / 2) / n0 - area, v01 = (above1 + l / 2) / n1 - area;
    of_left += l * v10 * v10;
    of_stayed += s * v01 * v01;
    below0 += s;
  }
  return of_left / (n1 - 1) / n1 + of_stayed / (n0 - 1) / n0;
}

/// Leavers among the k riskiest, fractions at a tie; and k.
struct short_list {
  double left = 0;
  double size = 0;
};

short_list riskiest(const risk_walk& all, double share) {
  const auto n = static_cast<double>(all.left + all.stayed);
  short_list list{0, std::ceil(share * n * (1 - 1e-15))};
  double room = list.size;
  for (auto step = all.steps.rbegin(); step != all.steps.rend() && room > 0; ++step) {
    const auto here = static_cast<double>(step->left + step->stayed);
    list.left += static_cast<double>(step->left) * std::min(1.0, room / here);
    room -= here;
  }
  return list;
}

void require_share(double share) {
  if (!(share > 0 && share <= 1))
    throw schema_error("the share of accounts on the list must lie above 0 and not above 1, for example 0.1");
}

/// The walk in probabilities.
std::vector<detail::logit_row> probabilities(const risk_walk& all) {
  if (!all.steps.empty() && (all.steps.front().risk < 0 || static_cast<double>(all.steps.back().risk) > risk_steps)) {
    throw schema_error("this measure needs probabilities between 0 and 1; calibrate the score first");
  }
  std::vector<detail::logit_row> rows;
  rows.reserve(all.steps.size());
  for (const risk_step& step : all.steps) {
    rows.push_back(
        {static_cast<double>(step.risk) / risk_steps, static_cast<double>(step.left), static_cast<double>(step.stayed)});
  }
  return rows;
}

constexpr double smallest_probability = 1e-15;
double clipped(double p) {
  return std::clamp(p, smallest_probability, 1 - smallest_probability);
}

estimate fitted(double value, double error, bool converged, std::int64_t n, confidence_level level) {
  if (!converged) return undefined_estimate(undefined_reason::not_converged, level, n);
  estimate result = without_interval(value, n);
  result.level = level.value();
  result.low = value - level.normal_quantile() * error;
  result.high = value + level.normal_quantile() * error;
  result.method = interval_method::delta;
  return result;
}

std::size_t place(tier_code tier, std::size_t row) {
  if (tier < max_tiers) return tier;
  if (tier == unknown_tier) return max_tiers;
  throw data_error({"tier", row, std::to_string(tier), "is neither a tier nor unknown", ""});
}

template <class Array, class Join>
void each(Array& mine, const Array& theirs, Join join) {
  for (std::size_t i = 0; i < mine.size(); ++i) join(mine[i], theirs[i], validation_name);
}

}  // namespace

outcome_scores& outcome_scores::operator+=(const outcome_scores& other) {
  outcome_scores sum = *this;  // a later part may throw
  sum.left += other.left;
  sum.stayed += other.stayed;
  checked_add(sum.unlabelled, other.unlabelled, validation_name);
  checked_add(sum.unscored, other.unscored, validation_name);
  return *this = std::move(sum);
}

outcome_scores& outcome_scores::operator-=(const outcome_scores& other) {
  outcome_scores rest = *this;
  rest.left -= other.left;
  rest.stayed -= other.stayed;
  checked_subtract(rest.unlabelled, other.unlabelled, validation_name);
  checked_subtract(rest.unscored, other.unscored, validation_name);
  return *this = std::move(rest);
}

namespace detail {

void require_outcome_lengths(std::size_t scores, const column<std::uint8_t>& left) {
  if (scores == left.size()) return;
  throw schema_error("there are " + std::to_string(scores) + " scores and " + std::to_string(left.size()) +
                     " outcomes; a table needs equal lengths");
}

outcome_scores tally_outcomes(const column<double>& score, const column<std::uint8_t>& left, outcome_options options,
                              std::size_t first, std::size_t last) {
  std::vector<std::int64_t> risks[2];
  outcome_scores state;
  for (std::size_t row = first; row < last; ++row) {
    if (!left.present(row)) {
      ++state.unlabelled;
    } else if (!score.present(row) || std::isnan(score[row])) {
      outcome_at(left, row);
      ++state.unscored;
    } else {
      risks[outcome_at(left, row)].push_back(risk_at(score, row, options.direction));
    }
  }
  state.stayed = distribution_of(std::move(risks[0]));
  state.left = distribution_of(std::move(risks[1]));
  return state;
}

}  // namespace detail

estimate auc(const outcome_scores& state, validation_options options) {
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (const auto why = one_sided(all); why != undefined_reason::defined)
    return undefined_estimate(why, options.level, n).as(auc_label);
  int128 twice = 0, below = 0;
  for (const risk_step& step : all.steps) {
    twice += step.left * (2 * below + step.stayed);
    below += step.stayed;
  }
  estimate area =
      without_interval(to_double(twice) / (2 * to_double(static_cast<int128>(all.left) * all.stayed)), n).as(auc_label);
  area.level = options.level.value();
  if (all.left < 2 || all.stayed < 2) return area;
  const double half = options.level.normal_quantile() * std::sqrt(auc_variance(all, area.value));
  if (!(half > 0)) return area;
  area.low = std::max(0.0, area.value - half);
  area.high = std::min(1.0, area.value + half);
  area.method = interval_method::wald;
  return area;
}

estimate average_precision(const outcome_scores& state) {
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (all.left == 0)
    return undefined_estimate(n == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator, {}, n)
        .as(average_precision_label);
  double sum = 0, hits = 0, listed = 0;
  for (auto step = all.steps.rbegin(); step != all.steps.rend(); ++step) {
    hits += static_cast<double>(step->left);
    listed += static_cast<double>(step->left + step->stayed);
    sum += static_cast<double>(step->left) * hits / listed;
  }
  return without_interval(sum / static_cast<double>(all.left), n).as(average_precision_label);
}

estimate ks_distance(const outcome_scores& state) {
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (const auto why = one_sided(all); why != undefined_reason::defined)
    return undefined_estimate(why, {}, n).as(ks_distance_label);
  int128 widest = 0, left = 0, stayed = 0;
  for (const risk_step& step : all.steps) {
    left += step.left;
    stayed += step.stayed;
    const int128 gap = left * all.stayed - stayed * all.left;
    widest = std::max(widest, gap < 0 ? -gap : gap);
  }
  return without_interval(to_double(widest) / to_double(static_cast<int128>(all.left) * all.stayed), n)
      .as(ks_distance_label);
}

estimate capture(const outcome_scores& state, double share) {
  require_share(share);
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (all.left == 0)
    return undefined_estimate(n == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator, {}, n)
        .as(capture_label);
  return without_interval(riskiest(all, share).left / static_cast<double>(all.left), n).as(capture_label);
}

estimate lift(const outcome_scores& state, double share) {
  require_share(share);
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (all.left == 0)
    return undefined_estimate(n == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator, {}, n)
        .as(lift_label);
  const short_list list = riskiest(all, share);
  return without_interval(list.left / list.size / (static_cast<double>(all.left) / static_cast<double>(n)), n)
      .as(lift_label);
}

estimate brier(const outcome_scores& state) {
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (n == 0) return undefined_estimate(undefined_reason::no_observations).as(brier_label);
  double sum = 0;
  for (const auto& row : probabilities(all)) sum += row.left * (1 - row.x) * (1 - row.x) + row.stayed * row.x * row.x;
  return without_interval(sum / static_cast<double>(n), n).as(brier_label);
}

estimate log_loss(const outcome_scores& state) {
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  if (n == 0) return undefined_estimate(undefined_reason::no_observations).as(log_loss_label);
  double sum = 0;
  for (const auto& row : probabilities(all)) {
    const double p = clipped(row.x);
    sum -= row.left * std::log(p) + row.stayed * std::log1p(-p);
  }
  return without_interval(sum / static_cast<double>(n), n).as(log_loss_label);
}

calibration_line calibration(const outcome_scores& state, validation_options options) {
  const risk_walk all = detail::walk(state);
  const std::int64_t n = all.left + all.stayed;
  std::vector<detail::logit_row> rows = probabilities(all);
  calibration_line line;
  line.observed = all.left;
  for (auto& row : rows) {
    line.expected += row.x * (row.left + row.stayed);
    row.x = std::log(clipped(row.x)) - std::log1p(-clipped(row.x));
  }
  constexpr metric_label intercept{"calibration_intercept", "number"}, slope{"calibration_slope", "number"};
  line.intercept = undefined_estimate(one_sided(all), options.level, n).as(intercept);
  line.slope = line.intercept.as(slope);
  if (one_sided(all) != undefined_reason::defined) return line;
  const auto large = detail::fit_logit_line(rows, detail::line_terms::intercept_only);
  line.intercept = fitted(large.intercept, large.intercept_error, large.converged, n, options.level).as(intercept);
  const auto free = detail::fit_logit_line(rows, detail::line_terms::both);
  line.slope = fitted(free.slope, free.slope_error, free.converged, n, options.level).as(slope);
  return line;
}

tier_outcomes& tier_outcomes::operator+=(const tier_outcomes& other) {
  tier_outcomes sum = *this;
  const auto add = [](auto& a, const auto& b, const char* what) { checked_add(a, b, what); };
  each(sum.left, other.left, add);
  each(sum.stayed, other.stayed, add);
  checked_add(sum.unlabelled, other.unlabelled, validation_name);
  return *this = sum;
}

tier_outcomes& tier_outcomes::operator-=(const tier_outcomes& other) {
  tier_outcomes rest = *this;
  const auto subtract = [](auto& a, const auto& b, const char* what) { checked_subtract(a, b, what); };
  each(rest.left, other.left, subtract);
  each(rest.stayed, other.stayed, subtract);
  checked_subtract(rest.unlabelled, other.unlabelled, validation_name);
  return *this = rest;
}

tier_outcomes tally_tier_outcomes(std::span<const tier_code> tiers, column<std::uint8_t> left) {
  detail::require_outcome_lengths(tiers.size(), left);
  tier_outcomes state;
  for (std::size_t row = 0; row < tiers.size(); ++row) {
    const std::size_t at = place(tiers[row], row);
    if (!left.present(row))
      ++state.unlabelled;
    else
      ++(outcome_at(left, row) == 1 ? state.left : state.stayed)[at];
  }
  return state;
}

std::vector<tier_risk> churn_by_tier(const tier_outcomes& state, std::size_t tiers, validation_options options) {
  std::vector<tier_risk> rows;
  for (std::size_t t = 0; t <= std::min(tiers, max_tiers); ++t) {
    const bool last = t == std::min(tiers, max_tiers);
    const std::size_t at = last ? max_tiers : t;
    const tier_code code = last ? unknown_tier : static_cast<tier_code>(t);
    rows.push_back(
        {code, state.left[at],
         proportion(state.left[at], state.left[at] + state.stayed[at], {options.level}).as({"churn_rate", "share"})});
  }
  return rows;
}

tier_order order_of_tiers(const tier_outcomes& state, std::size_t tiers) {
  std::size_t worse = max_tiers, seen = 0;
  bool rises = false;
  for (std::size_t t = 0; t < std::min(tiers, max_tiers); ++t) {
    if (state.left[t] + state.stayed[t] == 0) continue;
    // left / all compared by cross products: no rounding decides.
    rises = rises || (seen > 0 && static_cast<int128>(state.left[t]) * (state.left[worse] + state.stayed[worse]) >
                                      static_cast<int128>(state.left[worse]) * (state.left[t] + state.stayed[t]));
    worse = t;
    ++seen;
  }
  if (seen < 2) return tier_order::one_tier_only;
  return rises ? tier_order::rises_somewhere : tier_order::falls;
}

lead_times& lead_times::operator+=(const lead_times& other) {
  lead_times sum = *this;
  sum.days += other.days;
  checked_add(sum.never_red, other.never_red, validation_name);
  return *this = std::move(sum);
}

lead_times& lead_times::operator-=(const lead_times& other) {
  lead_times rest = *this;
  rest.days -= other.days;
  checked_subtract(rest.never_red, other.never_red, validation_name);
  return *this = std::move(rest);
}

lead_times tally_lead_times(column<std::int32_t> first_red, column<std::int32_t> left_on) {
  require_same_length(first_red, "first_red", left_on, "left_on");
  lead_times state;
  std::vector<std::int64_t> days;
  for (std::size_t row = 0; row < left_on.size(); ++row) {
    if (!left_on.present(row)) continue;
    if (first_red.present(row) && first_red[row] < left_on[row])
      days.push_back(std::int64_t{left_on[row]} - first_red[row]);
    else
      ++state.never_red;
  }
  state.days = distribution_of(std::move(days));
  return state;
}

lead_time_summary lead_time(const lead_times& state, validation_options options) {
  const std::int64_t warned = count(state.days);
  const auto days_at = [&](double share, std::string_view name) { return quantile(state.days, share).as({name, "days"}); };
  return {days_at(0.25, "lead_time_lower_quartile"), days_at(0.5, "lead_time_median"),
          days_at(0.75, "lead_time_upper_quartile"),
          proportion(state.never_red, state.never_red + warned, {options.level}).as({"never_red", "share"})};
}

std::vector<double> risks_of(const column<double>& score, score_direction direction) {
  const double sign = direction == score_direction::higher_is_riskier ? 1 : -1;
  std::vector<double> risks(score.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t row = 0; row < risks.size(); ++row) {
    if (score.present(row)) risks[row] = sign * score[row];
  }
  return risks;
}

}  // namespace sojourn::inline v0_1::health
