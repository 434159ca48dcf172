// The maximum of a partial likelihood, and what prevents one.
#pragma once

#include <string>
#include <vector>

#include "lifetime/partial_likelihood.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Features that have a coefficient, and why the others have none.
struct usable_features {
  std::vector<Eigen::Index> kept;
  std::vector<std::string> note;  ///< per feature; empty for those kept
};
/// From the information at coefficients of 0, whose rank is that at any others. Earlier features are kept.
[[nodiscard]] usable_features find_usable(const Eigen::MatrixXd& information, const std::vector<named_feature>& features,
                                          double events);

struct maximum {
  regression_status status = regression_status::not_converged;
  Eigen::VectorXd coefficients;
  likelihood at;
  double null_value = 0;
  std::vector<double> sign;  ///< per coefficient: -1 or 1 where it is infinite, else 0
};
/// Newton's method with halved steps. Separated: the likelihood stands still while the features still move apart.
[[nodiscard]] maximum maximise(const risk_sets& sets, const feature_matrix& features, const regression_data& data);

/// A regression as its users show it.
struct regression {
  regression_status status = regression_status::not_converged;
  std::vector<regression_coefficient> coefficients;
  std::vector<double> covariance;  ///< of all features on their own scale, row by row
  double value = regression_coefficient::undefined, null_value = regression_coefficient::undefined;
  Eigen::VectorXd scaled;  ///< coefficients of the scaled features, 0 for those without one; empty without a maximum
};
/// `events` is the weight of those who left; 0 gives `no_events`.
[[nodiscard]] regression regress(const regression_data& data, const std::vector<named_feature>& features,
                                 const likelihood_options& options, double events, bool robust, confidence_level level);

/// Throws `schema_error` for a fit that has no estimates.
void require_estimates(regression_status status, std::string_view what);
/// Throws `schema_error` for a fit whose tied exits have no terms of their own.
void require_single_exits(const cox_fit& fit, std::string_view what);
/// The coefficients of a fit on the scaled features of the same rows; throws where they are not the same features.
[[nodiscard]] Eigen::VectorXd coefficients_of(const cox_fit& fit, const regression_data& data, std::string_view what);

/// Log hazard of these features over that of their means; throws where there are not as many, or one is no finite number.
[[nodiscard]] double log_hazard(const std::vector<regression_coefficient>& coefficients, const std::vector<double>& means,
                                std::span<const double> features, std::string_view what);

}  // namespace detail
}  // namespace sojourn::inline v0_1
