// From the cycle before to this one, account by account: smoothing before the rules, dwell after the tier.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>

#include "health/score/inputs.hpp"

namespace sojourn::inline v0_1::health::detail {

/// The account before this cycle; a default one where there was none.
[[nodiscard]] cycle_state state_before(const bound_inputs& inputs, std::size_t row) noexcept;

/// Scores of rows [first, first + n) become smoothed ones; what they leave goes into `scores::cycle`. `parts` may be null.
void smooth_tile(const bound_inputs& inputs, std::size_t first, std::size_t n, double* score, scores& result,
                 contributions* parts);

/// The tier of one account from the one its score points to: changed only after that held long enough, kept over short gaps.
[[nodiscard]] tier_code next_tier(const bound_inputs& inputs, std::size_t row, tier_code pointed, scores& result);

/// The final scores and tiers of the tile into what it leaves.
void remember_tile(std::size_t first, std::size_t n, scores& result);

}  // namespace sojourn::inline v0_1::health::detail
