#include "lifetime/logistic_firth.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Rows of the scaled features behind a 1.
MatrixXd design_of(const logistic_data& data) {
  const auto rows = static_cast<Index>(data.rows), features = static_cast<Index>(data.fill.size());
  MatrixXd x = MatrixXd::Ones(rows, features + 1);
  for (Index k = 0; k < features; ++k) {
    const auto at = static_cast<std::size_t>(k);
    for (Index i = 0; i < rows; ++i)
      x(i, k + 1) = (data.values[at * data.rows + static_cast<std::size_t>(i)] - data.centre[at]) * data.factor[at];
  }
  return x;
}

struct firth_point {
  double log_likelihood = 0, penalised = 0;
  VectorXd score, step;
  MatrixXd inverse;
};

firth_point firth_at(const MatrixXd& x, const logistic_data& data, const VectorXd& theta) {
  firth_point at;
  const VectorXd eta = x * theta;
  VectorXd p(eta.size()), weight(eta.size());
  for (Index i = 0; i < eta.size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    const double decay = std::exp(-std::abs(eta[i])), times = data.weight[row];
    p[i] = eta[i] > 0 ? 1 / (1 + decay) : decay / (1 + decay);
    weight[i] = decay / ((1 + decay) * (1 + decay));
    const double agreed = data.outcome[row] != 0 ? eta[i] : -eta[i];
    at.log_likelihood -= times * (std::log1p(decay) + (agreed < 0 ? -agreed : 0));
  }
  const Eigen::Map<const VectorXd> times(data.weight.data(), eta.size());
  const MatrixXd information = x.transpose() * weight.cwiseProduct(times).asDiagonal() * x;
  const Eigen::LDLT<MatrixXd> solver(information);
  at.inverse = solver.solve(MatrixXd::Identity(x.cols(), x.cols()));
  at.penalised = at.log_likelihood + solver.vectorD().array().log().sum() / 2;
  const VectorXd leverage = weight.cwiseProduct((x * at.inverse).cwiseProduct(x).rowwise().sum());
  VectorXd residual(eta.size());
  for (Index i = 0; i < eta.size(); ++i)
    residual[i] = times[i] * (data.outcome[static_cast<std::size_t>(i)] - p[i] + leverage[i] * (0.5 - p[i]));
  at.score = x.transpose() * residual;
  // The score is that of rows which count 1 + leverage times; with the plain information steps would overshoot by as much.
  const VectorXd counted = weight.cwiseProduct(times).cwiseProduct((leverage.array() + 1).matrix());
  at.step = (x.transpose() * counted.asDiagonal() * x).ldlt().solve(at.score);
  return at;
}

}  // namespace

firth_optimum firth_maximum(const logistic_problem& problem, VectorXd start) {
  constexpr int most_steps = 500;
  const MatrixXd x = design_of(problem.data);
  firth_optimum best;
  best.theta = std::move(start);
  firth_point now = firth_at(x, problem.data, best.theta);
  for (int count = 0; count < most_steps && !best.converged; ++count) {
    VectorXd step = now.step;
    if (!step.allFinite()) return best;
    if (const double far = (x * step).cwiseAbs().maxCoeff(); far > 5) step *= 5 / far;
    firth_point next = firth_at(x, problem.data, best.theta + step);
    for (int halving = 0; halving < 40 && !(next.penalised >= now.penalised - 1e-13 * std::abs(now.penalised)); ++halving) {
      step /= 2;
      next = firth_at(x, problem.data, best.theta + step);
    }
    best.theta += step;
    now = std::move(next);
    best.converged = step.cwiseAbs().maxCoeff() < 1e-12 * (1 + best.theta.cwiseAbs().maxCoeff());
  }
  best.log_likelihood = now.log_likelihood;
  best.penalised = now.penalised;
  best.inverse = std::move(now.inverse);
  // Rounding may keep the last digit of a step alive.
  best.converged = best.converged || (now.score.cwiseAbs().maxCoeff() < 1e-9 * problem.scale && best.inverse.allFinite());
  return best;
}

}  // namespace sojourn::inline v0_1::detail
