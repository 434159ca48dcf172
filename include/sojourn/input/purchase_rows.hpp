// What is known of each customer's purchases: how many came after the first, when the last one was, how long it was watched.
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

/// Times count from the first purchase, in one unit of the caller's choice. NaN counts as missing. A missing value leaves
/// the row out, and results count it; a count of 0 leaves it out uncounted, as if the row were absent.
struct purchase_rows {
  column<std::int64_t> x;        ///< repeat purchases, >= 0: the first one is not counted
  column<double> t_x;            ///< time of the last purchase; 0 without repeat purchases
  column<double> T;              ///< time until which the customer was watched, >= t_x
  column<std::int64_t> count{};  ///< customers that the row stands for, >= 0; absent = 1 each
};

/// Every broken rule, at most `limit` of them, in row order. Lengths that differ throw `schema_error`. O(rows).
[[nodiscard]] std::vector<problem> validate(const purchase_rows& rows,
                                            std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
