// Decay families as formulas at given parameters: survival, retention, lifetime and likelihood.
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/lifetime/decay_table.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// S(t), the share left after t renewals, and the parameters, in order:
///   geometric      (1 - theta)^t                              theta: one churn rate for all
///   sbg            B(alpha, beta + t)/B(alpha, beta)          alpha, beta: each account has a churn rate of its own
///   bdw            B(gamma, delta + t^c)/B(gamma, delta)      gamma, delta, c: and it moves with age; sbg at c = 1
///   weibull        exp(-(rate t)^shape)                       rate, shape
///   dweibull       (1 - theta)^(t^c)                          theta, c: the Weibull by renewals
///   gompertz       exp(-a (e^(bt) - 1)/b)                     a, b: b < 0 leaves exp(a/b) for ever
///   loglogistic    1/(1 + (t/scale)^shape)                    scale, shape
///   lognormal      Phi((mu - ln t)/sigma)                     mu, sigma
///   lomax          (1 + t/alpha)^-r                           r, alpha: sbg in continuous time
///   weibull_gamma  (1 + t^c/alpha)^-r                         r, alpha, c: bdw in continuous time
///   cure           cured + (1 - cured)(1 - theta)^t           cured never leave
///   two_segment    share (1 - theta_1)^t + (1 - share)(1 - theta_2)^t   theta_1 <= theta_2
enum class decay_family : std::uint8_t {
  geometric,
  sbg,
  bdw,
  weibull,
  dweibull,
  gompertz,
  loglogistic,
  lognormal,
  lomax,
  weibull_gamma,
  cure,
  two_segment
};
constexpr std::array<std::string_view, 12> values_of(decay_family) {
  return {"geometric",   "sbg",       "bdw",   "weibull",       "dweibull", "gompertz",
          "loglogistic", "lognormal", "lomax", "weibull_gamma", "cure",     "two_segment"};
}
[[nodiscard]] constexpr std::string_view to_string(decay_family family) noexcept {
  return values_of(family)[static_cast<std::size_t>(family)];
}
/// The names of the parameters, in order.
[[nodiscard]] std::span<const std::string_view> parameter_names(decay_family family);

/// A family of at most three parameters, other than `geometric` and `sbg`, which have types of their own.
struct decay_curve {
  decay_family family = decay_family::weibull;
  std::array<double, 3> parameters{};  ///< as many as the family has, in order
};

/// Throws `schema_error` where a parameter is missing, or outside its range.
void require_parameters(decay_family family, std::span<const double> parameters);

/// Share left after t >= 0 renewals, and its logarithm, which is right far out too.
[[nodiscard]] double survival(const decay_curve& model, std::int64_t renewals);
[[nodiscard]] double log_survival(const decay_curve& model, double renewals);
/// Share of those who face renewal t >= 1 that renew.
[[nodiscard]] double retention(const decay_curve& model, std::int64_t renewal);
[[nodiscard]] double log_likelihood(const decay_curve& model, const decay_state& observed);

/// Sum of S(t)/(1 + rate)^t from t = 0; `rate` 0 or at least 1e-6. Undefined (`infinite`) without a rate where the tail is
/// too heavy for a mean: loglogistic at shape <= 1, lomax at r <= 1, bdw and weibull_gamma at c gamma or c r <= 1, and
/// wherever some never leave.
[[nodiscard]] estimate discounted_lifetime(const decay_curve& model, double rate);
/// Sum of S(renewals + 1 + k)/S(renewals) / (1 + rate)^k from k = 0: an account that has renewed `renewals` times, seen just
/// before its next renewal, whose payment counts in full.
[[nodiscard]] estimate discounted_residual_lifetime(const decay_curve& model, std::int64_t renewals, double rate);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
