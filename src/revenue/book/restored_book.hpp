// A book made of its canonical order, which may come from anywhere.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "revenue/book/stored_book.hpp"
#include "sojourn/revenue/book/book.hpp"

namespace sojourn::inline v0_1::detail {

/// The book behind a stored one, which may come from anywhere. Throws `state_error` for what is no book, or none in its
/// canonical order; memory is asked for in proportion to what the stored book takes.
[[nodiscard]] book restored(const stored_book& from);

}  // namespace sojourn::inline v0_1::detail
