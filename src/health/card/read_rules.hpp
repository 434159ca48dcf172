// The "rules" of a card.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "json/json_value.hpp"

namespace sojourn::health::detail {

void read_rules(const json_value& value, std::vector<rule>& result, diagnostics& found);

}  // namespace sojourn::health::detail
