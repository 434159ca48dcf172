// Has the population drifted since the card was made? And does one signal alone tell too much?
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/stats/distribution.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Population stability index with a test beside it.
struct stability {
  double psi = 0;            ///< sum over bins of (a - e) ln(a / e) of the shares; NaN when a side is empty
  double statistic = 0;      ///< psi N M / (N + M): about chi-square when nothing has changed
  std::int64_t degrees = 0;  ///< bins in use - 1
  double p_value = 1;
  std::int64_t smoothed_bins = 0;  ///< empty on one side; then every bin of both sides had 0.5 added
};

/// Counts by bin, then and now. Bins empty on both sides are left out.
///
/// The usual reading (0.1 watch, 0.25 act) ignores how many accounts there are, so read the p-value too: it says whether
/// chance explains the difference, psi how large it is. Throws `schema_error` for different lengths or negative counts.
/// Source: Yurdakul (2018). What it does not tell you: whether the score still works; that needs outcomes.
[[nodiscard]] stability population_stability(std::span<const std::int64_t> expected, std::span<const std::int64_t> actual);

/// The same for two distributions, cut at the quantiles of the first into at most `bins` parts.
[[nodiscard]] stability population_stability(const distribution_state& expected, const distribution_state& actual,
                                             std::size_t bins = 10);

/// The same for the risks of all accounts, those that left and those that stayed.
[[nodiscard]] stability population_stability(const outcome_scores& before, const outcome_scores& now, std::size_t bins = 10);

/// Information value of a risk: the same sum between leavers and stayers. 0.02 weak, 0.1 medium, 0.3 strong; above 0.5 ask
/// first whether the signal was measured after the fact. NaN without both outcomes. Bins are quantiles of all rows.
[[nodiscard]] double information_value(const outcome_scores& state, std::size_t bins = 10);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
