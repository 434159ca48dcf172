// The currencies of a ledger of several.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <vector>

#include "sojourn/revenue/ledger/keyed_ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The codes in which somebody pays at some time, in order of their text; none for a ledger in one currency.
[[nodiscard]] std::vector<std::string> currencies_used(const keyed_ledger& book);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
