// Would other weights, as good as these, tell another story? Ranks and tiers under drawn weights, and without each signal.
// Layer: 3. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/detail/bulk_ref.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/health/evaluation/learn.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

struct sensitivity_options {
  std::int64_t draws = 1000;
  /// Weights are drawn from Dirichlet(concentration x nominal weight): with 50 a weight of 0.20 lies in 0.10 .. 0.32 nine
  /// times in ten, with 500 in 0.17 .. 0.23. Small = little trust in the weights.
  double concentration = 50;
  std::uint64_t seed = 1;       ///< travels with the result
  confidence_level level{0.9};  ///< of the intervals of rank and score
};

/// One entry per account; rank 1 is the lowest score, ties share the middle. NaN and `unknown_tier` without a signal of
/// weight.
struct weight_sensitivity {
  std::vector<double> score, score_low, score_high;
  std::vector<double> rank, rank_low, rank_high;
  std::vector<tier_code> tier;
  std::vector<double> flip;  ///< share of the draws that put the account into another tier
  double mean_flip = 0;      ///< of the accounts with a score; NaN without any
  std::int64_t draws = 0;
  std::uint64_t seed = 0;
};

namespace detail {
[[nodiscard]] weight_sensitivity sensitivity(signal_matrix signals, std::span<const double> weights,
                                             const tier_ladder& ladder, const sensitivity_options& options,
                                             sojourn::detail::bulk_ref bulk);
}  // namespace detail

/// The score here is the mean of the normalised signals under the weights (missing ones leave the mean), without rules and
/// memory of tiers: what the weights decide, and nothing else. Draw d is a hash of (seed, d), so threads change nothing.
///
/// Throws `schema_error` for lengths that differ, a concentration that is not positive, fewer than one draw, or more than
/// 2^28 account draws (take fewer, or a sample). O(draws x n (signals + log n)), 9 bytes an account and draw. Source:
/// OECD/JRC Handbook (2008), step 7. What it does not tell you: whether any of these weights foretell anything; see
/// `compare_auc`.
template <executor E = serial_executor>
[[nodiscard]] weight_sensitivity sensitivity(signal_matrix signals, std::span<const double> weights,
                                             const tier_ladder& ladder, const sensitivity_options& options = {},
                                             E&& host = E{}) {
  return detail::sensitivity(signals, weights, ladder, options,
                             [&](std::size_t n, sojourn::detail::task_ref f) { host.bulk(n, f); });
}

/// The book without one signal.
struct without_signal {
  double tier_changes = 0;  ///< share of the accounts that stand in another tier (unknown counts as one)
  double mean_shift = 0;    ///< mean distance of the ranks, over the number of accounts
  double largest_shift = 0;
  double rank_correlation = 0;  ///< Spearman's, of the scores with and without it; NaN when one is constant
};

/// One entry per signal, its weight given to the others in proportion. What changes most hangs on one source of data.
/// A task for each signal goes to `bulk`, an executor's as a callable (n, task).
[[nodiscard]] std::vector<without_signal> leave_one_out(signal_matrix signals, std::span<const double> weights,
                                                        const tier_ladder& ladder,
                                                        const sojourn::detail::bulk_ref& bulk = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
