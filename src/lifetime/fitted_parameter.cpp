#include "sojourn/lifetime/fitted_parameter.hpp"

#include <cmath>

namespace sojourn::inline v0_1 {

std::vector<fitted_parameter> fitted_parameters(std::span<const std::string_view> names, std::span<const double> values,
                                                std::span<const double> covariance, confidence_level level) {
  if (values.size() != names.size() || covariance.size() != names.size() * names.size())
    throw schema_error("parameters: one value per name, and a covariance of as many rows and columns");
  std::vector<fitted_parameter> found;
  const double z = level.normal_quantile();
  for (std::size_t k = 0; k < names.size(); ++k) {
    const double error = std::sqrt(covariance[k * names.size() + k]), factor = std::exp(z * error / values[k]);
    found.push_back({names[k], values[k], error, values[k] / factor, values[k] * factor});
  }
  return found;
}

}  // namespace sojourn::inline v0_1
