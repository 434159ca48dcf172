#include "sojourn/revenue/book/cause_words.hpp"

#include <algorithm>

#include "sojourn/domain/element.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// Those of the library that rows may name come first.
constexpr std::size_t words_of_rows() {
  std::size_t count = 0;
  while (named_by_rows(static_cast<change_cause>(count))) ++count;
  return count;
}

}  // namespace

std::string cause_word(const book& of, change_cause cause) {
  const auto code = static_cast<std::size_t>(cause);
  const auto known = values_of(cause);
  if (code < known.size()) return std::string(known[code]);
  return detail::element(of.causes(), code - first_own_cause, "cause of the book's own");
}

change_cause cause_named(const book& of, std::string_view word) {
  const auto known = values_of(change_cause{});
  for (std::size_t code = 0; code < words_of_rows(); ++code) {
    if (known[code] == word) return static_cast<change_cause>(code);
  }
  const auto& own = of.causes();
  if (const auto found = std::find(own.begin(), own.end(), word); found != own.end()) {
    return static_cast<change_cause>(first_own_cause + (found - own.begin()));
  }
  std::string all;
  for (const std::string& one : cause_words(of)) all += (all.empty() ? "" : ", ") + one;
  throw schema_error("cause \"" + std::string(word) + "\" is none of " + all);
}

std::vector<std::string> cause_words(const book& of) {
  const auto known = values_of(change_cause{});
  std::vector<std::string> words(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(words_of_rows()));
  for (const std::string& own : of.causes()) {
    if (std::find(words.begin(), words.end(), own) == words.end()) words.push_back(own);
  }
  return words;
}

}  // namespace sojourn::inline v0_1
