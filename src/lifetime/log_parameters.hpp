// Fits over the logarithms of positive parameters: what the search, its status and its covariance have in common.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/jet.hpp"
#include "stats/trust_region.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

enum class fit_end : std::uint8_t { converged, at_boundary, not_identified, not_converged };

struct positive_fit {
  fit_end end = fit_end::not_converged;
  std::string note{};  ///< which parameters run where
  std::vector<double> parameters{};
  std::vector<double> covariance{};  ///< row by row
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();  ///< largest slope by a log-parameter, per observation
  double condition_number = std::numeric_limits<double>::quiet_NaN();
  int steps = 0;
};

/// A function of parameters: its value, and derivatives by the parameters themselves.
using parameter_function = std::function<smooth_value(const Eigen::VectorXd&)>;

template <std::size_t N>
smooth_value to_smooth(const jet<N>& from) {
  constexpr auto n = static_cast<Eigen::Index>(N);
  smooth_value found{from.value, Eigen::VectorXd(n), Eigen::MatrixXd(n, n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    found.gradient[i] = from.slope[static_cast<std::size_t>(i)];
    for (Eigen::Index j = 0; j < n; ++j)
      found.hessian(i, j) = from.curve[jet<N>::pair(static_cast<std::size_t>(i), static_cast<std::size_t>(j))];
  }
  return found;
}

/// Maximises a log-likelihood of `observations` from `start`, all > 0. `penalty` x observations x the sum of squared
/// log(parameter/unit) is taken off; the log-likelihood reported is without it, the covariance with it.
[[nodiscard]] positive_fit fit_positive(const parameter_function& log_likelihood, std::span<const double> start,
                                        std::span<const std::string_view> names, double observations, double penalty,
                                        std::span<const double> unit);

}  // namespace detail
}  // namespace sojourn::inline v0_1
