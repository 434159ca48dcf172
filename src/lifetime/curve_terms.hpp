// Terms of log S(t), of numbers and of jets by the parameters of a curve.
#pragma once

#include <cmath>

#include "stats/jet.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

inline constexpr double log_sqrt_two_pi = 0.91893853320467274178;

/// A number with its derivatives by the three parameters that a curve has at most.
using curve_jet = jet<3>;

/// log(1 - e^x) for x < 0
inline double log_one_minus_exp(double x) {
  return x > -0.6931471805599453 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}
inline curve_jet log_one_minus_exp(const curve_jet& a) {
  const double odds = 1 / std::expm1(-a.value);  // e^x / (1 - e^x)
  return a.apply(log_one_minus_exp(a.value), -odds, -odds * (1 + odds));
}

/// log of the normal distribution function, also far out
[[nodiscard]] double log_normal_below(double x);
[[nodiscard]] curve_jet log_normal_below(const curve_jet& x);

/// (e^x - 1) / x
[[nodiscard]] double mean_exp(double x);
[[nodiscard]] curve_jet mean_exp(const curve_jet& x);

}  // namespace detail
}  // namespace sojourn::inline v0_1
