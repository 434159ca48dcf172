// Books to canonical bytes and back: equal books give equal bytes, whatever their rows and corrections came in.
// Layer: 4. Needs: links sojourn.
//
// The frame is that of state_bytes.hpp; in place of a fingerprint of options stands one of the schema: which sources,
// columns and fields the bytes hold. Bytes of another schema are refused.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/revenue/book/book.hpp"
#include "sojourn/revenue/book/view.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A book, how it is read, and what its host keeps beside it.
struct viewed_book {
  book facts;
  view under;
  std::string notes{};  ///< UTF-8 of the host's own, such as names of columns
};

namespace detail {

[[nodiscard]] book book_from_bytes(std::span<const std::uint8_t> bytes);
[[nodiscard]] viewed_book viewed_book_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace detail

/// Facts, keys, labels, knowledge, currencies, causes, parents, mergers and splits. Rows stand in order of their accounts'
/// keys and of their cells, so two books that are equal have equal bytes. Numbers of accounts, rows and words are not kept:
/// a book that comes back numbers them in this order. Throws `state_error` for text that is no UTF-8. O(rows log(rows of the
/// largest account)).
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const book& facts);
/// The same with the view and its rates. The order in which a view lists filters, words and currencies has no influence.
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const viewed_book& all);

/// The book behind bytes that `to_bytes` wrote: equal to the one written, and read alike. Throws `state_error` that names
/// what is wrong, also for bytes that somebody made up; allocates no more than in proportion to `bytes`.
template <std::same_as<book> Book>
[[nodiscard]] Book from_bytes(std::span<const std::uint8_t> bytes) {
  return detail::book_from_bytes(bytes);
}
template <std::same_as<viewed_book> Viewed>
[[nodiscard]] Viewed from_bytes(std::span<const std::uint8_t> bytes) {
  return detail::viewed_book_from_bytes(bytes);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
