#include "health/card/plan.hpp"

#include <cmath>
#include <limits>

namespace sojourn::inline v0_1::health::detail {

double inverse_of(double from, double to) {
  const double width = to - from;
  double inverse = 1 / width;
  while (width * inverse < 1)
    inverse = std::nextafter(inverse, std::copysign(std::numeric_limits<double>::infinity(), inverse));
  return inverse;
}

}  // namespace sojourn::inline v0_1::health::detail
