// How sure an estimate from weighted answers is, in the words of survey statistics.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <limits>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// NaN where it is not known: of no answers, of one answer, of one cluster.
struct precision {
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< in the unit of the estimate
  double n_effective = std::numeric_limits<double>::quiet_NaN();     ///< plain answers that tell as much; intervals use it
  double deff = std::numeric_limits<double>::quiet_NaN();            ///< design effect: variance over that of plain answers
};

struct weighted_estimate {
  estimate result{};
  precision error{};
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
