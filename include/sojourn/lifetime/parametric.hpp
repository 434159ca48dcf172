// Survival as a formula with few parameters: six families fitted to exact, censored, interval and truncated lifetimes.
// Layer: 3. Needs: links sojourn (Boost.Math and Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/input/lifetime_spans.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// log S(t) and the parameters, in order:
///   exponential  -rate t                                     rate
///   weibull      -(t/scale)^shape                            shape, scale
///   lognormal    log Phi((mu - ln t)/sigma)                  mu, sigma
///   loglogistic  -log(1 + (t/scale)^shape)                   shape, scale
///   gompertz     -a (e^(bt) - 1)/b                           a > 0, b of any sign: b < 0 leaves exp(a/b) for ever
///   gengamma     log Q(1/q^2, e^(qw)/q^2), w = (ln t - mu)/sigma, for q > 0; log P(...) for q < 0; normal at q = 0
///                                                            mu, sigma, q
enum class survival_family : std::uint8_t { exponential, weibull, lognormal, loglogistic, gompertz, gengamma };
constexpr std::array<std::string_view, 6> values_of(survival_family) {
  return {"exponential", "weibull", "lognormal", "loglogistic", "gompertz", "gengamma"};
}
/// The names of the parameters, in order.
[[nodiscard]] std::span<const std::string_view> parameter_names(survival_family family);

/// Logarithms of survival and of the density at an age > 0, right in both tails. Throws `schema_error` for parameters of
/// another number or outside their range.
[[nodiscard]] double log_survival(survival_family family, std::span<const double> parameters, double age);
[[nodiscard]] double log_density(survival_family family, std::span<const double> parameters, double age);

/// A fitted family. Only a `converged` one may be read.
struct parametric_fit {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  survival_family family = survival_family::weibull;
  regression_status status = regression_status::not_converged;
  std::string note{};                ///< why it did not converge
  std::vector<double> parameters{};  ///< in the order of `parameter_names`; empty unless converged
  std::vector<double> standard_errors{};
  std::vector<double> covariance{};  ///< row by row
  double log_likelihood = undefined;
  double aic = undefined;
  double bic = undefined;       ///< with the number of accounts
  bool robust = false;          ///< the errors are the sandwich, as weights are importances
  double gradient = undefined;  ///< largest slope left, per account, in the coordinates of the search
  std::int64_t accounts = 0;
  std::int64_t events = 0;  ///< seen to leave, exactly or within an interval
  std::int64_t rows_missing = 0;
  confidence_level level{};
};

/// Maximum likelihood of one family:
///
///   sum over rows of weight x (log f(t) for an exit at t; log S(t) for one still there; log (S(l) - S(u)) for an exit
///   within (l, u]; less log S(entry) for one seen from an age on)
///
/// Times are brought to a mean of 1, the search runs over log-parameters from the exponential (Gompertz from b = 0, the
/// generalised gamma from both the Weibull and the log-normal) by Newton's method. With weights the errors are robust;
/// `count` repeats rows. Ages in whole months are intervals (t-1, t] rather than exact: give `upper`, or the shape is
/// biased. O(n) per step. An exit at age 0 has no density: `data_error`. What it does not tell you: whether the family is
/// right. Draw it over the Kaplan-Meier curve, and trust no tail.
[[nodiscard]] parametric_fit fit_survival(const lifetime_spans& rows, survival_family family, confidence_level level = {});

inline constexpr metric_label fitted_survival_label{"fitted_survival", "share"};
/// S(age) with its interval (delta method on log(-log S)), given that an account has reached `given_age`. Undefined
/// (`not_converged`) for a fit that may not be read.
[[nodiscard]] estimate survival_estimate(const parametric_fit& fit, double age, double given_age = 0);
/// The age at which `share` is left: infinite where the family leaves more than that for ever.
[[nodiscard]] double survival_age(const parametric_fit& fit, double share);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
