// Causes that follow from the facts of a book, where its rows state none.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/revenue/book/read.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The reading again, its changes with the causes that its facts say (docs/guide/causes.md has the table): dates of prices
/// and invoices (unpaid, paused, cancelled, discounts, refunds), seats and unit prices, and rows of another subscription or
/// product. A label is the product where it is called product or plan, also with _id or _name. Levels and presence stay.
/// What a row states holds, and what no fact says is `unknown`. Where the facts can say no cause it is the reading itself.
/// Not kept by corrections: ask again. O(rows log rows).
[[nodiscard]] reading with_causes(const book& of, const reading& how);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
