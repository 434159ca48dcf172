// Constant churn: every account leaves with the same probability at every renewal.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/lifetime/decay_table.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Churn rate `theta` in (0, 1] at each renewal. The baseline that real cohorts beat: their retention rises with age.
struct geometric {
  double theta = 1;
};

[[nodiscard]] double survival(const geometric& model, std::int64_t renewals);          ///< (1 - theta)^t
[[nodiscard]] double retention(const geometric& model, std::int64_t renewal);          ///< 1 - theta
[[nodiscard]] double churn_probability(const geometric& model, std::int64_t renewal);  ///< theta (1 - theta)^(t - 1)
[[nodiscard]] double log_likelihood(const geometric& model, const decay_state& observed);
/// Expected paid periods, the first included: 1 / theta.
[[nodiscard]] estimate expected_lifetime(const geometric& model);
/// Sum of S(t) / (1 + rate)^t from t = 0. See `discounted_lifetime(sbg, rate)`.
[[nodiscard]] estimate discounted_lifetime(const geometric& model, double rate);
/// See `discounted_residual_lifetime(sbg, renewals, rate)`; the same after any number of renewals.
[[nodiscard]] estimate discounted_residual_lifetime(const geometric& model, std::int64_t renewals, double rate);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
