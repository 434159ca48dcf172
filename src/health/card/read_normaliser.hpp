// The normaliser of one signal, from JSON.
// Layer: 5. Needs: std only.
#pragma once

#include <string>

#include "json/json_value.hpp"
#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

/// What cannot be read is reported in `found` and leaves `result` as it was.
void read_norm(const json::json_value& value, const std::string& at, normaliser& result, diagnostics& found);

}  // namespace sojourn::inline v0_1::health::detail
