// 128-bit integers for sums and sums of squares that must stay exact.
// Layer: 0. Needs: std only; GCC or Clang on a 64-bit target.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

[[nodiscard]] constexpr double to_double(int128 value) noexcept {
  return static_cast<double>(value);
}

[[nodiscard]] inline std::string to_string(int128 value) {
  const bool negative = value < 0;
  // Negating in the unsigned type is the only form that survives the most negative value.
  uint128 rest = negative ? uint128{0} - static_cast<uint128>(value) : static_cast<uint128>(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return negative ? "-" + digits : digits;
}

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
