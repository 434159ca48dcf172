// Tiers of a tile whose accounts stood in one before. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>

#include "sojourn/health/card/tiers.hpp"

namespace sojourn::inline v0_1::health::detail {

/// `tier[i] = ladder.of(score[i], before[i])` for n rows, at most `tile_rows`.
void tiers_after(const tier_ladder& ladder, const double* score, const tier_code* before, std::size_t n, tier_code* tier);

}  // namespace sojourn::inline v0_1::health::detail
