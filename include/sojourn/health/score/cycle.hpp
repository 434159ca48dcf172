// What one cycle of scoring leaves to the next: the smoothed score, the tier, and a change of tier that waits to be
// believed. Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/health/card/tiers.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One account at the end of a cycle. Plain data: keep it in whatever table keeps the scores. A default one is an account
/// that was not scored before.
struct cycle_state {
  double smoothed = std::numeric_limits<double>::quiet_NaN();  ///< before rules; NaN = nothing to go on from
  double score = std::numeric_limits<double>::quiet_NaN();
  tier_code tier = no_tier;
  tier_code candidate = no_tier;  ///< the tier that scores have pointed to lately, if it is another one
  std::uint16_t held = 0;         ///< for how many cycles in a row
  std::uint16_t gap = 0;          ///< cycles in a row without a score
  day scored_on{};                ///< the last day with a score
  day as_of{};                    ///< of this cycle; both default where the days are not known

  /// Two unknown scores are the same here.
  friend bool operator==(const cycle_state& a, const cycle_state& b) noexcept {
    const auto same = [](double x, double y) { return x == y || (x != x && y != y); };
    return same(a.smoothed, b.smoothed) && same(a.score, b.score) && a.tier == b.tier && a.candidate == b.candidate &&
           a.held == b.held && a.gap == b.gap && a.scored_on == b.scored_on && a.as_of == b.as_of;
  }
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
