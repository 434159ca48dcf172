// A double from text, with one meaning on every standard library.
// Layer: 5. Needs: std only.
#pragma once

#include <charconv>
#include <cstddef>

#if !defined(__cpp_lib_to_chars)
#include <cerrno>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <string>
#include <system_error>
#endif

namespace sojourn::inline v0_1::detail {

/// What `std::from_chars` says of a double.
inline std::from_chars_result read_double(const char* first, const char* last, double& value) {
#if defined(__cpp_lib_to_chars)
  return std::from_chars(first, last, value);
#else
  // libc++ has none up to version 19. strtod rounds alike but takes more: space and a plus in front, and hexadecimals.
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  std::string text(first, last);
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  constexpr const char* starts = "0123456789.iInN";
  if (text.find_first_of(starts, sign) != sign) return {first, std::errc::invalid_argument};
  if (const std::size_t x = text.find_first_of("xX"); x == sign + 1) text.resize(x);
  errno = 0;
  char* end = nullptr;
  const double found = strtod_l(text.c_str(), &end, c_locale);
  const char* const stop = first + (end - text.c_str());
  if (stop == first) return {first, std::errc::invalid_argument};
  if (errno == ERANGE && (found == 0 || std::isinf(found))) return {stop, std::errc::result_out_of_range};
  value = found;
  return {stop, std::errc{}};
#endif
}

}  // namespace sojourn::inline v0_1::detail
