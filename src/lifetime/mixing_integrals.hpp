// Means over the distributions that rates and chances of leaving have among customers.
#pragma once

#include <functional>

namespace sojourn::inline v0_1 {
namespace detail {

/// Mean of f(p) over p ~ Beta(a, b), for a decreasing convex f >= 0 that is analytic for p > 0; `at_zero` is its limit at 0.
[[nodiscard]] double beta_mean(double a, double b, double at_zero, const std::function<double(double)>& f);

/// z > 0: the integral of e^(-z v) (1+v)^-s over v > 0, which is e^z E_s(z).
[[nodiscard]] double scaled_exponential_integral(double s, double z);

}  // namespace detail
}  // namespace sojourn::inline v0_1
