// From the cycle before to this one, account by account: smoothing before the rules, dwell after the tier.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>

#include "inputs.hpp"

namespace sojourn::health::detail {

/// Whether scoring leaves a `cycle_state` behind.
[[nodiscard]] bool keeps_state(const scorecard_spec& card) noexcept;

/// The account before this cycle; a default one where there was none.
[[nodiscard]] cycle_state state_before(const bound_inputs& inputs, std::size_t row) noexcept;

/// Scores of rows [first, first + n) become smoothed ones; what they leave goes into `scores::cycle`.
void smooth_tile(const bound_inputs& inputs, std::size_t first, std::size_t n, double* score, scores& result);

/// The tier of one account with a score, from the one its score points to: changed only after it held long enough.
[[nodiscard]] tier_code dwell(const bound_inputs& inputs, const cycle_state& before, tier_code pointed, cycle_state& now);
/// The tier of one account without a score.
[[nodiscard]] tier_code tier_in_gap(const bound_inputs& inputs, const cycle_state& before, const cycle_state& now) noexcept;

}  // namespace sojourn::health::detail
