// Green outside, red inside: what a score hides, read off its parts.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One entry per account.
struct inside_view {
  std::vector<double> objective;  ///< score of the signals of class objective alone, 0..100; NaN where none is present
  std::vector<double> subjective;
  std::vector<std::uint8_t> critical_red;  ///< 1 when some critical signal alone would stand in the card's lowest tier
};

/// The parts of every score, gathered by class: sum of points / (points + lost) over the signals of a class, in card order.
/// A signal that is missing, or weighs nothing, has no part and is not looked at. O(rows x signals).
/// What it does not tell you: which of the two is right; usage can be high and the wanted result still not reached.
[[nodiscard]] inside_view look_inside(const scorecard& card, const contributions& parts);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
