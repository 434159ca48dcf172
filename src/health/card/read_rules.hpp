// The "rules" of a card.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "json/json_value.hpp"
#include "sojourn/health/card/rule_spec.hpp"

namespace sojourn::inline v0_1::health::detail {

void read_rules(const json::json_value& value, std::vector<rule>& result, diagnostics& found);

}  // namespace sojourn::inline v0_1::health::detail
