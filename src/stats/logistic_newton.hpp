// The one maximum that logistic models of this library are at: projected Newton steps on sums of blocks of rows.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "sojourn/detail/bulk_ref.hpp"
#include "stats/logistic_tiles.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// ridge / 2 x sum of (theta - target)^2 over the terms behind the intercept.
struct logistic_pull {
  Eigen::VectorXd ridge;   ///< per term, intercept first; its entry is not used
  Eigen::VectorXd target;  ///< the same
};

/// Which signs coefficients behind the intercept may have.
enum class coefficient_signs : std::uint8_t { any, not_negative };

struct logistic_problem {
  const logistic_data& data;
  logistic_pull pull;
  std::vector<bool> fixed;  ///< terms that stay at their start; intercept first
  coefficient_signs signs = coefficient_signs::any;
  double scale = 1;  ///< weight of all rows, by which loss and pull are divided
  int max_steps = 100;
};

/// Loss plus pull, divided by the weight of all rows, with derivatives.
struct logistic_objective {
  double value = 0;
  double loss = 0;  ///< not divided, without the pull
  Eigen::VectorXd gradient;
  Eigen::MatrixXd curvature;
};

[[nodiscard]] logistic_objective logistic_at(const logistic_problem& problem, const Eigen::VectorXd& theta, bulk_ref bulk);

struct logistic_optimum {
  Eigen::VectorXd theta;
  logistic_objective at;
  Eigen::VectorXd last_step;  ///< what was added last; 0 where the start is the optimum
  double residual = 0;        ///< largest violation of the optimum's conditions
  int steps = 0;
  bool identified = true;  ///< the curvature of the free terms has an inverse

  static constexpr double required = 1e-8;  ///< residual of an optimum
};

/// Projected Newton (Bertsekas 1982). Goes on below the required residual for as long as it still improves, so that answers
/// with a closed form come out to the last digits.
[[nodiscard]] logistic_optimum logistic_minimum(const logistic_problem& problem, Eigen::VectorXd start, bulk_ref bulk);

}  // namespace detail
}  // namespace sojourn::inline v0_1
