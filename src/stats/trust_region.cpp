#include "stats/trust_region.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sojourn::inline v0_1::detail {
namespace {

using Eigen::VectorXd;

/// The quadratic model around a point, along the axes in which its curvature is diagonal.
struct quadratic_model {
  explicit quadratic_model(const smooth_value& at) : axes(-at.hessian) {
    slope = axes.eigenvectors().transpose() * at.gradient;
  }

  [[nodiscard]] double least_curvature() const { return axes.eigenvalues().minCoeff(); }
  /// The step with `shift` added to every curvature.
  [[nodiscard]] VectorXd step(double shift) const { return (slope.array() / (axes.eigenvalues().array() + shift)).matrix(); }
  [[nodiscard]] double gain(const VectorXd& along) const {
    return slope.dot(along) - 0.5 * (axes.eigenvalues().array() * along.array().square()).sum();
  }
  /// The best step of at most that length.
  [[nodiscard]] VectorXd best_step(double radius) const {
    const double most = axes.eigenvalues().cwiseAbs().maxCoeff();
    double low = std::max(0.0, -least_curvature()) + 1e-14 * most;
    if (least_curvature() > 1e-14 * most) {
      const VectorXd newton = step(0);
      if (newton.norm() <= radius) return newton;
      low = 0;
    }
    double high = low + slope.norm() / radius;
    for (int halving = 0; halving < 60; ++halving) {
      const double middle = 0.5 * (low + high);
      (step(middle).norm() > radius ? low : high) = middle;
    }
    return step(high);
  }

  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes;
  VectorXd slope;
};

bool is_finite(const smooth_value& at) {
  return std::isfinite(at.value) && at.gradient.allFinite() && at.hessian.allFinite();
}

}  // namespace

search_result maximise_smooth(const std::function<smooth_value(const VectorXd&)>& function, const VectorXd& start,
                              const search_options& options) {
  search_result best;
  best.at = start;
  best.found = function(start);
  double radius = 1;
  for (; best.steps < options.most_steps && is_finite(best.found); ++best.steps) {
    const quadratic_model model(best.found);
    const double size = std::max(1.0, std::abs(best.found.value));
    if (model.least_curvature() > 0 && model.gain(model.step(0)) < 1e-13 * size) {
      best.end = search_end::converged;
      return best;
    }
    const VectorXd along = model.best_step(radius);
    const double predicted = model.gain(along);
    const VectorXd next = best.at + model.axes.eigenvectors() * along;
    smooth_value there = function(next);
    const double gained = there.value - best.found.value;
    const bool usable = is_finite(there);
    // Below this the difference of two values is rounding.
    const double share = predicted < 1e-12 * size ? 1 : gained / predicted;
    if (!usable || !(share > 0.25)) {
      radius = 0.25 * along.norm();
    } else if (share > 0.75 && along.norm() > 0.9 * radius) {
      radius = std::min(2 * radius, 4.0);
    }
    if (radius < 1e-12) return best;
    if (!usable || !(share > 1e-4)) continue;
    best.at = next;
    best.found = std::move(there);
    if ((best.at - start).cwiseAbs().maxCoeff() > options.reach) {
      best.end = search_end::out_of_reach;
      return best;
    }
  }
  return best;
}

}  // namespace sojourn::inline v0_1::detail
