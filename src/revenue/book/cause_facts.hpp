// What the facts of a book say about causes.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <span>

#include "revenue/book/derive.hpp"

namespace sojourn::inline v0_1::detail {

/// Whether the facts of a book can say a cause besides the one that a row states.
[[nodiscard]] bool says_causes(const book_data& data);

/// Derives the causes of rows that were made of the facts in `slots`; see `derive_causes`. `source` of the rows are places
/// in `slots`, or `no_source`.
void write_causes(mrr_rows& rows, const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how);

}  // namespace sojourn::inline v0_1::detail
