// What the decay families share: the limits of their arguments and the terms of their likelihoods.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "sojourn/lifetime/decay_table.hpp"

namespace sojourn::inline v0_1::detail {

inline void require_renewals(std::int64_t renewals, std::int64_t least) {
  if (renewals < least) throw schema_error("decay: renewals are counted from " + std::to_string(least));
}

inline void require_rate(double rate) {
  if (!(rate == 0 || (rate >= 1e-6 && rate < std::numeric_limits<double>::infinity()))) {
    throw schema_error("decay: the discount rate per period is 0 or at least 1e-6, for example 0.10 a year");
  }
}

/// count * log(argument), also where 0 * log(0) is 0.
inline double log_of(std::int64_t count, double argument) {
  return count == 0 ? 0 : static_cast<double>(count) * std::log(argument);
}

/// A lifetime that a model states without uncertainty.
inline estimate exact_lifetime(double value) {
  estimate e = estimate{}.as(decay_lifetime_label);
  e.value = value;
  return e;
}

}  // namespace sojourn::inline v0_1::detail
