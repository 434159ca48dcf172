// Signals by the names of a card's columns, from Python.
// Needs: pybind11.
#pragma once

#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/input/signals.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// Signals and whatever had to be converted for them.
struct held_signals {
  signals views;
  std::vector<arrow::any_column> columns;
  std::vector<arrow::held_column<double>> numbers;
};
held_signals hold(const pybind11::dict& columns);

}  // namespace sojourn::python
