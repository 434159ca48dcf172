// An amount at an exchange rate, without the library's line.
#pragma once

#include "sojourn/detail/wide_int.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"

namespace sojourn::oracle {

/// Half to even, by the nearer of the two whole numbers; what is positive stays positive.
inline detail::int128 slow_converted(detail::int128 amount, exchange_rate rate) {
  const detail::int128 low = amount * rate.numerator / rate.denominator;
  const detail::int128 below = amount * rate.numerator - low * rate.denominator;
  const detail::int128 above = rate.denominator - below;
  const detail::int128 nearest = below < above || (below == above && low % 2 == 0) ? low : low + 1;
  return amount > 0 && nearest == 0 ? 1 : nearest;
}

}  // namespace sojourn::oracle
