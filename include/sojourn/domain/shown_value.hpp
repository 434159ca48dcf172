// Numbers as people read them: to 12 significant digits. Thresholds are compared so.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <compare>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

inline constexpr int shown_digits = 12;

/// `value` rounded to 12 significant decimal digits. 0.9 x 100 computed as 89.99999999999999 is shown, and compared, as 90.
[[nodiscard]] double shown_value(double value);

namespace detail {

/// Whether two finite numbers lie so close that they may be shown alike.
[[nodiscard]] constexpr bool almost_equal(double a, double b) noexcept {
  const double apart = a < b ? b - a : a - b;
  return apart <= 1e-10 * (a < 0 ? -a : a);
}

}  // namespace detail

/// `a` against `b` as both are shown; unordered where one is NaN.
[[nodiscard]] inline std::partial_ordering compare_shown(double a, double b) {
  // Rounding keeps the order of numbers that lie further apart than one unit of the last digit, and most do.
  if (a == b || !detail::almost_equal(a, b)) return a <=> b;
  return shown_value(a) <=> shown_value(b);
}

/// a - b of the numbers that are shown: 0 where both are shown alike.
[[nodiscard]] inline double shown_difference(double a, double b) {
  return detail::almost_equal(a, b) ? shown_value(a) - shown_value(b) : a - b;
}

/// The smallest number that is shown as at least `threshold`: `x >= lowest_reaching(t)` is `compare_shown(x, t) >= 0`, at
/// the cost of one comparison.
[[nodiscard]] double lowest_reaching(double threshold);

/// The largest number that is shown as at most `threshold`: `x > highest_not_passing(t)` is `compare_shown(x, t) > 0`.
[[nodiscard]] inline double highest_not_passing(double threshold) {
  return -lowest_reaching(-threshold);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
