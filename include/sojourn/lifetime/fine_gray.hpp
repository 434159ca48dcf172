// What moves the share that will have left for one cause: the subdistribution hazards of Fine and Gray.
// Layer: 3. Needs: links sojourn (Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/lifetime/cox.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct fine_gray_fit {
  regression_status status = regression_status::not_converged;
  std::vector<regression_coefficient> coefficients;
  double log_likelihood = regression_coefficient::undefined;
  double null_log_likelihood = regression_coefficient::undefined;
  std::vector<double> means;                            ///< of the features, weighted
  std::vector<double> covariance;                       ///< of the coefficients, row by row; NaN where there is none
  std::vector<double> time;                             ///< ages at which accounts left for the cause
  std::vector<double> cumulative_hazard;                ///< of the subdistribution at the feature means, at those ages
  double last_age = regression_coefficient::undefined;  ///< at which the last account was seen
  std::int64_t accounts = 0;
  std::int64_t events = 0;            ///< left for the cause
  std::int64_t competing_events = 0;  ///< left for another one
  std::int64_t rows_missing = 0;
  confidence_level level{};
};

/// The subdistribution hazard of `cause` as a baseline times exp(sum of coef x feature): a positive coefficient means a
/// larger share that will have left for the cause.
///
/// Those who left for another cause stay at risk with weight G(t-)/G(T-), G the Kaplan-Meier curve of censoring; exits come
/// before censorings at equal ages, also in G (R's `finegray`; two other programs break such ties differently and give other
/// coefficients). Breslow's handling of ties. The error is robust, the weights taken as known; `crr` adds their uncertainty,
/// in the third digit. Without other causes it equals the Cox regression with Breslow's ties. O(n log n + n p^2) per step.
///
/// Throws `schema_error` for late entry, for which it is not defined without further weights, and for strata. Source: Fine
/// and Gray 1999; Geskus 2011. What it does not tell you: what drives the leaving itself. A feature that makes accounts
/// leave for another cause lowers the share of this one, without touching its rate; read `fit_cox` of the cause beside it.
[[nodiscard]] fine_gray_fit fit_fine_gray(const regression_rows& rows, std::uint32_t cause, confidence_level level = {});

/// The share of accounts with these features (in the order of the fit) that has left for the cause by each age of
/// `fit.time`. Throws `schema_error` for a fit without estimates.
[[nodiscard]] std::vector<double> incidence_of(const fine_gray_fit& fit, std::span<const double> features);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
