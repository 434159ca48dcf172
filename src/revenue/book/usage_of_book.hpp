// Commitments and consumption of a book under a view.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "revenue/book/derive.hpp"
#include "revenue/sources/commitment_draws.hpp"

namespace sojourn::inline v0_1::detail {

/// The facts of usage in `slots`, with all their owners: mergers and moved rows, but not parents, because a commitment
/// covers the consumption of its own account. Throws `data_error` with the number of the slot in the list.
[[nodiscard]] std::vector<usage_fact> usage_facts_under(const book_data& data, std::span<const std::uint32_t> slots,
                                                        const owner_index& owners);

/// Throws `data_error` for usage that names no subscription, where these are the customers.
void require_subscriptions(const std::vector<usage_fact>& facts);

}  // namespace sojourn::inline v0_1::detail
