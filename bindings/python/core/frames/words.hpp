// Words of Python and enumerators of the core. The words stand in the core, in `values_of` beside each enum.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::python {

/// The enumerator that `word` names; a `schema_error` lists what there is. With `allowed`, only these may be named.
template <has_words Enum>
Enum named(const char* option, const std::string& word, std::initializer_list<Enum> allowed = {}) {
  return read_word<Enum>(option, word, allowed);
}

/// All words of an enum, in the order of its values.
template <has_words Enum>
std::vector<std::string> words_of() {
  const auto words = values_of(Enum{});
  return {words.begin(), words.end()};
}

/// For words that are no enum of the core.
template <class Value>
Value named(const char* option, const std::string& word, std::initializer_list<std::pair<const char*, Value>> choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw schema_error(std::string(option) + " \"" + word + "\" is not one of " + known);
}

/// Codes with their labels as a column; the labels are never empty, which a dictionary needs.
inline arrow::any_column word_column(std::vector<std::uint32_t> codes, std::vector<std::string> labels,
                                     const std::vector<std::uint8_t>& present = {}) {
  if (labels.empty()) labels.emplace_back();
  return arrow::any_column::dictionary(std::move(codes), std::move(labels), present);
}

/// Enumerators as a column of their words.
template <has_words Enum>
arrow::any_column word_column(const std::vector<Enum>& values) {
  std::vector<std::uint32_t> codes;
  codes.reserve(values.size());
  for (const Enum value : values) codes.push_back(static_cast<std::uint32_t>(value));
  return word_column(std::move(codes), words_of<Enum>());
}

}  // namespace sojourn::python
