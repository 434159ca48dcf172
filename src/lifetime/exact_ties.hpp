// Exits at one age as one set: its share of all sets of as many accounts at risk.
#pragma once

#include <Eigen/Dense>

#include "lifetime/partial_likelihood.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// The log of the sum of exp(sum of eta) over all sets of `age.events` accounts at risk, with its slope and curvature by the
/// coefficients: mean and covariance of the features summed over a set.
struct set_sum {
  double log_value = 0;
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};
/// O(at risk x exits x p^2). Rows have no weights; `count` repeats them.
[[nodiscard]] set_sum sum_over_sets(const regression_data& data, const feature_matrix& features, const Eigen::VectorXd& eta,
                                    const exit_age& age);

}  // namespace detail
}  // namespace sojourn::inline v0_1
