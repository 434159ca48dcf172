// A quadratic form u' V^- u where V may be short of full rank: what tests of several groups end in.
#pragma once

#include <Eigen/Dense>

namespace sojourn::inline v0_1 {
namespace detail {

struct score_test {
  double statistic = 0;
  int rank = 0;
};

/// V is brought to a diagonal of ones first, so that groups of very different size do not hide one another's rank.
[[nodiscard]] score_test quadratic_form(const Eigen::VectorXd& score, const Eigen::MatrixXd& variance);

}  // namespace detail
}  // namespace sojourn::inline v0_1
