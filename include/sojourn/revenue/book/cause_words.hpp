// Causes in words: those that every book has, and the caller's own.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "sojourn/revenue/book/book.hpp"
#include "sojourn/revenue/ledger/step.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The word of a cause in the steps of this book.
[[nodiscard]] std::string cause_word(const book& of, change_cause cause);

/// The cause that a word names: one of the library's, or one that rows of the book name. Throws `schema_error` that lists
/// them for another word.
[[nodiscard]] change_cause cause_named(const book& of, std::string_view word);

/// The words that `cause_named` takes: the library's in their order, then the caller's own in theirs.
[[nodiscard]] std::vector<std::string> cause_words(const book& of);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
