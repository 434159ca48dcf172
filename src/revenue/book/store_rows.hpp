// The caller's rows as they come into the store of a book.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <vector>

#include "revenue/book/book_data.hpp"
#include "sojourn/revenue/book/facts.hpp"

namespace sojourn::inline v0_1::detail {

[[nodiscard]] const column<std::uint32_t>& account_of(const facts& rows);
/// Throws the first problem of rows that a book of this source cannot hold, whatever they say about money.
void require_good(const book_data& data, const facts& rows);
/// The rows in new slots of the store, which no account lists yet.
[[nodiscard]] std::vector<std::uint32_t> store_rows(book_data& data, const facts& rows);

}  // namespace sojourn::inline v0_1::detail
