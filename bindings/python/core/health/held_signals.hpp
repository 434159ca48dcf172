// Signals by the names of a card's columns, from Python.
// Needs: pybind11.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sojourn/arrow/held_signals.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

inline arrow::held_signals hold(const pybind11::dict& columns) {
  std::vector<std::pair<std::string, arrow::any_column>> given;
  given.reserve(columns.size());
  for (const auto& [name, source] : columns) {
    given.emplace_back(name.cast<std::string>(), source.cast<const arrow::any_column&>());
  }
  return arrow::hold_signals(given);
}

}  // namespace sojourn::python
