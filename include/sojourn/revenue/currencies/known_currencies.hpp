// Rates that know further currencies.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>
#include <string>

#include "sojourn/revenue/currencies/named_quotes.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The same rates, which also know the currencies of `codes`: these need no rate until somebody pays in them. Throws
/// `schema_error` for what is no code.
[[nodiscard]] named_rate_table with_currencies(named_rate_table rates, std::span<const std::string> codes);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
