// The maximum of a logistic likelihood on complete rows, and what prevents one.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/lifetime/logistic.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Complete rows. `values[k * rows + i]` is feature k of row i.
struct logistic_sample {
  std::vector<std::uint8_t> outcome;
  std::vector<double> times;
  std::vector<double> values;
  std::vector<std::string> names;

  [[nodiscard]] std::size_t rows() const noexcept { return outcome.size(); }
  [[nodiscard]] std::size_t features() const noexcept { return names.size(); }
};

/// Everything on the scale of the features as given, intercept first.
struct logistic_model {
  logistic_status status = logistic_status::not_converged;
  Eigen::VectorXd coefficients;  ///< infinite or NaN where there is no number
  Eigen::MatrixXd covariance;    ///< NaN for those
  std::vector<std::string> notes;
  double log_likelihood = logistic_coefficient::undefined;
  double penalised = logistic_coefficient::undefined;
  double at_means = logistic_coefficient::undefined;  ///< log odds of a row with the features `means`
  Eigen::VectorXd means, slopes;                      ///< slopes are 0 for features without a finite coefficient
  std::vector<separating_direction> beyond;
};

[[nodiscard]] logistic_model find_model(const logistic_sample& sample, const logistic_options& options);

}  // namespace detail
}  // namespace sojourn::inline v0_1
