#include "sojourn/stats/chi_square.hpp"

#include <cmath>
#include <limits>

#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {

double chi_square_p_value(double statistic, int dof) {
  if (std::isnan(statistic) || dof < 1) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(statistic)) return 0;
  return detail::gamma_above(0.5 * dof, 0.5 * (statistic > 0 ? statistic : 0));
}

}  // namespace sojourn::inline v0_1
