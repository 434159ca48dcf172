// The maximum of a smooth function of few variables, such as a log-likelihood of log-parameters.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <functional>

namespace sojourn::inline v0_1 {
namespace detail {

/// A value with its gradient and Hessian.
struct smooth_value {
  double value = 0;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd hessian;
};

enum class search_end : std::uint8_t {
  converged,
  out_of_reach,   ///< a variable went further than `reach` from the start: the function rises towards infinity
  not_converged,  ///< steps ran out, or no number came back
};

struct search_options {
  double reach = 12;
  int most_steps = 200;
};

struct search_result {
  search_end end = search_end::not_converged;
  Eigen::VectorXd at;
  smooth_value found;
  int steps = 0;
};

/// Newton's method within a region that grows where the quadratic model predicts well and shrinks where it does not; the
/// step inside the region is exact, by eigenvalues. Converged: the Hessian is negative definite and a Newton step would
/// gain less than rounding errors of the value.
[[nodiscard]] search_result maximise_smooth(const std::function<smooth_value(const Eigen::VectorXd&)>& function,
                                            const Eigen::VectorXd& start, const search_options& options = {});

}  // namespace detail
}  // namespace sojourn::inline v0_1
