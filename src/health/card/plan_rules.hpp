// Rules in a plan: their conditions read, their columns and targets found.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "health/card/plan.hpp"

namespace sojourn::health::detail {

/// The spec's rules are valid and the tree stands. Columns that only conditions read become inputs of the card.
void plan_rules(plan& result);

}  // namespace sojourn::health::detail
