// What draws of a future say: mean, spread, limits, and how good they were once the future is known.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <limits>
#include <span>
#include <vector>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct draw_summary {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// The smallest draw that at least a share of the draws does not exceed: always a value that was drawn, so that a book of
/// few accounts keeps its gaps. NaN without draws. Throws `schema_error` unless 0 <= share <= 1. O(n log n).
[[nodiscard]] double draw_quantile(std::span<const double> draws, double share);

/// Mean, standard deviation and the limits (1 -+ level)/2 by the inverse distribution function. NaN with fewer than two
/// draws.
[[nodiscard]] draw_summary summary_of_draws(std::vector<double> draws, confidence_level level = {});

/// Continuous ranked probability score: mean |x - y| - mean |x - x'| / 2 over the draws x and all pairs of them, in the unit
/// of the draws; the absolute error where all draws are one. Smaller is better. NaN without draws or with one that is not
/// finite. O(n log n). Source: Gneiting and Raftery 2007.
[[nodiscard]] double crps(std::vector<double> draws, double actual);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
