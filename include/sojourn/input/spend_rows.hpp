// What each customer spends per purchase, on average.
// Layer: 2. Needs: links sojourn for `validate`.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// NaN counts as missing. A missing x, a missing mean of a customer with repeat purchases, or a missing count leaves the row
/// out, and results count it; a count of 0 leaves it out uncounted, as if the row were absent.
struct spend_rows {
  column<double> mean;           ///< mean amount of the repeat purchases, >= 0, in a unit of the caller's choice
  column<std::int64_t> x;        ///< how many these are, >= 0
  column<std::int64_t> count{};  ///< customers that the row stands for, >= 0; absent = 1 each
};

/// Every broken rule, at most `limit` of them, in row order. Lengths that differ throw `schema_error`. O(rows).
[[nodiscard]] std::vector<problem> validate(const spend_rows& rows,
                                            std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
