#include "lifetime/mixing_integrals.hpp"

#include <algorithm>
#include <cmath>

#include "stats/jet.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr double negligible_share = 1e-17;

/// Sums of the trapezoidal rule.
struct trapezoid_sums {
  double weight = 0, value = 0;
};

}  // namespace

double beta_mean(double a, double b, double at_zero, const std::function<double(double)>& f) {
  // The trapezoidal rule in y = log p/(1-p), whose error falls exponentially with 1/step. Where a weight p^a or (1-p)^b
  // falls slowly, the chord of f is taken off: its mean is known, and what is left vanishes at the ends.
  const bool slow_at_zero = a < 0.3, slow_at_one = b < 0.3;
  const double at_one = f(1);
  const double step = std::min(0.25, 0.6 * std::sqrt(1 / a + 1 / b));
  const double start = std::clamp(std::log(a / b), -30.0, 30.0);
  const double peak = -a * log1p_exp(-start) - b * log1p_exp(start);
  trapezoid_sums sum;
  const auto add = [&](double y) {
    const double p = logistic(y), q = logistic(-y);
    const double weight = std::exp(-a * log1p_exp(-y) - b * log1p_exp(y) - peak);
    double value = p > 0 ? f(p) : at_zero;
    if (slow_at_zero) value -= q * at_zero;
    if (slow_at_one) value -= p * at_one;
    sum.weight += weight;
    sum.value += weight * value;
    const bool weight_counts = !slow_at_zero && !slow_at_one;
    return std::abs(weight * value) > negligible_share * std::abs(sum.value) ||
           (weight_counts && weight > negligible_share * sum.weight);
  };
  add(start);
  for (const int way : {1, -1}) {
    for (int k = 1; k < 200'000; ++k) {
      if (!add(start + way * k * step) && k > 5) break;
    }
  }
  if (!slow_at_zero && !slow_at_one) return sum.value / sum.weight;
  double mean = sum.value * step * std::exp(peak) / beta_function(a, b);
  if (slow_at_zero) mean += at_zero * b / (a + b);
  if (slow_at_one) mean += at_one * a / (a + b);
  return mean;
}

double scaled_exponential_integral(double s, double z) {
  if (z >= 0.3) {
    // Lentz's form of the continued fraction.
    double b = z + s, c = 1e300, d = 1 / b, h = d;
    for (int k = 1; k < 5000; ++k) {
      const double a = -k * (s - 1 + k);
      b += 2;
      d = 1 / (a * d + b);
      c = b + a / c;
      const double factor = c * d;
      h *= factor;
      if (std::abs(factor - 1) < 1e-16) break;
    }
    return h;
  }
  // The trapezoidal rule in y = log v. From the left end the integrand only rises to its one peak and falls.
  constexpr double step = 0.25;
  double sum = 0;
  for (double y = -42 - std::log1p(s); y < 40; y += step) {
    const double v = std::exp(y), term = std::exp(y - z * v - s * std::log1p(v));
    sum += term;
    if (y > 0 && term < negligible_share * sum) break;
  }
  return sum * step;
}

}  // namespace sojourn::inline v0_1::detail
