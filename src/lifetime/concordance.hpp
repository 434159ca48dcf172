// How well a score orders who leaves first.
#pragma once

#include <Eigen/Dense>

#include "lifetime/regression_data.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// The share of comparable pairs in which the higher score left first; tied scores count half. Comparable are two accounts
/// of a stratum that were both at risk when one of them left and the other stayed. NaN without such a pair. O(n log n).
[[nodiscard]] double concordance(const regression_data& data, const Eigen::VectorXd& score);

}  // namespace detail
}  // namespace sojourn::inline v0_1
