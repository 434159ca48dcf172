// A number as messages name it, in any locale.
#pragma once

#include <charconv>
#include <concepts>
#include <string>

namespace sojourn::inline v0_1::detail {

/// To 15 significant digits, so that 0.1 reads "0.1".
inline std::string number_text(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 15).ptr};
}

template <std::integral Whole>
std::string number_text(Whole value) {
  return std::to_string(value);
}

}  // namespace sojourn::inline v0_1::detail
