// Columns by rows, and periods by their labels, for Python.
#include "sojourn/arrow/rows.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "bind.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

std::vector<std::int64_t> row_numbers(const any_column& rows) {
  const auto held = arrow::as_int64(rows, "row");
  return {held.view().values().begin(), held.view().values().end()};
}

any_column merge(const std::vector<any_column>& parts, const std::vector<any_column>& rows) {
  std::vector<std::vector<std::int64_t>> places;
  for (const any_column& of_part : rows) places.push_back(row_numbers(of_part));
  return arrow::merge_rows(parts, places);
}

}  // namespace

void bind_rows(py::module_& m) {
  m.def("row_numbers", [](std::vector<std::int64_t> rows) { return any_column::from(std::move(rows)); }, py::arg("rows"));
  m.def(
      "take_rows",
      [](const any_column& column, const any_column& rows) { return arrow::take_rows(column, row_numbers(rows)); },
      py::arg("column"), py::arg("rows"));
  m.def("merge_rows", &merge, py::arg("parts"), py::arg("rows"));
}

}  // namespace sojourn::python
