// The interval of a ratio by resampling accounts: slow, random with a seed, a check on the formulas.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

#include "sojourn/detail/bulk_ref.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/ratio.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// How often, from which seed, and at what level.
struct bootstrap_plan {
  std::int64_t replicates = 1000;
  std::uint64_t seed = 1;  ///< the same seed gives the same interval on any machine and number of threads
  confidence_level level{};
};

/// Runs a task for 0 .. n - 1, in any order and on any threads: an executor's `bulk`, as a callable (n, task) that outlives
/// the call. Empty = one after another.
using bulk_draws = detail::bulk_ref;

/// sum of numerators / sum of denominators, with the percentile interval of `replicates` draws of n accounts with
/// replacement.
///
/// Undefined as `ratio`; fewer than two accounts or replicates leave no interval, and neither do draws that all agree
/// (nobody left): they show no spread, which is no certainty. Throws `schema_error` for negative replicates. O(replicates x
/// n). What it does not tell you: anything that these accounts do not show. It draws what was seen, so with few or
/// heavy-tailed accounts it is as short as the linearised interval.
[[nodiscard]] estimate bootstrap_ratio(std::span<const ratio_part> accounts, const bootstrap_plan& plan = {},
                                       const bulk_draws& bulk = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
