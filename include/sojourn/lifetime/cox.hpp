// What moves the rate at which accounts leave: Cox's proportional hazards regression.
// Layer: 3. Needs: links sojourn (Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/input/exits.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A column of numbers that may move the rate of leaving. NaN counts as missing and leaves the row out.
struct named_feature {
  std::string name;
  column<double> values;
};

/// How several exits at one age share a risk set. `exact`: they left together, as one of all sets of that size (the
/// conditional likelihood of discrete ages).
enum class cox_ties : std::uint8_t { efron, breslow, exact };
constexpr std::array<std::string_view, 3> values_of(cox_ties) {
  return {"efron", "breslow", "exact"};
}

/// Only a `converged` fit, or a `collinear` one for the features that are left, has estimates to use.
enum class regression_status : std::uint8_t {
  converged,
  separated,      ///< a feature tells the leaving apart from the others: its coefficient is infinite
  collinear,      ///< a feature repeats others or does not vary: it has no coefficient
  no_events,      ///< no account left
  not_converged,  ///< no maximum was found
};
constexpr std::array<std::string_view, 5> values_of(regression_status) {
  return {"converged", "separated", "collinear", "no_events", "not_converged"};
}

/// The rows of a regression. `strata`: accounts are compared within a stratum only, each with a baseline of its own.
/// `cluster`: rows of one account that belong together; the error is then robust.
struct regression_rows {
  exits rows;
  std::vector<named_feature> features;
  column<std::uint32_t> strata{};
  column<std::uint32_t> cluster{};
};

struct regression_coefficient {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  std::string name;
  double coef = undefined;          ///< log hazard ratio of one unit of the feature; +-infinite when separated
  double hazard_ratio = undefined;  ///< exp(coef)
  double standard_error = undefined;
  double low = undefined;  ///< limits of the hazard ratio
  double high = undefined;
  double p_value = undefined;  ///< Wald test of coef = 0
  std::string note{};          ///< why something is undefined
};

struct cox_options {
  cox_ties ties = cox_ties::efron;
  confidence_level level{};
};

/// One age at which accounts left.
struct baseline_step {
  std::uint32_t stratum = 0;
  double time = 0;
  std::int64_t events = 0;
  double cumulative_hazard = 0;          ///< of an account at the feature means
  double variance = 0;                   ///< of it, the coefficients taken as known
  std::vector<double> weighted_means{};  ///< sum of (mean features of the risk set - feature means) x hazard, up to here
};

struct cox_fit {
  regression_status status = regression_status::not_converged;
  std::vector<regression_coefficient> coefficients;
  double log_likelihood = regression_coefficient::undefined;  ///< its limit when separated
  double null_log_likelihood = regression_coefficient::undefined;
  /// The share of comparable pairs in which the account with the higher hazard left first; ties of the hazard count half.
  double concordance = regression_coefficient::undefined;
  std::vector<double> means;       ///< of the features, weighted
  std::vector<double> covariance;  ///< of the coefficients, row by row; NaN where there is none
  bool robust = false;             ///< the error is the sandwich of weighted dfbetas
  std::vector<baseline_step> baseline;
  std::vector<double> last_age;  ///< per stratum: the age at which its last account was seen; NaN for one without accounts
  std::int64_t accounts = 0;
  std::int64_t events = 0;
  std::int64_t rows_missing = 0;
  cox_options options{};
};

/// The hazard of an account as a baseline times exp(sum of coef x feature), every cause of leaving an event.
///
/// Maximises the partial likelihood: for each account that left, its exp(...) as a share of all at risk then (entry < time
/// <= exit). Efron's correction for ties is the default, as in R and lifelines; Breslow's is that of SAS, Stata and
/// scikit-survival. With weights or clusters the error is robust and no answer changes when all weights are multiplied by a
/// number; `count` repeats rows, which under Efron weights do not. `exact` ties take no weights and no cluster (throws
/// `schema_error`), have Breslow's baseline, and cost O(at risk x exits x p^2) at each age with several exits; beyond 5e9
/// they are refused. Features are centred and scaled inside, so that neither their origin nor their unit matters.
/// O(n log n + n p^2) per step.
///
/// Assumes that hazards are proportional at all ages (`proportional_hazards` tests it) and censoring that has nothing to do
/// with the hazard. Source: Cox 1972; Efron 1977; Breslow 1974; Lin and Wei 1989.
/// What it does not tell you: the effect of changing a feature, unless it was assigned at random.
[[nodiscard]] cox_fit fit_cox(const regression_rows& rows, const cox_options& options = {});

/// The survival of an account with these features (in the order of the fit), at each age of its stratum at which somebody
/// left.
struct predicted_survival {
  std::vector<double> time;
  std::vector<double> survival;
  std::vector<double> standard_error;  ///< NaN for a robust fit, whose error is not defined here
  std::vector<double> low;             ///< log-log limits
  std::vector<double> high;
  double last_age = regression_coefficient::undefined;  ///< nothing is known of survival beyond it
};
/// Throws `schema_error` for a fit without estimates, and for features of another number.
[[nodiscard]] predicted_survival survival_of(const cox_fit& fit, std::span<const double> features,
                                             std::uint32_t stratum = 0);

/// One row per account that left: its features less the mean of those at risk then. They sum to 0 (weighted, counted), and
/// drift with age where hazards are not proportional. Throws `schema_error` for a fit of exact ties, whose exits leave as
/// sets.
struct schoenfeld_residuals {
  std::vector<std::size_t> row;  ///< of the input
  std::vector<double> time;
  std::vector<std::vector<double>> residual;  ///< per feature
};
[[nodiscard]] schoenfeld_residuals schoenfeld(const regression_rows& rows, const cox_fit& fit);

/// The function of age with which a coefficient might change.
enum class age_transform : std::uint8_t { km, identity, log };
constexpr std::array<std::string_view, 3> values_of(age_transform) {
  return {"km", "identity", "log"};
}
struct proportionality {
  std::string name;  ///< a feature, or "GLOBAL"
  double statistic = regression_coefficient::undefined;
  int dof = 0;
  double p_value = regression_coefficient::undefined;
};
/// Is the coefficient of each feature the same at all ages? The score test of feature x g(age), of which R's `cox.zph` (3.0
/// and later) is an example; the short cut of older programs differs in the second digit. `km`: g is one minus the survival
/// before each age. Throws `schema_error` for a fit of exact ties.
[[nodiscard]] std::vector<proportionality> proportional_hazards(const regression_rows& rows, const cox_fit& fit,
                                                                age_transform transform = age_transform::km);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
