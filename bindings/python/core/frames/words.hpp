// A word of Python to an enumerator.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "sojourn/domain/error.hpp"

namespace sojourn::python {

/// The enumerator that `word` names; a `schema_error` lists what there is.
template <class Enum>
Enum named(const char* option, const std::string& word, std::initializer_list<std::pair<const char*, Enum>> choices) {
  std::string known;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw schema_error(std::string(option) + " \"" + word + "\" is not one of " + known);
}

}  // namespace sojourn::python
