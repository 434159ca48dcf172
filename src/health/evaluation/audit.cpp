#include "sojourn/health/evaluation/audit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "detail/nan.hpp"
#include "health/evaluation/require_bins.hpp"
#include "sojourn/health/evaluation/validation.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::nan;

constexpr std::size_t most_accounts_in_pairs = 20'000;

void require_shape(signal_matrix s, std::size_t scores, std::span<const double> weights) {
  if (s.values.size() != s.rows * s.signals) throw schema_error("the signal matrix does not hold rows x signals values");
  if (scores != s.rows)
    throw schema_error("there are " + std::to_string(s.rows) + " rows of signals and " + std::to_string(scores) + " scores");
  if (weights.size() != s.signals) throw schema_error("give one weight per signal");
  for (const double w : weights) {
    if (!(w >= 0) || std::isinf(w)) throw schema_error("weights are 0 or positive");
  }
}

/// Var(E[score | group of value]) / Var(score); rows in order of the value.
double correlation_ratio(std::span<const double> value, std::span<const double> score, std::vector<std::size_t>& rows,
                         std::size_t bins) {
  std::ranges::sort(rows, [&](std::size_t a, std::size_t b) { return value[a] != value[b] ? value[a] < value[b] : a < b; });
  const auto n = static_cast<double>(rows.size());
  double mean = 0, spread = 0, between = 0;
  for (const std::size_t row : rows) mean += score[row] / n;
  for (const std::size_t row : rows) spread += (score[row] - mean) * (score[row] - mean);
  if (rows.empty() || value[rows.front()] == value[rows.back()] || !(spread > 0)) return nan;
  for (std::size_t first = 0, bin = 1; first < rows.size(); ++bin) {
    std::size_t last = std::max(first + 1, rows.size() * bin / bins);
    while (last < rows.size() && value[rows[last]] == value[rows[last - 1]]) ++last;
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) sum += score[rows[i]] - mean;
    between += sum * sum / static_cast<double>(last - first);
    first = last;
  }
  return between / spread;
}

double share_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : nan;
}

/// The bins of one signal: at or below each edge, above the last, and missing.
std::vector<std::int64_t> binned_scores(std::span<const double> values, const std::vector<double>& edges) {
  std::vector<std::int64_t> counts(edges.size() + 2);
  for (const double v : values) {
    const auto at =
        std::isnan(v) ? edges.size() + 1 : static_cast<std::size_t>(std::ranges::lower_bound(edges, v) - edges.begin());
    ++counts[at];
  }
  return counts;
}

std::vector<double> quantile_edges(std::span<const double> values, std::size_t bins) {
  std::vector<double> sorted;
  for (const double v : values) {
    if (!std::isnan(v)) sorted.push_back(v);
  }
  std::ranges::sort(sorted);
  std::vector<double> edges;
  for (std::size_t b = 1; b < bins && !sorted.empty(); ++b) {
    const double edge = sorted[(sorted.size() * b + bins - 1) / bins - 1];
    if (edge < sorted.back() && (edges.empty() || edges.back() < edge)) edges.push_back(edge);
  }
  return edges;
}

std::span<const double> column_of(signal_matrix s, std::size_t k) {
  return s.values.subspan(k * s.rows, s.rows);
}

}  // namespace

std::vector<signal_influence> influence(signal_matrix signals, std::span<const double> score,
                                        std::span<const double> weights, std::size_t bins) {
  require_shape(signals, score.size(), weights);
  detail::require_bins(bins);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<signal_influence> found(signals.signals);
  double sum = 0;
  for (std::size_t k = 0; k < signals.signals; ++k) {
    const auto value = column_of(signals, k);
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < signals.rows; ++row) {
      if (!std::isnan(value[row]) && !std::isnan(score[row])) rows.push_back(row);
    }
    found[k].weight = total > 0 ? weights[k] / total : nan;
    found[k].present = static_cast<std::int64_t>(rows.size());
    found[k].eta_squared = correlation_ratio(value, score, rows, bins);
    if (!std::isnan(found[k].eta_squared)) sum += found[k].eta_squared;
  }
  for (signal_influence& one : found) one.share = sum > 0 ? one.eta_squared / sum : nan;
  return found;
}

double outranks(signal_matrix signals, std::span<const double> weights, std::size_t a, std::size_t b) {
  double above = 0, compared = 0;
  for (std::size_t k = 0; k < signals.signals; ++k) {
    const double x = signals.values[k * signals.rows + a], y = signals.values[k * signals.rows + b];
    if (std::isnan(x) || std::isnan(y)) continue;
    compared += weights[k];
    above += x > y ? weights[k] : x == y ? weights[k] / 2 : 0.0;
  }
  return compared > 0 ? above / compared : nan;
}

double outranking_audit::dominated_share() const noexcept {
  return share_of(dominated, pairs);
}
double outranking_audit::against_share() const noexcept {
  return share_of(against_majority, pairs);
}

outranking_audit audit_outranking(signal_matrix signals, std::span<const double> score, std::span<const double> weights) {
  require_shape(signals, score.size(), weights);
  if (signals.rows > most_accounts_in_pairs) {
    throw schema_error("all pairs of " + std::to_string(signals.rows) + " accounts are too many; take a sample of at most " +
                       std::to_string(most_accounts_in_pairs));
  }
  outranking_audit found;
  for (std::size_t a = 0; a < signals.rows; ++a) {
    for (std::size_t b = a + 1; b < signals.rows; ++b) {
      bool any_above = false, any_below = false;
      double margin = 0;
      bool compared = false;
      for (std::size_t k = 0; k < signals.signals; ++k) {
        const double x = signals.values[k * signals.rows + a], y = signals.values[k * signals.rows + b];
        if (std::isnan(x) || std::isnan(y) || weights[k] == 0) continue;
        compared = true;
        any_above |= x > y;
        any_below |= x < y;
        margin += x > y ? weights[k] : x < y ? -weights[k] : 0.0;
      }
      if (!compared) continue;
      ++found.pairs;
      found.dominated += any_above != any_below;
      const double apart = score[a] - score[b];
      found.against_majority += (apart > 0 && margin < 0) || (apart < 0 && margin > 0);
    }
  }
  return found;
}

std::vector<signal_check> check_signals(signal_matrix signals, column<std::uint8_t> left, const leak_options& options) {
  if (signals.values.size() != signals.rows * signals.signals)
    throw schema_error("the signal matrix does not hold rows x signals values");
  std::vector<signal_check> found;
  for (std::size_t k = 0; k < signals.signals; ++k) {
    const auto state = tally_outcomes(column<double>(column_of(signals, k)), left, {score_direction::higher_is_healthier});
    signal_check one{auc(state).value, information_value(state), false};
    one.suspicious = std::max(one.auc, 1 - one.auc) > options.auc || one.information_value > options.information_value;
    found.push_back(one);
  }
  return found;
}

std::vector<stability> signal_stability(signal_matrix before, signal_matrix now, std::size_t bins) {
  if (before.signals != now.signals) throw schema_error("the two sides have different numbers of signals");
  detail::require_bins(bins);
  std::vector<stability> found;
  for (std::size_t k = 0; k < before.signals; ++k) {
    const auto edges = quantile_edges(column_of(before, k), bins);
    found.push_back(
        population_stability(binned_scores(column_of(before, k), edges), binned_scores(column_of(now, k), edges)));
  }
  return found;
}

}  // namespace sojourn::inline v0_1::health
