#include "sojourn/stats/net_share.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "sojourn/detail/body.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1 {
namespace {

// One class of equal answers: its value in the statistic, how many, and their weights. Without weights, weight = count.
struct answer_class {
  double value;
  std::int64_t n;
  double weight;
  double squared_weight;
};

std::int64_t require_count(std::int64_t n) {
  if (n < 0) throw state_error("a count of answers is negative: more was retracted than had been added");
  return n;
}

answer_class class_of(const score_counts& state, std::size_t i, double value) {
  const std::int64_t n = require_count(state.answers[i]);
  return {value, n, static_cast<double>(n), static_cast<double>(n)};
}

answer_class class_of(std::int64_t n, const weight_sums& weights, double value) {
  return {value, require_count(n), detail::to_double(weights.sum) / weight_units,
          detail::to_double(weights.squares) / (weight_units * weight_units)};
}

answer_class class_of(const weighted_score_counts& state, std::size_t i, double value) {
  return class_of(state.counts.answers[i], state.answers[i], value);
}

const score_counts& counts_of(const score_counts& state) {
  return state;  // NOLINT(bugprone-return-const-ref-from-parameter): callers hold the state
}
const score_counts& counts_of(const weighted_score_counts& state) {
  return state.counts;
}

answer_class no_score_class(const score_counts& state) {
  const std::int64_t n = require_count(state.no_score);
  return {0, n, static_cast<double>(n), static_cast<double>(n)};
}
answer_class no_score_class(const weighted_score_counts& state) {
  return class_of(state.counts.no_score, state.no_score, 0);
}

struct weighted_total {
  std::int64_t n = 0;
  double weight = 0;
  double squared_weight = 0;
  double weighted_value = 0;

  [[nodiscard]] double mean() const { return weighted_value / weight; }
};

weighted_total total_of(const std::vector<answer_class>& classes) {
  weighted_total total;
  for (const answer_class& one : classes) {
    total.n += one.n;
    total.weight += one.weight;
    total.squared_weight += one.squared_weight;
    total.weighted_value += one.weight * one.value;
  }
  return total;
}

/// Whether all weights are the same, which is no weighting at all. Exact: a weight w of n answers sums to n w and n w^2.
bool equally_weighted(const weighted_score_counts& state, bool with_no_score) {
  detail::int128 common = 0;
  const auto same = [&](std::int64_t n, const weight_sums& weights) {
    if (n <= 0) return n == 0;
    const detail::int128 one = weights.sum / n;
    if (common == 0) common = one;
    return one > 0 && one == common && weights.sum % n == 0 && weights.squares / n == one * one && weights.squares % n == 0;
  };
  for (std::size_t i = 0; i < state.answers.size(); ++i) {
    if (!same(state.counts.answers[i], state.answers[i])) return false;
  }
  return !with_no_score || same(state.counts.no_score, state.no_score);
}

// sum of (w e)^2 over (sum w)^2, the linearised variance but for n/(n - 1); and sum of w e^2 over sum w.
struct answer_spread {
  double linearised = 0;
  double variance = 0;
};

answer_spread spread_of(const std::vector<answer_class>& classes, const weighted_total& total) {
  const double mean = total.mean();
  answer_spread spread;
  for (const answer_class& one : classes) {
    const double square = (one.value - mean) * (one.value - mean);
    spread.linearised += one.squared_weight * square;
    spread.variance += one.weight * square;
  }
  spread.linearised /= total.weight * total.weight;
  spread.variance /= total.weight;
  return spread;
}

double kish_n(const weighted_total& total) {
  return total.weight * (total.weight / total.squared_weight);
}

template <class State, class Value>
std::vector<answer_class> classes_of(const State& state, Value value) {
  std::vector<answer_class> classes;
  const score_counts& counts = counts_of(state);
  classes.reserve(counts.answers.size());
  for (std::size_t i = 0; i < counts.answers.size(); ++i) {
    classes.push_back(class_of(state, i, value(counts.low + static_cast<std::int32_t>(i))));
  }
  return classes;
}

template <class State>
net_share net_share_from(const State& state, answer_range plus, answer_range minus, no_score_rule no_score) {
  const auto sign = [&](std::int32_t answer) { return plus.contains(answer) ? 1.0 : minus.contains(answer) ? -1.0 : 0.0; };
  std::vector<answer_class> classes = classes_of(state, sign);
  if (no_score == no_score_rule::in_denominator) classes.push_back(no_score_class(state));
  const weighted_total total = total_of(classes);
  net_share share;
  share.n = total.n;
  if (!(total.weight > 0)) return share;
  double weight_plus = 0;
  double weight_minus = 0;
  for (const answer_class& one : classes) {
    if (one.value > 0) weight_plus += one.weight;
    if (one.value < 0) weight_minus += one.weight;
  }
  share.plus = weight_plus / total.weight;
  share.minus = weight_minus / total.weight;
  const auto n = static_cast<double>(share.n);
  const double kish = kish_n(total);
  const answer_spread spread = spread_of(classes, total);
  // Where all agree there is nothing to linearise, and Kish's n is the only measure left.
  share.deff = spread.linearised > 0 ? spread.linearised * n / spread.variance : n / kish;
  share.n_effective = std::min(n / share.deff, kish);
  if (share.n > 1) share.standard_error = std::sqrt(spread.linearised * n / (n - 1));
  return share;
}

net_share plain_share_from(const score_counts& state, answer_range plus, answer_range minus, no_score_rule no_score) {
  net_share share = net_share_from(state, plus, minus, no_score);
  if (share.n == 0) return share;
  share.deff = 1;
  share.n_effective = static_cast<double>(share.n);
  if (share.n > 1) share.standard_error = std::sqrt(std::max(0.0, share.variance()) / share.n_effective);
  return share;
}

struct share_limits {
  double low;
  double high;
};

share_limits wald(const net_share& share, double z) {
  const double half = z * std::sqrt(std::max(0.0, share.variance()) / share.n_effective);
  return {share.value() - half, share.value() + half};
}

// A quarter of the added answers in either group, the other half neutral.
net_share with_added_answers(const net_share& share, double added) {
  net_share more = share;
  more.n_effective += added;
  more.plus = (share.plus * share.n_effective + added / 4) / more.n_effective;
  more.minus = (share.minus * share.n_effective + added / 4) / more.n_effective;
  return more;
}

// Score statistic of "plus - minus = difference", the share of one group at its maximum under that restriction.
double score_statistic(const net_share& share, double difference) {
  const double b = -share.plus - share.minus + (2 - share.plus + share.minus) * difference;
  const double c = -share.minus * difference * (1 - difference);
  const double restricted_minus = (std::sqrt(std::max(0.0, b * b - 8 * c)) - b) / 4;
  const double variance = 2 * restricted_minus + difference * (1 - difference);
  return (share.value() - difference) / std::sqrt(std::max(variance, 1e-300) / share.n_effective);
}

double score_limit(const net_share& share, double end, double z) {
  const double value = share.value();
  if (value == end) return end;
  const double inside = end + (value - end) * 1e-12;  // the statistic is 0/0 at the very end
  const auto excess = [&](double difference) { return std::abs(score_statistic(share, difference)) - z; };
  if (excess(inside) <= 0) return end;
  std::uintmax_t steps = 200;
  const auto bracket = boost::math::tools::toms748_solve(excess, std::min(inside, value), std::max(inside, value),
                                                         boost::math::tools::eps_tolerance<double>(50), steps);
  return bracket.first + (bracket.second - bracket.first) / 2;
}

interval_method name_of(net_share_interval interval) {
  switch (interval) {
    case net_share_interval::adjusted_wald:
      return interval_method::adjusted_wald;
    case net_share_interval::score:
      return interval_method::score;
    case net_share_interval::wald:
      return interval_method::wald;
  }
  return interval_method::none;
}

share_limits limits_of(const net_share& share, double z, net_share_interval interval) {
  if (interval == net_share_interval::score) return {score_limit(share, -1, z), score_limit(share, 1, z)};
  if (interval == net_share_interval::wald) return wald(share, z);
  const share_limits adjusted = wald(with_added_answers(share, 3), z);
  return {std::min(std::max(adjusted.low, -1.0), share.value()), std::max(std::min(adjusted.high, 1.0), share.value())};
}

undefined_reason why_undefined(std::int64_t n) {
  return n > 0 ? undefined_reason::zero_denominator : undefined_reason::no_observations;  // answers, but all of weight zero
}

/// A value whose sample cannot tell its error: of one cluster.
estimate without_interval(double value, std::int64_t n, confidence_level level) {
  estimate found;
  found.value = value;
  found.n = n;
  found.level = level.value();
  return found;
}

double two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

comparison undefined_comparison(const estimate& first, const estimate& second, confidence_level level) {
  return {
      first, second,
      undefined_estimate(undefined_reason::no_observations, level, first.n + second.n).as({"rate_difference", first.unit}),
      std::numeric_limits<double>::quiet_NaN()};
}

template <class State>
weighted_estimate mean_from(const State& state, confidence_level level, bool plain) {
  const auto classes = classes_of(state, [](std::int32_t answer) { return static_cast<double>(answer); });
  const weighted_total total = total_of(classes);
  if (!(total.weight > 0)) return {undefined_estimate(why_undefined(total.n), level, total.n).as(csat_mean_label), {}};
  weighted_estimate made;
  estimate& mean = made.result;
  mean = mean.as(csat_mean_label);
  mean.value = total.mean();
  mean.level = level.value();
  mean.n = total.n;
  if (total.n < 2) return made;
  const auto n = static_cast<double>(total.n);
  const double kish = plain ? n : kish_n(total);
  const answer_spread spread = spread_of(classes, total);
  const double kish_variance = spread.variance / kish;
  const double linearised = plain ? kish_variance : spread.linearised;
  const double grown = n / (n - 1);
  made.error.standard_error = std::sqrt(linearised * grown);
  made.error.deff = linearised > 0 && !plain ? linearised * n / spread.variance : n / kish;
  made.error.n_effective = std::min(n / made.error.deff, kish);
  const double freedom = made.error.n_effective - 1;  // n - 1 for equal weights
  if (freedom < 0.05) return made;                    // one answer weighs as good as everything
  const double quantile = boost::math::quantile(boost::math::students_t(freedom), 0.5 + level.value() / 2);
  const double half = quantile * std::sqrt(std::max(linearised, kish_variance) * grown);
  const rating_scale scale = *counts_of(state).scale();  // NOLINT(bugprone-unchecked-optional-access): there are answers
  mean.low = std::max<double>(scale.low(), mean.value - half);
  mean.high = std::min<double>(scale.high(), mean.value + half);
  mean.method = interval_method::student;
  return made;
}

}  // namespace

SOJOURN_BODY net_share net_share_of(const score_counts& state, answer_range plus, answer_range minus,
                                    no_score_rule no_score) {
  return plain_share_from(state, plus, minus, no_score);
}

SOJOURN_BODY net_share net_share_of(const weighted_score_counts& state, answer_range plus, answer_range minus,
                                    no_score_rule no_score) {
  if (equally_weighted(state, no_score == no_score_rule::in_denominator))
    return plain_share_from(state.counts, plus, minus, no_score);
  return net_share_from(state, plus, minus, no_score);
}

SOJOURN_BODY double interval_n(const net_share& share, confidence_level level) {
  if (share.degrees_of_freedom == net_share::as_plain || share.n < 2) return share.n_effective;
  if (share.degrees_of_freedom < 1) return 0;
  const auto quantile = [&](double freedom) {
    return boost::math::quantile(boost::math::students_t(freedom), 0.5 + level.value() / 2);
  };
  const double ratio = quantile(static_cast<double>(share.n) - 1) / quantile(static_cast<double>(share.degrees_of_freedom));
  return share.n_effective * ratio * ratio;
}

SOJOURN_BODY estimate plus_estimate(const net_share& share, proportion_options options) {
  const double n = interval_n(share, options.level);
  if (n > 0 || !(share.n_effective > 0)) return weighted_proportion(share.plus, n, share.n, options);
  return without_interval(share.plus, share.n, options.level);
}

SOJOURN_BODY estimate net_share_estimate(const net_share& share, confidence_level level, net_share_interval interval) {
  if (!(share.n_effective > 0)) return undefined_estimate(why_undefined(share.n), level, share.n).as(net_share_label);
  net_share held = share;
  held.n_effective = interval_n(share, level);
  if (held.n_effective == 0) return without_interval(share.value(), share.n, level).as(net_share_label);
  const share_limits found = limits_of(held, level.normal_quantile(), interval);
  estimate result = estimate{}.as(net_share_label);
  result.value = share.value();
  result.low = found.low;
  result.high = found.high;
  result.level = level.value();
  result.n = share.n;
  result.method = name_of(interval);
  return result;
}

namespace {

double added_answers(net_share_comparison method) {
  switch (method) {
    case net_share_comparison::agresti_caffo:
      return 1.5;
    case net_share_comparison::adjusted_wald:
      return 3;
    case net_share_comparison::wald:
      break;
  }
  return 0;
}

}  // namespace

SOJOURN_BODY net_share with_added_answers(const net_share& share, net_share_comparison method) {
  return with_added_answers(share, added_answers(method));
}

SOJOURN_BODY comparison compare_net_shares(const net_share& first, const net_share& second, confidence_level level,
                                           net_share_comparison method) {
  const bool plain = method == net_share_comparison::wald;
  const net_share_interval alone = plain ? net_share_interval::wald : net_share_interval::adjusted_wald;
  const estimate alone1 = net_share_estimate(first, level, alone), alone2 = net_share_estimate(second, level, alone);
  if (!(first.n_effective > 0 && second.n_effective > 0)) return undefined_comparison(alone1, alone2, level);
  const net_share a = with_added_answers(first, method);
  const net_share b = with_added_answers(second, method);
  const double centre = a.value() - b.value();
  const double error = std::sqrt(std::max(0.0, a.variance()) / a.n_effective + std::max(0.0, b.variance()) / b.n_effective);
  const double half = level.normal_quantile() * error;
  estimate difference = estimate{}.as({"rate_difference", net_share_label.unit});
  difference.value = first.value() - second.value();
  difference.low = centre - half;
  difference.high = centre + half;
  if (!plain) {
    difference.low = std::min(std::max(difference.low, -2.0), difference.value);
    difference.high = std::max(std::min(difference.high, 2.0), difference.value);
  }
  difference.level = level.value();
  difference.n = first.n + second.n;
  difference.method = name_of(alone);  // both variants are adjusted Wald intervals; `method` says which
  return {alone1, alone2, difference, error > 0 ? two_sided_p(centre / error) : (centre == 0 ? 1.0 : 0.0)};
}

SOJOURN_BODY comparison compare_shares(const net_share& first, const net_share& second, confidence_level level) {
  const double n1 = first.n_effective;
  const double n2 = second.n_effective;
  const proportion_options wilson{level, proportion_interval::wilson};
  const estimate alone1 = weighted_proportion(first.plus, n1, first.n, wilson),
                 alone2 = weighted_proportion(second.plus, n2, second.n, wilson);
  if (!(n1 > 0 && n2 > 0)) return undefined_comparison(alone1, alone2, level);
  const estimate difference = compare_proportions(alone1, alone2);
  const double pooled = (first.plus * n1 + second.plus * n2) / (n1 + n2);
  const double variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
  return {alone1, alone2, difference, variance > 0 ? two_sided_p(difference.value / std::sqrt(variance)) : 1.0};
}

SOJOURN_BODY weighted_estimate score_mean_with_error(const score_counts& state, confidence_level level) {
  return mean_from(state, level, true);
}
SOJOURN_BODY weighted_estimate score_mean_with_error(const weighted_score_counts& state, confidence_level level) {
  if (equally_weighted(state, false)) return mean_from(state.counts, level, true);
  return mean_from(state, level, false);
}

}  // namespace sojourn::inline v0_1
