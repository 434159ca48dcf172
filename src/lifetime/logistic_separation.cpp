#include "lifetime/logistic_separation.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Below this no fit runs away: exp(-10) is still seen in a likelihood.
constexpr double far_out = 10;
/// What of a direction is rounding, next to the rest of it.
constexpr double negligible = 1e-6;

/// sum of terms of one row; the intercept comes first.
double along(const logistic_sample& sample, const scaled_features& scaled, const std::vector<Index>& kept,
             const VectorXd& terms, std::size_t row) {
  double sum = terms[0];
  for (std::size_t j = 0; j < kept.size(); ++j) sum += terms[static_cast<Index>(j) + 1] * scaled.at(sample, row, kept[j]);
  return sum;
}

/// The direction without components that are rounding. Returns its intercept where features are as given.
double clean(VectorXd& direction, const scaled_features& scaled, const std::vector<Index>& kept) {
  const double largest = direction.cwiseAbs().maxCoeff();
  double intercept = direction[0], size = std::abs(direction[0]);
  for (Index j = 1; j < direction.size(); ++j) {
    if (std::abs(direction[j]) < negligible * largest) direction[j] = 0;
    const Index k = kept[static_cast<std::size_t>(j) - 1];
    const double moved = direction[j] * scaled.mean[k] / scaled.spread[k];
    intercept -= moved;
    size = std::max(size, std::abs(moved));
  }
  if (std::abs(intercept) >= negligible * size) return intercept;
  direction[0] -= intercept;
  return 0;
}

/// `towards` as far as it moves none of the rows whose log odds lie within `near` of 0: in the limit those stay finite.
VectorXd without_moving(const logistic_sample& sample, const scaled_features& scaled, const std::vector<Index>& kept,
                        const std::vector<double>& log_odds, double near, const VectorXd& towards) {
  const Index terms = towards.size();
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(terms, terms);
  VectorXd row(terms);
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    if (std::abs(log_odds[i]) > near) continue;
    row[0] = 1;
    for (std::size_t j = 0; j < kept.size(); ++j) row[static_cast<Index>(j) + 1] = scaled.at(sample, i, kept[j]);
    products += row * row.transpose();
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(products);
  VectorXd direction = VectorXd::Zero(terms);
  for (Index a = 0; a < terms; ++a) {
    if (axes.eigenvalues()[a] > 1e-12 * static_cast<double>(sample.rows())) continue;
    direction += axes.eigenvectors().col(a) * axes.eigenvectors().col(a).dot(towards);
  }
  return direction;
}

/// The direction as a separation, if it puts no row on the wrong side and some on the right one.
std::optional<separation> proven(const logistic_sample& sample, const scaled_features& scaled,
                                 const std::vector<Index>& kept, VectorXd direction) {
  if (!(direction.cwiseAbs().maxCoeff() > 0)) return std::nullopt;
  const double intercept = clean(direction, scaled, kept);
  std::vector<double> out(sample.rows());
  double right = 0, wrong = 0;
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    out[i] = along(sample, scaled, kept, direction, i);
    const double side = sample.outcome[i] != 0 ? out[i] : -out[i];
    right = std::max(right, side);
    wrong = std::max(wrong, -side);
  }
  if (!(right > 0) || wrong > negligible * right) return std::nullopt;
  separation apart;
  apart.given_intercept = intercept;
  apart.direction.intercept = direction[0];
  apart.direction.at_zero = 10 * negligible * right;
  apart.direction.weights.assign(sample.features(), 0.0);
  apart.direction.means.assign(scaled.mean.begin(), scaled.mean.end());
  for (std::size_t j = 0; j < kept.size(); ++j) {
    const Index k = kept[j];
    apart.direction.weights[static_cast<std::size_t>(k)] = direction[static_cast<Index>(j) + 1] / scaled.spread[k];
  }
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    if (std::abs(out[i]) <= apart.direction.at_zero) apart.undecided.push_back(i);
  }
  return apart;
}

}  // namespace

scaled_features::scaled_features(const logistic_sample& sample) {
  const auto features = static_cast<Index>(sample.features());
  mean = VectorXd::Zero(features);
  spread = VectorXd::Zero(features);
  double weight = 0;
  for (const double times : sample.times) weight += times;
  for (Index k = 0; k < features; ++k) {
    const double* values = sample.values.data() + static_cast<std::size_t>(k) * sample.rows();
    // A first guess near the values keeps the digits of features far from 0.
    const double near = values[0];
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < sample.rows(); ++i) sum += sample.times[i] * (values[i] - near);
    mean[k] = near + sum / weight;
    for (std::size_t i = 0; i < sample.rows(); ++i) {
      const double off = values[i] - mean[k];
      squares += sample.times[i] * off * off;
    }
    const double found = std::sqrt(squares / weight);
    if (found > 1e-13 * std::abs(mean[k])) spread[k] = found;  // what is left of rounding is no spread
  }
}

std::optional<separation> find_separation(const logistic_sample& sample, const scaled_features& scaled,
                                          const std::vector<Index>& kept, const logistic_optimum& found) {
  std::vector<double> log_odds(sample.rows());
  double furthest = 0;
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    log_odds[i] = along(sample, scaled, kept, found.theta, i);
    furthest = std::max(furthest, std::abs(log_odds[i]));
  }
  if (furthest < far_out) return std::nullopt;
  // Where rows that run away end and rows that stay begin differs from fit to fit; every answer is proven on all rows.
  for (const double near : {12.0, 8.0, 16.0, 5.0, 3.0, 20.0, 2.0, 1.0, 25.0}) {
    const VectorXd direction = without_moving(sample, scaled, kept, log_odds, near, found.theta);
    if (std::optional<separation> apart = proven(sample, scaled, kept, direction)) return apart;
  }
  return proven(sample, scaled, kept, found.last_step);
}

}  // namespace sojourn::inline v0_1::detail
