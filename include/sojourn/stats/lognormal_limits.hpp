// Limits of an amount of which only mean and standard deviation are known, and which is never negative.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <limits>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct value_limits {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// The quantiles of the log-normal distribution with this mean and standard deviation:
///
///   s^2 = ln(1 + sd^2 / mean^2),   mean x exp(-s^2/2 -+ z s)
///
/// Both are the mean where sd is 0. NaN unless mean > 0 and sd >= 0. Source: Mack 1993, section 5.
/// What it does not tell you: whether the distribution is log-normal; with few large accounts it is not.
[[nodiscard]] value_limits lognormal_limits(double mean, double sd, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
