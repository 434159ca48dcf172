// Card JSON -> spec. The inverse of to_json(spec).
// Layer: 5. Needs: links sojourn.
#pragma once

#include <string_view>

#include "json/json_value.hpp"
#include "sojourn/health/card/check_card.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Reads what it can and reports what it cannot; parts that could not be read keep their defaults. `readable` says whether
/// the outline (signals and tree) was there at all, so that checking the meaning makes sense.
struct card_text {
  scorecard_spec spec;
  diagnostics found;
  bool readable = false;
};
[[nodiscard]] card_text read_card(std::string_view json);
[[nodiscard]] card_text read_card(const json::json_value& root);

/// Spec errors of the reading and of the meaning together, each place reported once.
[[nodiscard]] diagnostics all_problems(const card_text& card);

}  // namespace sojourn::inline v0_1::health::detail
