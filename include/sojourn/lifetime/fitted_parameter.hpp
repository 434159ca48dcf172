// A parameter of a fitted model as it is shown: its value, standard error and limits.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct fitted_parameter {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  std::string_view name;
  double value = undefined;
  double standard_error = undefined;
  double low = undefined;
  double high = undefined;
};

/// Positive parameters with Wald limits that are symmetric on the logarithmic scale, so that they never leave the range:
/// value x exp(+-z standard error/value). `covariance` row by row.
[[nodiscard]] std::vector<fitted_parameter> fitted_parameters(std::span<const std::string_view> names,
                                                              std::span<const double> values,
                                                              std::span<const double> covariance, confidence_level level);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
