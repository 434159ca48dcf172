// The meaning of a card's rules, checked.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "sojourn/domain/diagnostics.hpp"
#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Appends what is wrong with the rules. With `number_only` they are counted and not read: what they speak of does not
/// stand.
void check_rules(const scorecard_spec& spec, bool number_only, diagnostics& found);

}  // namespace sojourn::inline v0_1::health::detail
