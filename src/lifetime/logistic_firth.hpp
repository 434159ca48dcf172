// Firth's penalised likelihood: finite estimates where outcomes are separated.
#pragma once

#include <Eigen/Core>

#include "stats/logistic_newton.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

struct firth_optimum {
  Eigen::VectorXd theta;
  Eigen::MatrixXd inverse;    ///< of the information
  double log_likelihood = 0;  ///< without the penalty
  double penalised = 0;       ///< plus half the log determinant of the information of the scaled features
  bool converged = false;
};

/// Maximises log-likelihood + log det I / 2 by scoring steps on sum of (y - p + h (1/2 - p)) x, h the leverages, halved
/// until the penalised likelihood rises.
[[nodiscard]] firth_optimum firth_maximum(const logistic_problem& problem, Eigen::VectorXd start);

}  // namespace detail
}  // namespace sojourn::inline v0_1
