// Numbers as people read them: to 12 significant digits. Thresholds are compared so.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <charconv>
#include <cmath>
#include <compare>
#include <limits>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr int shown_digits = 12;

/// `value` rounded to 12 significant decimal digits. 0.9 x 100 computed as 89.99999999999999 is shown, and compared, as 90.
[[nodiscard]] inline double shown_value(double value) {
  if (!std::isfinite(value) || value == 0) return value;
  char digits[64];
  const auto written = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific, shown_digits - 1);
  double shown = value;
  std::from_chars(digits, written.ptr, shown);
  return shown;
}

/// `a` against `b` as both are shown; unordered where one is NaN.
[[nodiscard]] inline std::partial_ordering compare_shown(double a, double b) {
  // Rounding keeps the order of numbers that lie further apart than one unit of the last digit, and most do.
  const double apart = std::abs(a - b);
  if (!(apart <= 1e-10 * std::abs(a)) || apart == 0) return a <=> b;
  return shown_value(a) <=> shown_value(b);
}

/// a - b of the numbers that are shown: 0 where both are shown alike.
[[nodiscard]] inline double shown_difference(double a, double b) {
  return std::abs(a - b) <= 1e-10 * std::abs(a) ? shown_value(a) - shown_value(b) : a - b;
}

/// The smallest number that is shown as at least `threshold`: `x >= lowest_reaching(t)` is `compare_shown(x, t) >= 0`, at
/// the cost of one comparison.
[[nodiscard]] inline double lowest_reaching(double threshold) {
  const double wanted = shown_value(threshold);
  if (!std::isfinite(wanted) || wanted == 0) return wanted;
  constexpr double up = std::numeric_limits<double>::infinity();
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(wanted))) - (shown_digits - 1));
  // The border lies half a unit below (a twentieth below a power of ten); the search ends at neighbours.
  double below = wanted - unit, reaching = wanted;
  while (std::nextafter(below, up) < reaching) {
    const double middle = below + (reaching - below) / 2;
    if (middle <= below || middle >= reaching) break;
    (shown_value(middle) >= wanted ? reaching : below) = middle;
  }
  return reaching;
}

/// The largest number that is shown as at most `threshold`: `x > highest_not_passing(t)` is `compare_shown(x, t) > 0`.
[[nodiscard]] inline double highest_not_passing(double threshold) {
  return -lowest_reaching(-threshold);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
