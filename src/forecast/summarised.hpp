// Draws of futures as the rows of a forecast.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <vector>

#include "forecast/draw_future.hpp"

namespace sojourn::inline v0_1::detail {

/// Fills the parts, draws and scenarios of `found`.
void summarise(const future_input& in, const std::vector<future_of_draw>& futures, mrr_forecast& found);

}  // namespace sojourn::inline v0_1::detail
