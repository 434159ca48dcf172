// The usual card: ramps and short lines whose missing values leave, weighted means of signals and groups, and nothing else.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "health/card/plan.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Whether every part of the card is of the usual kind: asked once, when it is compiled.
[[nodiscard]] bool is_usual(const plan& card);

}  // namespace sojourn::inline v0_1::health::detail
