// Which columns of a card hold days.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <vector>

#include "sojourn/health/card/scorecard.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// The columns that scoring reads as days: signals by recency, and the days on which values were observed. In the order of
/// the signals; a column that serves several is listed once.
[[nodiscard]] std::vector<std::string> day_inputs(const scorecard& card);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
