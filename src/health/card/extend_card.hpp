// A card that is another one with changes, as JSON: what it says takes the place of what the base says.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {

/// The cards of a set with what they inherit filled in; those that cannot be are left as they are and reported. Pointers
/// begin with
/// "/cards/0". Keys given twice are reported here, since filling in would hide them.
[[nodiscard]] std::vector<json::json_value> extend_cards(const std::vector<json::json_value>& cards, diagnostics& found);

}  // namespace sojourn::inline v0_1::health::detail
