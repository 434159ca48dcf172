#include "lifetime/log_rising.hpp"

#include <cmath>

#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// Up to here the product is as fast as the gamma functions, and exact.
constexpr std::int64_t longest_product = 128;

/// log Gamma(a) = (a - 1/2) log a - a + log(2 pi)/2 + this, for a >= 16.
double stirling_rest(double a) {
  const double inverse = 1 / a, square = inverse * inverse;
  return inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188))));
}

}  // namespace

rising log_rising(double a, std::int64_t n) {
  rising found;
  if (n <= longest_product) {
    double product = 1;
    for (std::int64_t k = 0; k < n; ++k) {
      const double factor = a + static_cast<double>(k), inverse = 1 / factor;
      product *= factor;
      if (product > 1e100 || product < 1e-100) {
        found.value += std::log(product);
        product = 1;
      }
      found.first += inverse;
      found.second -= inverse * inverse;
    }
    found.value += std::log(product);
    return found;
  }
  const double many = static_cast<double>(n), end = a + many;
  // A difference of two log-gammas of large arguments would cancel.
  found.value = a < 16
                    ? log_gamma(end) - log_gamma(a)
                    : many * std::log(end) + (a - 0.5) * std::log1p(many / a) - many + stirling_rest(end) - stirling_rest(a);
  found.first = digamma(end) - digamma(a);
  found.second = trigamma(end) - trigamma(a);
  return found;
}

}  // namespace sojourn::inline v0_1::detail
