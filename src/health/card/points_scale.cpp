#include "sojourn/health/card/points_scale.hpp"

#include <cmath>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::health {

points_scale points_scale::through(double points, double odds, double points_to_double) {
  if (!(odds > 0) || !std::isfinite(odds)) throw schema_error("odds are a positive number, for example 1.0 / 60");
  if (!std::isfinite(points_to_double) || points_to_double == 0)
    throw schema_error("the points that double the odds are a number other than 0");
  const double factor = points_to_double / std::log(2.0);
  return {points - factor * std::log(odds), factor};
}

double points_scale::of_odds(double odds) const noexcept {
  return offset_ + factor_ * std::log(odds);
}

double points_scale::probability(double points) const noexcept {
  return 1 / (1 + std::exp(-(points - offset_) / factor_));
}

}  // namespace sojourn::inline v0_1::health
