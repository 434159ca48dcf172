// Whether a column of recurring revenue holds amounts a month or a year, by its name.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string_view>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whether a name has "ARR" or "annual recurring revenue" among its words, in any case and joined by anything: "ARR",
/// "arr_minor", "ARR (USD)".
[[nodiscard]] bool holds_yearly_amounts(std::string_view column_name);

/// Ticks of one minor unit in a column of that name: those of a month, or a twelfth of them. ARR / 12 is exact.
[[nodiscard]] std::int64_t ticks_per_minor_of(std::string_view column_name);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
