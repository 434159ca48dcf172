// Many groups compared at once: one test of whether they differ at all, and pairs whose p-values bear being many.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/stats/comparison.hpp"
#include "sojourn/stats/net_share.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct compared_pair {
  std::size_t first = 0, second = 0;                             ///< places of the groups
  comparison result{};                                           ///< interval at the level that all pairs share, see below
  double p_adjusted = std::numeric_limits<double>::quiet_NaN();  ///< Holm's; NaN where the pair has no difference
};

/// Groups without answers take no part.
struct group_comparison {
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< chi-square; NaN for fewer than two groups with answers
  int dof = 0;
  double p_value = std::numeric_limits<double>::quiet_NaN();
  std::vector<estimate> groups;
  std::vector<compared_pair> pairs;  ///< every two groups, by place
};

/// p-values for many tests of one question: the i-th smallest of m times m - i + 1, none below the one before. At most a
/// share alpha of such families shows any difference below alpha where there is none. NaN stays NaN and is not counted.
/// Source: Holm (1979).
[[nodiscard]] std::vector<double> holm_adjusted(std::span<const double> p_values);

/// Net shares of independent groups. Overall: sum of (value - weighted mean)^2 / variance, chi-square on groups - 1, of the
/// groups with the answers that `method` adds. Pairs as `compare_net_shares`, their intervals at 1 - (1 - level) / pairs, so
/// that all of them hold at once `level` of the time. O(groups^2). What it does not tell you: that groups which do not
/// differ are alike; see the intervals.
[[nodiscard]] group_comparison compare_net_share_groups(std::span<const net_share> groups, confidence_level level = {},
                                                        net_share_comparison method = net_share_comparison::agresti_caffo);

/// The same for `plus`: Pearson's chi-square on `n_effective` answers, and pairs as `compare_shares`.
[[nodiscard]] group_comparison compare_share_groups(std::span<const net_share> groups, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
