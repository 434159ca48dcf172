// How many of n come, when their common probability is not known exactly.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The probability of 0, 1, ... n where the probability of each is one draw of a beta(a, b) distribution. Throws
/// `schema_error` for a negative n, or unless a and b are above 0 and finite. O(n).
/// A binomial with the mean a / (a + b) is too sure: with n = 6, a = 2 and b = 1 its standard deviation is 1.155, and that
/// of the prediction 1.732.
[[nodiscard]] std::vector<double> beta_binomial(std::int64_t n, double a, double b);

/// The same where the probability is known.
[[nodiscard]] std::vector<double> binomial(std::int64_t n, double p);

/// The limits of the middle `level` by the inverse distribution function: whole numbers that hold at least so much.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> count_limits(const std::vector<double>& probabilities,
                                                                 confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
