// log S and log f of the parametric families, in the coordinates in which they are fitted.
#pragma once

#include <array>
#include <cmath>

#include "lifetime/curve_terms.hpp"
#include "sojourn/lifetime/parametric.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Coordinates of the search: exponential log rate; weibull and loglogistic log shape, log scale; lognormal mu, log sigma;
/// gompertz log a, b; gengamma mu, log sigma, q.
using coordinates = std::array<double, 3>;

[[nodiscard]] std::size_t parameter_count(survival_family family);
[[nodiscard]] coordinates coordinates_of(survival_family family, std::span<const double> parameters);
[[nodiscard]] std::array<double, 3> parameters_of(survival_family family, const coordinates& at);

/// The generalised gamma in w = (ln t - mu)/sigma: log S, and log of the density of w.
[[nodiscard]] double log_gengamma_survival(double w, double q);
[[nodiscard]] double log_gengamma_density(double w, double q);

/// Of an age > 0 by its logarithm. `T` is double, or for all but the generalised gamma `curve_jet`.
template <class T>
[[nodiscard]] T log_survival_at(survival_family family, const std::array<T, 3>& at, double age) {
  using std::exp;
  const double log_age = std::log(age);
  switch (family) {
    case survival_family::exponential:
      return -(T(age) * exp(at[0]));
    case survival_family::weibull:
      return -exp(exp(at[0]) * (T(log_age) - at[1]));
    case survival_family::lognormal:
      return log_normal_below((at[0] - T(log_age)) * exp(-at[1]));
    case survival_family::loglogistic:
      return -log1p_exp(exp(at[0]) * (T(log_age) - at[1]));
    case survival_family::gompertz:
      return -(exp(at[0]) * T(age) * mean_exp(at[1] * T(age)));
    case survival_family::gengamma:
      break;
  }
  if constexpr (std::is_same_v<T, double>)
    return log_gengamma_survival((log_age - at[0]) * std::exp(-at[1]), at[2]);
  else
    return T(0.0);
}

template <class T>
[[nodiscard]] T log_density_at(survival_family family, const std::array<T, 3>& at, double age) {
  using std::exp;
  const double log_age = std::log(age);
  switch (family) {
    case survival_family::exponential:
      return at[0] - T(age) * exp(at[0]);
    case survival_family::weibull: {
      const T u = exp(at[0]) * (T(log_age) - at[1]);
      return at[0] + u - T(log_age) - exp(u);
    }
    case survival_family::lognormal: {
      const T z = (T(log_age) - at[0]) * exp(-at[1]);
      return -at[1] - T(log_age + log_sqrt_two_pi) - T(0.5) * z * z;
    }
    case survival_family::loglogistic: {
      const T u = exp(at[0]) * (T(log_age) - at[1]);
      return at[0] + u - T(log_age) - T(2.0) * log1p_exp(u);
    }
    case survival_family::gompertz:
      return at[0] + at[1] * T(age) - exp(at[0]) * T(age) * mean_exp(at[1] * T(age));
    case survival_family::gengamma:
      break;
  }
  if constexpr (std::is_same_v<T, double>)
    return log_gengamma_density((log_age - at[0]) * std::exp(-at[1]), at[2]) - at[1] - log_age;
  else
    return T(0.0);
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
