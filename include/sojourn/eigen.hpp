// Triangles and signal matrices as Eigen maps, for programs that compute with Eigen already. Nothing is copied: a map lives
// as long as what it was made of. Layer: 4. Needs: Eigen headers, which the host brings. Not in the umbrella.
#pragma once

#include "sojourn/export.hpp"

#include <Eigen/Core>

#include "sojourn/health/evaluation/learn.hpp"
#include "sojourn/health/score/score.hpp"
#include "sojourn/revenue/cohort.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Cohorts x ages, row-major as it lies. NaN where it is not known.
using triangle_map = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
/// Accounts x signals, one column per signal.
using signals_map = Eigen::Map<const Eigen::MatrixXd>;

[[nodiscard]] inline triangle_map as_eigen(const cohort_triangle& triangle) {
  return {triangle.share.data(), static_cast<Eigen::Index>(triangle.cohorts.size()),
          static_cast<Eigen::Index>(triangle.ages)};
}
triangle_map as_eigen(cohort_triangle&&) = delete;

/// Normalised signals: 0 to 1, NaN = missing.
[[nodiscard]] inline signals_map as_eigen(const health::signal_matrix& matrix) {
  return {matrix.values.data(), static_cast<Eigen::Index>(matrix.rows), static_cast<Eigen::Index>(matrix.signals)};
}

/// Points of every signal; a row adds up to the score before rules.
[[nodiscard]] inline signals_map as_eigen(const health::contributions& parts) {
  return {parts.points.data(), static_cast<Eigen::Index>(parts.rows), static_cast<Eigen::Index>(parts.signals)};
}
signals_map as_eigen(health::contributions&&) = delete;

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
