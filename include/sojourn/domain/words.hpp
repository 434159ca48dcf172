// Options by their words: every enum that has words names them in `values_of`, beside its declaration.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// An enum with a word for each of its values, in their order.
template <class Enum>
concept has_words = requires(Enum value) {
  { values_of(value)[0] } -> std::convertible_to<std::string_view>;
};

/// The word of a value.
template <has_words Enum>
[[nodiscard]] constexpr std::string_view word_of(Enum value) {
  return values_of(value)[static_cast<std::size_t>(value)];
}

/// The value that a word names. Any other word is a `schema_error` that lists those there are; `option` names the argument.
/// With `allowed`, only these values may be named.
template <has_words Enum>
[[nodiscard]] Enum read_word(std::string_view option, std::string_view word, std::initializer_list<Enum> allowed = {}) {
  std::string known;
  const auto is_named = [&](Enum value) {
    const std::string_view name = word_of(value);
    known += (known.empty() ? "" : ", ") + std::string(name);
    return word == name;
  };
  for (const Enum value : allowed) {
    if (is_named(value)) return value;
  }
  const std::size_t choices = allowed.size() == 0 ? values_of(Enum{}).size() : 0;
  for (std::size_t i = 0; i < choices; ++i) {
    if (is_named(static_cast<Enum>(i))) return static_cast<Enum>(i);
  }
  throw schema_error(std::string(option) + " \"" + std::string(word) + "\" is not one of " + known);
}

/// The same for a cell of a column: any other word is a `data_error` with its row.
template <has_words Enum>
[[nodiscard]] Enum read_word_in(std::string_view column, std::size_t row, std::string_view word) {
  std::string known;
  for (std::size_t i = 0; i < values_of(Enum{}).size(); ++i) {
    const std::string_view name = values_of(Enum{})[i];
    if (word == name) return static_cast<Enum>(i);
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw data_error({std::string(column), row, std::string(word), "must be one of " + known, ""});
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
