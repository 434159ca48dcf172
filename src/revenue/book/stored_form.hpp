// A book put into its canonical order.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "revenue/book/book_data.hpp"
#include "revenue/book/stored_book.hpp"

namespace sojourn::inline v0_1::detail {

[[nodiscard]] stored_book stored_form(const book_data& data);

}  // namespace sojourn::inline v0_1::detail
