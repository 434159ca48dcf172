// The rows of a stored book by their table: those of its source, and those of usage beside it.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <vector>

#include "revenue/book/book_data.hpp"
#include "revenue/book/stored_book.hpp"

namespace sojourn::inline v0_1::detail {

struct stored_part {
  stored_book table;                ///< these rows with the columns of their table, without owners
  std::vector<std::uint32_t> rows;  ///< their numbers in the whole
};

/// All rows, in an order in which a book may add them: the last row of a subscription that several accounts had, which says
/// whose it is, comes after all others. `like` is a book of the same source. Throws `state_error` for columns that are
/// too short.
[[nodiscard]] std::vector<stored_part> stored_parts_of(const stored_book& from, const book_data& like);

}  // namespace sojourn::inline v0_1::detail
