#include "lifetime/score_test.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn::inline v0_1::detail {

score_test quadratic_form(const Eigen::VectorXd& score, const Eigen::MatrixXd& variance) {
  if (score.size() == 0) return {};
  const Eigen::VectorXd scale = variance.diagonal().unaryExpr([](double v) { return v > 0 ? 1 / std::sqrt(v) : 0.0; });
  const Eigen::MatrixXd scaled = scale.asDiagonal() * variance * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(scaled);
  const Eigen::VectorXd turned = parts.eigenvectors().transpose() * (scale.asDiagonal() * score);
  const double smallest = 1e-9 * std::max(1.0, parts.eigenvalues().size() > 0 ? parts.eigenvalues().maxCoeff() : 0.0);
  score_test found;
  for (Eigen::Index i = 0; i < turned.size(); ++i) {
    if (!(parts.eigenvalues()[i] > smallest)) continue;
    found.statistic += turned[i] * turned[i] / parts.eigenvalues()[i];
    ++found.rank;
  }
  return found;
}

}  // namespace sojourn::inline v0_1::detail
