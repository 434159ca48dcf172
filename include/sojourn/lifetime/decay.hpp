// Fits a retention curve to the first periods of a cohort: fit, interval, projection.
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sojourn/lifetime/decay_curve.hpp"
#include "sojourn/lifetime/decay_table.hpp"
#include "sojourn/lifetime/geometric.hpp"
#include "sojourn/lifetime/sbg.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

enum class fit_status : std::uint8_t {
  converged,
  no_heterogeneity,  ///< the likelihood rises towards equal accounts: the geometric model is returned instead
  refused,           ///< the counts cannot identify the family: no losses, or fewer than two renewals seen
  not_converged,     ///< no interior optimum, or parameters that the counts cannot tell apart: see `note`
  given,             ///< parameters that a caller states; they have no uncertainty
};

[[nodiscard]] constexpr std::string_view to_string(fit_status status) noexcept {
  constexpr std::string_view names[] = {"converged", "no heterogeneity, geometric returned", "refused", "not converged",
                                        "given"};
  return names[static_cast<std::size_t>(status)];
}

/// Geometric and sbg have types of their own.
using decay_model = std::variant<geometric, sbg, decay_curve>;

struct decay_options {
  decay_family family = decay_family::sbg;
};

struct decay_fit {
  decay_model model{};
  fit_status status = fit_status::refused;
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();
  double gradient_norm =
      std::numeric_limits<double>::quiet_NaN();  ///< per renewal faced, in (logit mean churn, log(alpha + beta))
  double condition_number = std::numeric_limits<double>::quiet_NaN();  ///< of the information matrix in those coordinates
  int iterations = 0;
  /// Inverse observed information of the parameters, row by row; empty unless `fitted()`.
  std::vector<double> covariance{};
  decay_state observed{};
  std::string note{};  ///< why it did not converge
  /// Accounts had weights (`decay_sample`): the covariance is the sandwich, `observed` counts units of weight, and profile
  /// likelihood, AIC and BIC are not defined.
  bool robust = false;
  std::int64_t weighted_accounts = 0;  ///< accounts behind a robust fit

  /// Accounts that faced the first renewal; those that faced any, of a robust fit.
  [[nodiscard]] std::int64_t accounts() const noexcept {
    if (robust) return weighted_accounts;
    return observed.periods.empty() ? 0 : observed.periods.front().at_risk();
  }
  /// Whether the parameters have an uncertainty.
  [[nodiscard]] bool fitted() const noexcept {
    return status == fit_status::converged || status == fit_status::no_heterogeneity;
  }
  /// Whether the model may be read; a refused fit has none.
  [[nodiscard]] bool usable() const noexcept { return fitted() || status == fit_status::given; }
};

/// Maximum likelihood from grouped counts: sum of lost_t log P(t) + survivors log S(T) over cohorts.
///
/// sbg: Newton with analytic derivatives in (logit of the mean churn, log(alpha + beta)), where the two are nearly
/// uncorrelated; O(periods) per step, about five steps. geometric: losses / renewals faced. The others: a trust region from
/// several starts over logarithms of positive parameters and logits of shares; O(periods) per step, some 20 steps. Nothing
/// throws for a poor fit: read `status`.
/// What it does not tell you: whether the cohort is one population. Check the curve against later periods: a cohort with a
/// price change or two contract lengths fits badly, however small its gradient.
[[nodiscard]] decay_fit fit_decay(const decay_state& observed, decay_options options = {});
/// A family at parameters that the caller states, in the order of `parameter_names`, with the likelihood of `observed`
/// where it is not empty. Throws `schema_error` for parameters of another number, or outside their range.
[[nodiscard]] decay_fit decay_of(decay_family family, std::span<const double> parameters, const decay_state& observed = {});
/// The family returned: geometric where sbg found no heterogeneity.
[[nodiscard]] decay_family family_of(const decay_fit& fit);

[[nodiscard]] double survival(const decay_fit& fit, std::int64_t renewals);
[[nodiscard]] double retention(const decay_fit& fit, std::int64_t renewal);
inline constexpr metric_label decay_label{"decay_survival", "share"};
inline constexpr metric_label decay_parameter_label{"decay_parameter", "number"};

[[nodiscard]] estimate expected_lifetime(const decay_fit& fit);
[[nodiscard]] estimate discounted_lifetime(const decay_fit& fit, double rate);
/// The same of an account that has renewed `renewals` times, seen just before its next renewal, whose payment counts in
/// full.
[[nodiscard]] estimate discounted_residual_lifetime(const decay_fit& fit, std::int64_t renewals, double rate);

/// `delta`: symmetric on the logit scale, fast. `profile`: all curves whose likelihood stays within the chi-squared bound;
/// right also for few renewals, where the likelihood is a bent ridge; some hundred times slower (milliseconds).
enum class decay_interval : std::uint8_t { delta, profile };
constexpr std::array<std::string_view, 2> values_of(decay_interval) {
  return {"delta", "profile"};
}

struct decay_interval_options {
  confidence_level level{};
  decay_interval interval = decay_interval::delta;
};

/// S(renewals) with its interval, for the uncertainty of the parameters only: that of future renewals comes on top.
/// n = `fit.accounts()`. Undefined (`not_converged`) when the fit is not usable. Throws `schema_error` for the profile of a
/// robust fit.
[[nodiscard]] estimate survival_estimate(const decay_fit& fit, std::int64_t renewals, decay_interval_options options = {});

/// A parameter of the fitted family.
struct decay_parameter {
  std::string_view name;
  double value = 0;
};

/// The parameters in order; none when the fit was refused.
[[nodiscard]] std::vector<decay_parameter> parameters(const decay_fit& fit);

/// A parameter, by its place, with its profile-likelihood or Wald (`delta`) interval. An infinite `high` means that the
/// likelihood never falls far enough. Throws `schema_error` for an index that the family does not have.
[[nodiscard]] estimate parameter_estimate(const decay_fit& fit, std::size_t index, decay_interval_options options = {});
/// The same by name. Throws `schema_error` that lists the names of the fitted family.
[[nodiscard]] estimate parameter_estimate(const decay_fit& fit, std::string_view name, decay_interval_options options = {});

/// The fitted curve by renewal, from 0 on.
struct decay_projection {
  std::vector<std::int32_t> period;
  std::vector<double> observed;  ///< NaN where nothing is observed
  std::vector<double> survival;
  std::vector<double> low;
  std::vector<double> high;
  std::vector<double> retention;   ///< NaN at 0
  std::int32_t last_observed = 0;  ///< later periods are projected
};

/// The curve for renewals 0 .. `periods`. Throws `schema_error` when `periods` is negative.
[[nodiscard]] decay_projection project(const decay_fit& fit, std::int32_t periods = 24, decay_interval_options options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
