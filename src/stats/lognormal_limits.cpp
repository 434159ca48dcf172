#include "sojourn/stats/lognormal_limits.hpp"

#include <cmath>

namespace sojourn::inline v0_1 {

value_limits lognormal_limits(double mean, double sd, confidence_level level) {
  if (!(mean > 0) || !(sd >= 0) || std::isinf(mean) || std::isinf(sd)) return {};
  const double s = std::sqrt(std::log1p(sd / mean * (sd / mean)));
  const double z = level.normal_quantile();
  return {.low = mean * std::exp(-s * s / 2 - z * s), .high = mean * std::exp(-s * s / 2 + z * s)};
}

}  // namespace sojourn::inline v0_1
