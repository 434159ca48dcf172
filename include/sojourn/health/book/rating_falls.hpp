// Which signals of a card are ratings that people gave, and how far one may fall before somebody should ask why.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <map>
#include <string>

#include "sojourn/health/card/scorecard.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// For each signal of class `subjective` whose normaliser is a ramp that rises, a quarter of that ramp: 1 for CSAT of 1 to
/// 5, 2.5 for an answer of 0 to 10. `identity` is a ramp from 0 to 100. Defaults to start from, not benchmarks. What it does
/// not tell you: on which scale signals with other normalisers are rated; give their falls yourself.
[[nodiscard]] std::map<std::string, double> usual_rating_falls(const scorecard& card);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
