#include "sojourn/health/evaluation/stability.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "health/evaluation/require_bins.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1::health {
namespace {

/// (a - e) ln(a / e) over the bins in use, with 0.5 added to every bin when one side of one is empty.
stability compare(std::span<const std::int64_t> expected, std::span<const std::int64_t> actual) {
  stability found;
  double n = 0, m = 0;
  std::int64_t used = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] < 0 || actual[i] < 0) throw schema_error("counts by bin cannot be negative");
    n += static_cast<double>(expected[i]);
    m += static_cast<double>(actual[i]);
    used += expected[i] + actual[i] > 0;
    found.smoothed_bins += (expected[i] == 0) != (actual[i] == 0);
  }
  if (n == 0 || m == 0) {
    found.psi = found.statistic = found.p_value = std::numeric_limits<double>::quiet_NaN();
    found.smoothed_bins = 0;
    return found;
  }
  const double extra = found.smoothed_bins > 0 ? 0.5 : 0;
  const double all_n = n + extra * static_cast<double>(used), all_m = m + extra * static_cast<double>(used);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] + actual[i] == 0) continue;
    const double e = (static_cast<double>(expected[i]) + extra) / all_n,
                 a = (static_cast<double>(actual[i]) + extra) / all_m;
    found.psi += (a - e) * std::log(a / e);
  }
  found.degrees = used - 1;
  found.statistic = found.psi * n * m / (n + m);
  found.p_value =
      found.degrees > 0 ? sojourn::detail::gamma_above(static_cast<double>(found.degrees) / 2, found.statistic / 2) : 1;
  return found;
}

/// Upper edges of all bins but the last: quantiles, each once.
std::vector<std::int64_t> edges_of(const distribution_state& values, std::size_t bins) {
  detail::require_bins(bins);
  std::vector<std::int64_t> edges;
  const std::int64_t n = count(values);
  std::int64_t below = 0;
  std::size_t at = 0;
  for (std::size_t b = 1; b < bins && at < values.counts.size(); ++b) {
    while (at < values.counts.size() && below * static_cast<std::int64_t>(bins) < n * static_cast<std::int64_t>(b))
      below += values.counts[at++].count;
    if (at < values.counts.size() && (edges.empty() || edges.back() != values.counts[at - 1].value))
      edges.push_back(values.counts[at - 1].value);
  }
  return edges;
}

std::vector<std::int64_t> binned(const distribution_state& values, const std::vector<std::int64_t>& edges) {
  std::vector<std::int64_t> counts(edges.size() + 1);
  for (const value_count& one : values.counts) {
    counts[static_cast<std::size_t>(std::ranges::lower_bound(edges, one.value) - edges.begin())] += one.count;
  }
  return counts;
}

}  // namespace

stability population_stability(std::span<const std::int64_t> expected, std::span<const std::int64_t> actual) {
  if (expected.size() != actual.size()) throw schema_error("the two sides have different numbers of bins");
  return compare(expected, actual);
}

stability population_stability(const distribution_state& expected, const distribution_state& actual, std::size_t bins) {
  const auto edges = edges_of(expected, bins);
  return compare(binned(expected, edges), binned(actual, edges));
}

double information_value(const outcome_scores& state, std::size_t bins) {
  distribution_state all = state.left;
  all += state.stayed;
  const auto edges = edges_of(all, bins);
  return compare(binned(state.stayed, edges), binned(state.left, edges)).psi;
}

stability population_stability(const outcome_scores& before, const outcome_scores& now, std::size_t bins) {
  const auto everyone = [](const outcome_scores& state) {
    distribution_state all = state.left;
    all += state.stayed;
    return all;
  };
  return population_stability(everyone(before), everyone(now), bins);
}

}  // namespace sojourn::inline v0_1::health
