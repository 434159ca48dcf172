// How Python values become columns: sequences, PEP 3118 buffers, datetime64.
#pragma once

#include <string>

#include "sojourn/arrow/any_column.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// A sequence of None, bool, int, float, str, date, datetime or Decimal, of one type; `name` is used in errors.
arrow::any_column from_sequence(const pybind11::sequence& values, const std::string& name);

/// A one-dimensional buffer of numbers or booleans: no copy when it is contiguous, aligned and native, else one copy.
arrow::any_column from_buffer(const pybind11::object& exporter, const std::string& name);

/// datetime64 as 64-bit integers of a unit ("D", "h", "m", "s", "ms", "us", "ns"), with a zone where they count UTC; the
/// smallest integer is NaT, missing.
arrow::any_column from_datetime64(const pybind11::object& exporter, const std::string& unit, const std::string& zone,
                                  const std::string& name);

/// One value as Python sees it; None when missing.
pybind11::object item(const arrow::any_column& column, std::size_t row);

/// Fills the buffer slots of the Python type, so that NumPy reads a column without a copy.
void set_buffer_slots(PyHeapTypeObject* type);

}  // namespace sojourn::python
