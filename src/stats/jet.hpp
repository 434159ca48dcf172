// Numbers that carry their first and second derivatives by N variables: log-likelihoods and their terms.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace sojourn::inline v0_1 {
namespace detail {

/// log(1 + e^x)
inline double log1p_exp(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
/// 1 / (1 + e^-x)
inline double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

template <std::size_t N>
struct jet {
  static constexpr std::size_t pairs = N * (N + 1) / 2;
  /// Where the second derivative by two variables stands in `curve`.
  static constexpr std::size_t pair(std::size_t i, std::size_t j) { return i < j ? pair(j, i) : i * (i + 1) / 2 + j; }

  double value = 0;
  std::array<double, N> slope{};
  std::array<double, pairs> curve{};  ///< lower triangle, row by row

  jet() = default;
  jet(double constant) : value(constant) {}  // NOLINT: a constant is a jet without derivatives
  static jet variable(double at, std::size_t which) {
    jet one(at);
    one.slope[which] = 1;
    return one;
  }

  jet& operator+=(const jet& other) { return add(1, other); }
  /// Adds `times` x `other`.
  jet& add(double times, const jet& other) {
    value += times * other.value;
    for (std::size_t i = 0; i < N; ++i) slope[i] += times * other.slope[i];
    for (std::size_t k = 0; k < pairs; ++k) curve[k] += times * other.curve[k];
    return *this;
  }
  /// f(*this), given f and its two derivatives there.
  [[nodiscard]] jet apply(double f, double first, double second) const {
    jet found(f);
    for (std::size_t i = 0; i < N; ++i) {
      found.slope[i] = first * slope[i];
      for (std::size_t j = 0; j <= i; ++j)
        found.curve[pair(i, j)] = first * curve[pair(i, j)] + second * slope[i] * slope[j];
    }
    return found;
  }
};

template <std::size_t N>
jet<N> operator+(jet<N> a, const jet<N>& b) {
  return a.add(1, b);
}
template <std::size_t N>
jet<N> operator-(jet<N> a, const jet<N>& b) {
  return a.add(-1, b);
}
template <std::size_t N>
jet<N> operator-(const jet<N>& a) {
  return a.apply(-a.value, -1, 0);
}
template <std::size_t N>
jet<N> operator*(const jet<N>& a, const jet<N>& b) {
  jet<N> found(a.value * b.value);
  for (std::size_t i = 0; i < N; ++i) {
    found.slope[i] = b.value * a.slope[i] + a.value * b.slope[i];
    for (std::size_t j = 0; j <= i; ++j) {
      const std::size_t k = jet<N>::pair(i, j);
      found.curve[k] = b.value * a.curve[k] + a.value * b.curve[k] + (a.slope[i] * b.slope[j] + a.slope[j] * b.slope[i]);
    }
  }
  return found;
}
template <std::size_t N>
jet<N> exp(const jet<N>& a) {
  const double e = std::exp(a.value);
  return a.apply(e, e, e);
}
template <std::size_t N>
jet<N> log(const jet<N>& a) {
  const double inverse = 1 / a.value;
  return a.apply(std::log(a.value), inverse, -inverse * inverse);
}
/// log(1 + e^a)
template <std::size_t N>
jet<N> log1p_exp(const jet<N>& a) {
  const double p = logistic(a.value);
  return a.apply(log1p_exp(a.value), p, p * (1 - p));
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
