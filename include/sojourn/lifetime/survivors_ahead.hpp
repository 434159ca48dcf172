// How many accounts of a cohort will be left, by a fitted curve: chance and parameters apart.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/lifetime/decay.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct expected_survivors {
  std::int64_t ahead = 0;  ///< renewals from now
  double mean = std::numeric_limits<double>::quiet_NaN();
  double process_sd = std::numeric_limits<double>::quiet_NaN();    ///< each account is a coin, the curve taken as known
  double parameter_sd = std::numeric_limits<double>::quiet_NaN();  ///< the curve is fitted
  std::int64_t low = 0;                                            ///< whole accounts; 0 and `accounts` without a fit
  std::int64_t high = 0;
};

/// Of `accounts` left after `after` renewals, how many are left after 1, 2, ... `periods` more:
///
///   p = S(after + h) / S(after),   process n p (1 - p),   parameters n^2 p' Cov p
///
/// with the delta method for p, for every family. Limits are those of the beta-binomial distribution with the same mean and
/// the sum of both variances. A fit that is not usable gives NaN and the widest limits. Throws `schema_error` for negative
/// numbers. O(periods x (parameters x renewals + accounts)). What it does not tell you: whether the family is right; and
/// accounts of one parent are not independent.
[[nodiscard]] std::vector<expected_survivors> survivors_ahead(const decay_fit& fit, std::int64_t accounts,
                                                              std::int64_t after, std::int64_t periods,
                                                              confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
