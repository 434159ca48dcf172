// Quantiles of draws.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sojourn::inline v0_1::detail {

/// Linear between order statistics (R type 7); `sorted` holds one value or more.
inline double quantile_of(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

}  // namespace sojourn::inline v0_1::detail
