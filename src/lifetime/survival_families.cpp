#include "lifetime/survival_families.hpp"

#include <cmath>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "lifetime/large_shape_gamma.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

/// A q this small is taken as that of the log-normal.
constexpr double no_skew = 1e-7;

/// Beyond this 1/q^2, the shape of the gamma distribution behind the family, is below all numbers.
constexpr double largest_skew = 1e100;

/// log of k^k e^-k / (Gamma(k) sqrt k): -log sqrt(2 pi) and Stirling's series.
double log_gamma_peak(double k) {
  if (k < 20) return k * std::log(k) - k - log_gamma(k) - std::log(k) / 2;
  const double i = 1 / k, i2 = i * i;
  return -log_sqrt_two_pi - i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 * (1.0 / 1680 - i2 / 1188))));
}

/// log Q(a, x) where Q itself underflows: the continued fraction of Legendre.
double log_upper_gamma(double a, double x, double log_prefix) {
  constexpr double tiny = 1e-300;
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, fraction = d;
  for (int i = 1; i < 100000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1 / d;
    fraction *= d * c;
    if (std::abs(d * c - 1) <= std::numeric_limits<double>::epsilon()) break;
  }
  return log_prefix + std::log(fraction);
}

/// log P(a, x) where P itself underflows: its power series.
double log_lower_gamma(double a, double x, double log_prefix) {
  double term = 1 / a, sum = term;
  for (int n = 1; n < 100000 && term > sum * 1e-17; ++n) sum += term *= x / (a + n);
  return log_prefix + std::log(sum);
}

[[noreturn]] void refuse_parameter(survival_family family, std::string_view name, double value, const char* rule) {
  throw schema_error(std::string(values_of(family)[static_cast<std::size_t>(family)]) + ": the parameter " +
                     std::string(name) + " is " + number_text(value) + "; it " + rule);
}

}  // namespace

double log_gengamma_density(double w, double q) {
  if (std::abs(q) < no_skew) q = 0;
  const double k = q == 0 ? std::numeric_limits<double>::infinity() : 1 / (q * q);
  if (std::abs(q * w) < 1e-8 || std::isinf(k))  // k (e^x - 1 - x) = w^2/2 (1 + x/3 + ...)
    return (std::isinf(k) ? -log_sqrt_two_pi : log_gamma_peak(k)) - w * w / 2 * (1 + q * w / 3);
  return log_gamma_peak(k) - k * exp_beyond_line(q * w);
}

double log_gengamma_survival(double w, double q) {
  if (std::abs(q) < no_skew) q = 0;
  if (q == 0) return log_normal_below(-w);
  const double k = 1 / (q * q);
  if (k >= large_shape) return log_large_shape_tail(k, q * w, q > 0);
  const double x = k * std::exp(q * w);
  if (x == 0) return q > 0 ? 0.0 : -std::numeric_limits<double>::infinity();
  if (std::isinf(x)) return q > 0 ? -std::numeric_limits<double>::infinity() : 0.0;
  // x^k e^-x / Gamma(k)
  const double log_prefix = log_gamma_peak(k) + std::log(k) / 2 - k * exp_beyond_line(q * w);
  const double left = q > 0 ? gamma_below(k, x) : gamma_above(k, x);
  if (left < 0.5) return std::log1p(-left);
  const double stays = q > 0 ? gamma_above(k, x) : gamma_below(k, x);
  if (stays > 1e-290) return std::log(stays);
  return q > 0 ? log_upper_gamma(k, x, log_prefix) : log_lower_gamma(k, x, log_prefix);
}

std::size_t parameter_count(survival_family family) {
  return parameter_names(family).size();
}

std::array<double, 3> parameters_of(survival_family family, const coordinates& at) {
  switch (family) {
    case survival_family::exponential:
      return {std::exp(at[0]), 0, 0};
    case survival_family::weibull:
    case survival_family::loglogistic:
      return {std::exp(at[0]), std::exp(at[1]), 0};
    case survival_family::lognormal:
      return {at[0], std::exp(at[1]), 0};
    case survival_family::gompertz:
      return {std::exp(at[0]), at[1], 0};
    case survival_family::gengamma:
      break;
  }
  return {at[0], std::exp(at[1]), at[2]};
}

coordinates coordinates_of(survival_family family, std::span<const double> parameters) {
  const auto names = parameter_names(family);
  if (parameters.size() != names.size()) {
    throw schema_error("a " + std::string(values_of(family)[static_cast<std::size_t>(family)]) + " survival has " +
                       std::to_string(names.size()) + " parameters, and " + std::to_string(parameters.size()) +
                       " were given");
  }
  coordinates at{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool any_sign = names[i] == "mu" || names[i] == "b" || names[i] == "q";
    const bool allowed = any_sign ? std::isfinite(parameters[i]) : parameters[i] > 0 && std::isfinite(parameters[i]);
    if (!allowed)
      refuse_parameter(family, names[i], parameters[i], any_sign ? "is a finite number" : "is a finite number above 0");
    if (names[i] == "q" && std::abs(parameters[i]) > largest_skew)
      refuse_parameter(family, names[i], parameters[i], "lies between -1e100 and 1e100");
    at[i] = any_sign ? parameters[i] : std::log(parameters[i]);
  }
  return at;
}

}  // namespace detail

}  // namespace sojourn::inline v0_1
