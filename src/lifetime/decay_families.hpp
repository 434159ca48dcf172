// log S(t) of the decay families, in the coordinates in which they are fitted: logarithms of positive parameters, logits of
// shares.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "lifetime/curve_terms.hpp"
#include "sojourn/lifetime/decay_curve.hpp"
#include "stats/special_functions.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

enum class parameter_range : std::uint8_t { positive, share, any };

struct family_parameters {
  std::span<const std::string_view> names;
  std::array<parameter_range, 3> ranges;
};
[[nodiscard]] family_parameters parameters_of(decay_family family);

using decay_coordinates = std::array<double, 3>;
[[nodiscard]] decay_coordinates coordinates_of(const decay_curve& curve);
[[nodiscard]] decay_curve curve_at(decay_family family, const decay_coordinates& at);
[[nodiscard]] double to_parameter(parameter_range range, double coordinate);
/// d parameter / d coordinate
[[nodiscard]] double stretch(parameter_range range, double parameter);

[[nodiscard]] curve_jet log_gamma(const curve_jet& x);

/// log(e^a + e^b)
template <class T>
[[nodiscard]] T log_of_sum(const T& a, const T& b) {
  return a + log1p_exp(b - a);
}
/// log S(t) of accounts that leave at each renewal with the probability 1 / (1 + e^-x).
template <class T>
[[nodiscard]] T constant_churn(const T& x, double t) {
  return -(T(t) * log1p_exp(x));
}

/// `T` is double or curve_jet; t > 0.
template <class T>
[[nodiscard]] T log_survival_at(decay_family family, const std::array<T, 3>& x, double t) {
  using std::exp;
  const T log_t(std::log(t));
  switch (family) {
    case decay_family::geometric:
      return constant_churn(x[0], t);
    case decay_family::sbg:
    case decay_family::bdw: {
      const T gamma = exp(x[0]), delta = exp(x[1]), reached = delta + exp(exp(x[2]) * log_t);
      return (log_gamma(reached) - log_gamma(reached + gamma)) - (log_gamma(delta) - log_gamma(delta + gamma));
    }
    case decay_family::weibull:
      return -exp(exp(x[1]) * (log_t + x[0]));
    case decay_family::dweibull:
      return -(log1p_exp(x[0]) * exp(exp(x[1]) * log_t));
    case decay_family::gompertz:
      return -(exp(x[0]) * T(t) * mean_exp(x[1] * T(t)));
    case decay_family::loglogistic:
      return -log1p_exp(exp(x[1]) * (log_t - x[0]));
    case decay_family::lognormal:
      return log_normal_below((x[0] - log_t) * exp(-x[1]));
    case decay_family::lomax:
      return -(exp(x[0]) * log1p_exp(log_t - x[1]));
    case decay_family::weibull_gamma:
      return -(exp(x[0]) * log1p_exp(exp(x[2]) * log_t - x[1]));
    case decay_family::cure:
      return log_of_sum<T>(-log1p_exp(-x[0]), constant_churn(x[1], t) - log1p_exp(x[0]));
    case decay_family::two_segment:
      return log_of_sum<T>(constant_churn(x[1], t) - log1p_exp(-x[0]), constant_churn(x[2], t) - log1p_exp(x[0]));
  }
  return T(0.0);
}

/// Sum over renewals of renewed x log r + lost x log(1 - r).
template <class T>
[[nodiscard]] T log_likelihood_at(decay_family family, const std::array<T, 3>& x, const decay_state& observed) {
  T sum(0.0), before(0.0);
  double t = 0;
  for (const decay_period& period : observed.periods) {
    t += 1;
    const T now = log_survival_at<T>(family, x, t);
    const T kept = now - before;
    if (period.renewed != 0) sum = sum + T(static_cast<double>(period.renewed)) * kept;
    if (period.lost != 0) sum = sum + T(static_cast<double>(period.lost)) * log_one_minus_exp(kept);
    before = now;
  }
  return sum;
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
