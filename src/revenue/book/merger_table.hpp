// Mergers of a table, which may stand in any order and follow each other.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <span>
#include <vector>

#include "sojourn/revenue/book/owners.hpp"

namespace sojourn::inline v0_1::detail {

/// Each merger with the account that its chain (a into b, b into c) ends in. Throws `account_data_error`, with the row, for
/// an account that is merged twice or in a circle, and for a chain where any merger has a day: whose day would hold?
/// O(rows x the longest chain).
[[nodiscard]] std::vector<merger> ends_of_chains(std::span<const merger> all);

}  // namespace sojourn::inline v0_1::detail
