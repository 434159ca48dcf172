#include "lifetime/large_shape_gamma.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "lifetime/survival_families.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

template <std::size_t n>
double polynomial_at(const std::array<double, n>& coefficients, double x) {
  double sum = 0;
  for (std::size_t k = n; k > 0; --k) sum = sum * x + coefficients[k - 1];
  return sum;
}

/// sum of c_j(eta) k^-j, eta^2 / 2 = e^x - 1 - x. Closed forms cancel near 0, series end at 1.
double temme_sum(double k, double x, double eta) {
  if (std::abs(eta) > 1) {
    const double mu = std::expm1(x), inverse = 1 / mu, e = 1 / eta;
    const double c1 = e * e * e - inverse * (inverse * (inverse + 1) + 1.0 / 12);
    return inverse - e + c1 / k;
  }
  constexpr std::array c0{-0.3333333333333333,    0.08333333333333333,    -0.014814814814814815,   0.0011574074074074073,
                          0.0003527336860670194,  -0.0001787551440329218, 3.919263178522438e-05,   -2.185448510679992e-06,
                          -1.85406221071516e-06,  8.296711340953087e-07,  -1.7665952736826078e-07, 6.707853543401498e-09,
                          1.0261809784240309e-08, -4.382036018453353e-09, 9.14769958223679e-10,    -2.5514193994946248e-11,
                          -5.830772132550426e-11, 2.4361948020667415e-11, -5.0276692801141755e-12, 1.1004391032156135e-13,
                          3.371763262400985e-13,  -1.392388722418162e-13, 2.8534893807047445e-14};
  constexpr std::array c1{-0.001851851851851852,   -0.003472222222222222,  0.0026455026455026454,   -0.0009902263374485596,
                          0.00020576131687242798,  -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06,
                          -1.6120900894563446e-06, 4.647127802807434e-09,  1.378633446915721e-07,   -5.752545603517705e-08};
  constexpr std::array c2{0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06};
  return polynomial_at(c0, eta) + (polynomial_at(c1, eta) + polynomial_at(c2, eta) / k) / k;
}

}  // namespace

double exp_beyond_line(double x) {
  if (std::abs(x) > 0.5) return std::expm1(x) - x;
  double term = x * x / 2, sum = 0;
  for (int k = 3; k < 25; ++k) {
    sum += term;
    term *= x / k;
  }
  return sum;
}

double log_large_shape_tail(double k, double x, bool above) {
  const double half = k * exp_beyond_line(x);  // eta^2 k / 2
  if (std::isinf(half)) return (x > 0) == above ? -std::numeric_limits<double>::infinity() : 0.0;
  const double eta = std::copysign(std::sqrt(2 * half / k), x), away = std::copysign(std::sqrt(2 * half), x);
  const double correction = temme_sum(k, x, eta) / std::sqrt(2 * std::numbers::pi * k);
  // log of 1/2 erfc(+-away / sqrt 2) +- e^-half correction
  const auto log_tail = [&](bool upper) {
    const double log_normal = log_normal_below(upper ? -away : away);
    return log_normal + std::log1p((upper ? correction : -correction) * std::exp(-half - log_normal));
  };
  const bool rare = (away > 0) == above;
  return rare ? log_tail(above) : std::log1p(-std::exp(log_tail(!above)));
}

}  // namespace sojourn::inline v0_1::detail
