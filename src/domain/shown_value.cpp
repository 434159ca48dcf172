#include "sojourn/domain/shown_value.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "detail/read_double.hpp"

namespace sojourn::inline v0_1 {

double shown_value(double value) {
  if (!std::isfinite(value) || value == 0) return value;
  char digits[64];
  const auto written = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific, shown_digits - 1);
  double shown = value;
  detail::read_double(digits, written.ptr, shown);
  return shown;
}

double lowest_reaching(double threshold) {
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

}  // namespace sojourn::inline v0_1
