#include "sojourn/stats/group_comparison.hpp"

#include <algorithm>
#include <cmath>

#include "detail/nan.hpp"
#include "sojourn/stats/chi_square.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

/// One group in the overall test.
struct group_value {
  double value, precision;  // 1 / variance
};

void test_together(group_comparison& found, const std::vector<group_value>& groups, double scale) {
  if (groups.size() < 2) return;
  double weight = 0, mean = 0, sum = 0;
  for (const group_value& one : groups) weight += one.precision, mean += one.precision * one.value;
  mean /= weight;
  for (const group_value& one : groups) sum += one.precision * (one.value - mean) * (one.value - mean);
  found.statistic = sum > 0 && scale > 0 ? sum / scale : 0;
  found.dof = static_cast<int>(groups.size()) - 1;
  found.p_value = chi_square_p_value(found.statistic, found.dof);
}

template <class Compare>
void compare_pairs(group_comparison& found, std::span<const net_share> groups, confidence_level level,
                   const Compare& compare) {
  std::size_t answered = 0;
  for (const net_share& one : groups) answered += one.n_effective > 0;
  const double pairs = static_cast<double>(answered) * (static_cast<double>(answered) - 1) / 2;
  const confidence_level shared(pairs > 1 ? 1 - (1 - level.value()) / pairs : level.value());
  std::vector<double> p_values;
  for (std::size_t a = 0; a < groups.size(); ++a) {
    for (std::size_t b = a + 1; b < groups.size(); ++b) {
      found.pairs.push_back({a, b, compare(groups[a], groups[b], shared), nan});
      p_values.push_back(found.pairs.back().result.p_value);
    }
  }
  p_values = holm_adjusted(p_values);
  for (std::size_t i = 0; i < p_values.size(); ++i) found.pairs[i].p_adjusted = p_values[i];
}

}  // namespace

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return p_values[a] < p_values[b] || (p_values[a] == p_values[b] && a < b);
  });
  std::vector<double> adjusted(p_values.size(), nan);
  double highest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    highest = std::max(highest, std::min(1.0, p_values[order[i]] * static_cast<double>(order.size() - i)));
    adjusted[order[i]] = highest;
  }
  return adjusted;
}

group_comparison compare_net_share_groups(std::span<const net_share> groups, confidence_level level,
                                          net_share_comparison method) {
  group_comparison found;
  std::vector<group_value> tested;
  const net_share_interval alone =
      method == net_share_comparison::wald ? net_share_interval::wald : net_share_interval::adjusted_wald;
  for (const net_share& one : groups) {
    found.groups.push_back(net_share_estimate(one, level, alone));
    if (!(one.n_effective > 0)) continue;
    const net_share more = with_added_answers(one, method);
    // Without added answers a group in which all agree has no variance, and decides alone.
    tested.push_back({more.value(), more.n_effective / std::max(more.variance(), 1e-12)});
  }
  test_together(found, tested, 1);
  compare_pairs(found, groups, level, [&](const net_share& a, const net_share& b, confidence_level shared) {
    return compare_net_shares(a, b, shared, method);
  });
  return found;
}

group_comparison compare_share_groups(std::span<const net_share> groups, confidence_level level) {
  group_comparison found;
  std::vector<group_value> tested;
  double n = 0, plus = 0;
  for (const net_share& one : groups) {
    found.groups.push_back(plus_estimate(one, {level, proportion_interval::wilson}));
    if (!(one.n_effective > 0)) continue;
    tested.push_back({one.plus, one.n_effective});
    n += one.n_effective, plus += one.n_effective * one.plus;
  }
  const double pooled = n > 0 ? plus / n : 0;
  test_together(found, tested, pooled * (1 - pooled));
  compare_pairs(found, groups, level, [](const net_share& a, const net_share& b, confidence_level shared) {
    return compare_shares(a, b, shared);
  });
  return found;
}

}  // namespace sojourn::inline v0_1
