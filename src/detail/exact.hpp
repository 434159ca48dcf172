// Exact integers of any length for read-outs: what a state sums in 64, 128 or 192 bits is combined here without rounding.
// Layer: 5. Needs: Boost.Multiprecision.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include "sojourn/detail/int128.hpp"
#include "sojourn/detail/wide_int.hpp"

namespace sojourn::inline v0_1::detail {

using exact_int = boost::multiprecision::cpp_int;

inline exact_int exact(std::int64_t value) {
  return exact_int(value);
}
inline exact_int exact(int128 value) {
  return exact_int(value);
}
inline exact_int exact(const wide_int& value) {
  const auto top = static_cast<std::int64_t>(value.limbs[2]);
  exact_int number = top;
  number *= exact_int(1) << 128;
  number += (exact_int(value.limbs[1]) << 64) + exact_int(value.limbs[0]);
  return number;
}

/// numerator / denominator: three roundings in all. Both must stay below 2^1023, which states of 64-bit values do.
inline double quotient(const exact_int& numerator, const exact_int& denominator) {
  return numerator.convert_to<double>() / denominator.convert_to<double>();
}

}  // namespace sojourn::inline v0_1::detail
