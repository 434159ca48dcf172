#include "sojourn/mrr/linearised.hpp"

#include <algorithm>
#include <cmath>

namespace sojourn::detail {

estimate linearised_ratio(const paired_sums& sums, confidence_level level) {
  if (sums.n == 0) return undefined_estimate(undefined_reason::no_observations, level);
  if (sums.x == 0) return undefined_estimate(undefined_reason::zero_denominator, level, sums.n);
  estimate found;
  found.level = level.value();
  found.n = sums.n;
  found.value = to_double(sums.y) / to_double(sums.x);
  if (sums.n == 1) return found;
  const double n = static_cast<double>(sums.n);
  const double x = to_double(sums.x) / static_cast<double>(mrr::ticks_per_minor);
  const double r = found.value;
  // Rounding can leave a sum of squares that is truly zero a hair below it.
  const double squares = std::max(0.0, to_double(sums.yy) - 2 * r * to_double(sums.xy) + r * r * to_double(sums.xx));
  const double half = level.normal_quantile() * std::sqrt(n / (n - 1) * squares) / std::abs(x);
  found.low = found.value - half;
  found.high = found.value + half;
  found.method = interval_method::linearised;
  return found;
}

}  // namespace sojourn::detail
