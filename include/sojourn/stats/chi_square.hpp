// The p-value of a chi-square statistic.
// Layer: 1. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The probability of a statistic at least this large on `dof` degrees of freedom: the upper tail itself, so that small
/// p-values keep their digits. NaN for a NaN statistic or without degrees of freedom. Source: Abramowitz and Stegun 26.4.
[[nodiscard]] double chi_square_p_value(double statistic, int dof);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
