// How much MRR will have left for which reason, from cumulative incidences.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <vector>

#include "sojourn/lifetime/incidence.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row for each age of the curves; amounts are since the start, or since `given_age`.
struct churn_by_cause {
  std::vector<double> time{};
  std::vector<std::vector<double>> lost{};  ///< per cause, then per age
  std::vector<double> left{};               ///< what is still there
};

/// What accounts that pay `mrr` together are expected to lose by each age for each cause: `mrr` x F_k(t). With the curves'
/// `given_age` it is what accounts of that age lose from then on. Causes and what is left add up to `mrr` at every age.
/// Throws `data_error` for an amount that is negative or not finite. O(ages x causes).
/// What it does not tell you: whether those who pay much leave like the others; weight the curves by MRR for that.
[[nodiscard]] churn_by_cause expected_churn(const incidence_curves& curves, double mrr);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
