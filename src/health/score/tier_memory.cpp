// Compiled with -O3: at -O2 g++ 12 leaves comparisons scalar.
#include "health/score/tier_memory.hpp"

#include <algorithm>
#include <array>

#include "detail/each_cpu.hpp"
#include "health/score/kernels.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

/// Borders rise, so climbing from a tier ends at the number of borders that are reached, and falling does too.
SOJOURN_EACH_CPU void climb_and_fall(tier_code* __restrict tier, const tier_code* __restrict before,
                                     const tier_code* __restrict upward, const tier_code* __restrict downward, std::size_t n,
                                     std::size_t tiers) {
  for (std::size_t i = 0; i < n; ++i) {
    const tier_code moved = std::min(std::max(before[i], upward[i]), downward[i]);
    tier[i] = before[i] < tiers ? moved : tier[i];
  }
}

}  // namespace

void tiers_after(const tier_ladder& ladder, const double* score, const tier_code* before, std::size_t n, tier_code* tier) {
  const auto count = [&](std::span<const double> borders, tier_code* out) {
    count_tiers(score, out, n, borders.data(), borders.size(), ladder.closed() == closed_side::right, unknown_tier);
  };
  std::array<tier_code, tile_rows> upward, downward;
  count(ladder.borders(), tier);
  count(ladder.borders_upward(), upward.data());
  count(ladder.borders_downward(), downward.data());
  climb_and_fall(tier, before, upward.data(), downward.data(), n, ladder.size());
}

}  // namespace sojourn::inline v0_1::health::detail
