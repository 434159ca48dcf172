#include "sojourn/stats/estimate.hpp"

#include <boost/math/distributions/normal.hpp>

#include "sojourn/detail/body.hpp"

namespace sojourn::inline v0_1 {

SOJOURN_BODY double confidence_level::normal_quantile() const {
  return boost::math::quantile(boost::math::normal{}, 0.5 + level_ / 2);
}

}  // namespace sojourn::inline v0_1
