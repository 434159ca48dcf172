// Numbers that carry their first and second derivatives by up to three variables.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace sojourn::inline v0_1 {
namespace detail {

inline constexpr double log_sqrt_two_pi = 0.91893853320467274178;

struct dual {
  static constexpr std::size_t variables = 3;
  using gradient = std::array<double, variables>;

  double value = 0;
  gradient slope{};
  std::array<gradient, variables> curve{};  ///< symmetric

  dual() = default;
  dual(double constant) : value(constant) {}  // NOLINT: a constant is a dual without slope
  static dual variable(double at, std::size_t which) {
    dual one(at);
    one.slope[which] = 1;
    return one;
  }
  /// f(*this), given f and its two derivatives there.
  [[nodiscard]] dual apply(double f, double first, double second) const {
    dual found(f);
    for (std::size_t i = 0; i < variables; ++i) {
      found.slope[i] = first * slope[i];
      for (std::size_t j = 0; j < variables; ++j) found.curve[i][j] = first * curve[i][j] + second * slope[i] * slope[j];
    }
    return found;
  }
};

inline dual combined(const dual& a, double by_a, const dual& b, double by_b, double value) {
  dual found(value);
  for (std::size_t i = 0; i < dual::variables; ++i) {
    found.slope[i] = by_a * a.slope[i] + by_b * b.slope[i];
    for (std::size_t j = 0; j < dual::variables; ++j) found.curve[i][j] = by_a * a.curve[i][j] + by_b * b.curve[i][j];
  }
  return found;
}
inline dual operator+(const dual& a, const dual& b) {
  return combined(a, 1, b, 1, a.value + b.value);
}
inline dual operator-(const dual& a, const dual& b) {
  return combined(a, 1, b, -1, a.value - b.value);
}
inline dual operator-(const dual& a) {
  return a.apply(-a.value, -1, 0);
}
inline dual operator*(const dual& a, const dual& b) {
  dual found = combined(a, b.value, b, a.value, a.value * b.value);
  for (std::size_t i = 0; i < dual::variables; ++i) {
    for (std::size_t j = 0; j < dual::variables; ++j) found.curve[i][j] += a.slope[i] * b.slope[j] + a.slope[j] * b.slope[i];
  }
  return found;
}
inline dual exp(const dual& a) {
  const double e = std::exp(a.value);
  return a.apply(e, e, e);
}

/// log(1 + e^x)
inline double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
inline dual softplus(const dual& a) {
  const double p = 1 / (1 + std::exp(-a.value));
  return a.apply(softplus(a.value), p, p * (1 - p));
}

/// log(1 - e^x) for x < 0
inline double log_one_minus_exp(double x) {
  return x > -0.6931471805599453 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}
inline dual log_one_minus_exp(const dual& a) {
  const double odds = 1 / std::expm1(-a.value);  // e^x / (1 - e^x)
  return a.apply(log_one_minus_exp(a.value), -odds, -odds * (1 + odds));
}

/// log of the normal distribution function, also far out
[[nodiscard]] double log_normal_below(double x);
[[nodiscard]] dual log_normal_below(const dual& x);

/// (e^x - 1) / x
[[nodiscard]] double mean_exp(double x);
[[nodiscard]] dual mean_exp(const dual& x);

}  // namespace detail
}  // namespace sojourn::inline v0_1
