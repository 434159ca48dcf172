#include "lifetime/curve_terms.hpp"

#include <array>
#include <numbers>

namespace sojourn::inline v0_1::detail {
namespace {

/// (e^x - 1)/x and its first two derivatives.
std::array<double, 3> mean_exp_and_slopes(double x) {
  std::array<double, 3> found{};
  if (std::abs(x) < 1) {
    // Series: sum of x^k / (k + 1)!, and its derivatives term by term.
    double factorial = 1, power = 1, power_before = 0, power_two_before = 0;
    for (int k = 0; k < 25; ++k) {
      factorial *= k + 1;
      found[0] += power / factorial;
      found[1] += k * power_before / factorial;
      found[2] += k * (k - 1) * power_two_before / factorial;
      power_two_before = power_before;
      power_before = power;
      power *= x;
    }
    return found;
  }
  const double e = std::exp(x);
  found[0] = std::expm1(x) / x;
  found[1] = (e - found[0]) / x;
  found[2] = (e - 2 * found[1]) / x;
  return found;
}

}  // namespace

double log_normal_below(double x) {
  if (x > 0) return std::log1p(-std::erfc(x / std::numbers::sqrt2) / 2);
  if (x > -35) return std::log(std::erfc(-x / std::numbers::sqrt2) / 2);
  const double inverse = 1 / (x * x);
  const double series = inverse * (-1 + inverse * (3 + inverse * (-15 + inverse * 105)));
  return -x * x / 2 - std::log(-x) - log_sqrt_two_pi + std::log1p(series);
}

curve_jet log_normal_below(const curve_jet& x) {
  const double value = log_normal_below(x.value);
  const double slope = std::exp(-x.value * x.value / 2 - log_sqrt_two_pi - value);
  return x.apply(value, slope, -slope * (x.value + slope));
}

double mean_exp(double x) {
  return x == 0 ? 1 : std::expm1(x) / x;
}

curve_jet mean_exp(const curve_jet& x) {
  const auto found = mean_exp_and_slopes(x.value);
  return x.apply(found[0], found[1], found[2]);
}

}  // namespace sojourn::inline v0_1::detail
