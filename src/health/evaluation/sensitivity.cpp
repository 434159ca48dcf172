#include "sojourn/health/evaluation/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "detail/counter_random.hpp"
#include "detail/nan.hpp"
#include "detail/order_statistics.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::counter_random;
using sojourn::detail::nan;
using sojourn::detail::quantile_of;

constexpr std::size_t most_account_draws = std::size_t{1} << 28;

void require_signals(signal_matrix s, std::span<const double> weights) {
  if (s.values.size() != s.rows * s.signals) throw schema_error("the signal matrix does not hold rows x signals values");
  if (weights.size() != s.signals) throw schema_error("give one weight per signal");
  double sum = 0;
  for (const double w : weights) {
    if (!(w >= 0) || std::isinf(w)) throw schema_error("weights are 0 or positive");
    sum += w;
  }
  if (!(sum > 0)) throw schema_error("no signal has weight");
}

/// 0 .. 100; NaN where no signal of weight is present.
std::vector<double> scores_under(signal_matrix s, std::span<const double> weights) {
  std::vector<double> points(s.rows, 0.0), present(s.rows, 0.0);
  for (std::size_t k = 0; k < s.signals; ++k) {
    if (weights[k] == 0) continue;
    const double* values = s.values.data() + k * s.rows;
    for (std::size_t row = 0; row < s.rows; ++row) {
      const bool there = !std::isnan(values[row]);
      points[row] += there ? weights[k] * values[row] : 0.0;
      present[row] += there ? weights[k] : 0.0;
    }
  }
  for (std::size_t row = 0; row < s.rows; ++row) points[row] = present[row] > 0 ? 100 * points[row] / present[row] : nan;
  return points;
}

/// Ranks from the lowest, ties in the middle, NaN for NaN.
std::vector<double> ranks_of(const std::vector<double>& score) {
  std::vector<std::uint32_t> order;
  for (std::size_t row = 0; row < score.size(); ++row) {
    if (!std::isnan(score[row])) order.push_back(static_cast<std::uint32_t>(row));
  }
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return score[a] < score[b]; });
  std::vector<double> rank(score.size(), nan);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && score[order[last]] == score[order[first]]) ++last;
    for (std::size_t i = first; i < last; ++i) rank[order[i]] = static_cast<double>(first + last + 1) / 2;
    first = last;
  }
  return rank;
}

/// Gamma draws, each from one uniform; together a Dirichlet draw up to their sum, which a mean does not see.
std::vector<double> draw_weights(std::span<const double> weights, double concentration, const counter_random& random) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> drawn;
  drawn.reserve(weights.size());
  for (std::size_t k = 0; k < weights.size(); ++k) {
    drawn.push_back(weights[k] == 0 ? 0.0
                                    : sojourn::detail::gamma_quantile(concentration * weights[k] / sum, random.unit(k)));
  }
  if (!(std::accumulate(drawn.begin(), drawn.end(), 0.0) > 0)) return {weights.begin(), weights.end()};
  return drawn;
}

struct draw_interval {
  double low, high;
};
draw_interval of_draws(std::vector<double>& values, double level) {
  std::ranges::sort(values);
  return {quantile_of(values, (1 - level) / 2), quantile_of(values, (1 + level) / 2)};
}

double spearman(const std::vector<double>& a, const std::vector<double>& b) {
  double n = 0, mean_a = 0, mean_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    ++n, mean_a += a[i], mean_b += b[i];
  }
  mean_a /= n, mean_b /= n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    ab += (a[i] - mean_a) * (b[i] - mean_b), aa += (a[i] - mean_a) * (a[i] - mean_a),
        bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : nan;
}

}  // namespace

weight_sensitivity detail::sensitivity(signal_matrix signals, std::span<const double> weights, const tier_ladder& ladder,
                                       const sensitivity_options& options, sojourn::detail::bulk_ref bulk) {
  require_signals(signals, weights);
  if (!(options.concentration > 0) || std::isinf(options.concentration))
    throw schema_error("the concentration is a positive number");
  if (options.draws < 1) throw schema_error("at least one draw is needed");
  const auto draws = static_cast<std::size_t>(options.draws);
  const std::size_t n = signals.rows;
  if (n > most_account_draws / draws) {
    throw schema_error(std::to_string(n) + " accounts x " + std::to_string(draws) +
                       " draws are too many; take fewer draws, or a sample of the accounts");
  }
  weight_sensitivity found;
  found.draws = options.draws;
  found.seed = options.seed;
  found.score = scores_under(signals, weights);
  found.rank = ranks_of(found.score);
  for (const double score : found.score) found.tier.push_back(ladder.of(score));
  std::vector<float> score(n * draws), rank(n * draws);  // account-major
  std::vector<std::uint8_t> flipped(n * draws);
  // A score that only rounding moves stays where it is.
  const auto elsewhere = [&](double drawn, std::size_t row) {
    return std::abs(drawn - found.score[row]) > 1e-9 && ladder.of(drawn) != found.tier[row];
  };
  bulk(draws, [&](std::size_t draw) {
    const auto drawn =
        scores_under(signals, draw_weights(weights, options.concentration, counter_random(options.seed, draw)));
    const auto ranked = ranks_of(drawn);
    for (std::size_t row = 0; row < n; ++row) {
      score[row * draws + draw] = static_cast<float>(drawn[row]);
      rank[row * draws + draw] = static_cast<float>(ranked[row]);
      flipped[row * draws + draw] = elsewhere(drawn[row], row);
    }
  });
  double flips = 0, known = 0;
  std::vector<double> values(draws);
  for (std::size_t row = 0; row < n; ++row) {
    if (std::isnan(found.score[row])) {
      for (auto* all : {&found.score_low, &found.score_high, &found.rank_low, &found.rank_high, &found.flip})
        all->push_back(nan);
      continue;
    }
    std::int64_t other = 0;
    for (std::size_t draw = 0; draw < draws; ++draw) {
      values[draw] = static_cast<double>(score[row * draws + draw]);
      other += flipped[row * draws + draw];
    }
    const draw_interval points = of_draws(values, options.level.value());
    for (std::size_t draw = 0; draw < draws; ++draw) values[draw] = static_cast<double>(rank[row * draws + draw]);
    const draw_interval ranks = of_draws(values, options.level.value());
    found.score_low.push_back(points.low), found.score_high.push_back(points.high);
    found.rank_low.push_back(ranks.low), found.rank_high.push_back(ranks.high);
    found.flip.push_back(static_cast<double>(other) / static_cast<double>(draws));
    flips += found.flip.back();
    ++known;
  }
  found.mean_flip = known > 0 ? flips / known : nan;
  return found;
}

std::vector<without_signal> leave_one_out(signal_matrix signals, std::span<const double> weights, const tier_ladder& ladder,
                                          const sojourn::detail::bulk_ref& bulk) {
  require_signals(signals, weights);
  const auto score = scores_under(signals, weights);
  const auto rank = ranks_of(score);
  const auto n = static_cast<double>(signals.rows);
  std::vector<without_signal> found(signals.signals);
  bulk(signals.signals, [&](std::size_t k) {
    std::vector<double> rest(weights.begin(), weights.end());
    rest[k] = 0;
    const auto other = scores_under(signals, rest);
    const auto moved = ranks_of(other);
    without_signal& one = found[k];
    double shifts = 0, known = 0;
    for (std::size_t row = 0; row < signals.rows; ++row) {
      one.tier_changes += ladder.of(score[row]) != ladder.of(other[row]) ? 1 / n : 0.0;
      if (std::isnan(rank[row]) || std::isnan(moved[row])) continue;
      const double shift = std::abs(rank[row] - moved[row]) / n;
      shifts += shift, ++known;
      one.largest_shift = std::max(one.largest_shift, shift);
    }
    one.mean_shift = known > 0 ? shifts / known : nan;
    one.rank_correlation = known > 0 ? spearman(rank, moved) : nan;
  });
  return found;
}

}  // namespace sojourn::inline v0_1::health
