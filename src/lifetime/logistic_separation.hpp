// Which rows no logistic model can be unsure of: the direction in which a fit runs away, proven on every row.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "lifetime/logistic_model.hpp"
#include "stats/logistic_newton.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// (value - mean) / spread of each feature; a spread of 0 marks one that does not vary.
struct scaled_features {
  Eigen::VectorXd mean, spread;

  explicit scaled_features(const logistic_sample& sample);
  [[nodiscard]] double at(const logistic_sample& sample, std::size_t row, Eigen::Index feature) const {
    if (spread[feature] == 0) return 0;
    return (sample.values[static_cast<std::size_t>(feature) * sample.rows() + row] - mean[feature]) / spread[feature];
  }
};

struct separation {
  separating_direction direction;
  double given_intercept = 0;          ///< of the direction where the features are as given; 0 = the intercept stays finite
  std::vector<std::size_t> undecided;  ///< rows on it
};

/// Rows are separated where the fit has run away along a direction that moves none of the rows near log odds of 0, and that
/// puts no row on the wrong side and some on the right one: then the likelihood rises along it without end.
[[nodiscard]] std::optional<separation> find_separation(const logistic_sample& sample, const scaled_features& scaled,
                                                        const std::vector<Eigen::Index>& kept,
                                                        const logistic_optimum& found);

}  // namespace detail
}  // namespace sojourn::inline v0_1
