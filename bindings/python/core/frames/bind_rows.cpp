// Columns by rows, and periods by their labels, for Python.
#include "sojourn/arrow/rows.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "sojourn/arrow/row_habits.hpp"

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

/// How many gaps there are between periods of the accounts that were looked at, and how many of them are of one day.
py::tuple period_gaps(const any_column& account, const any_column& start, const any_column& end) {
  const arrow::period_gaps found = arrow::find_period_gaps(account, start, end);
  return py::make_tuple(found.gaps, found.one_day);
}

}  // namespace

void bind_rows(py::module_& m) {
  m.def("row_numbers", [](std::vector<std::int64_t> rows) { return any_column::from(std::move(rows)); }, py::arg("rows"));
  m.def(
      "take_rows",
      [](const any_column& column, const any_column& rows) { return arrow::take_rows(column, row_numbers(rows)); },
      py::arg("column"), py::arg("rows"));
  m.def("merge_rows", &merge, py::arg("parts"), py::arg("rows"));
  m.def("period_gaps", &period_gaps, py::arg("account"), py::arg("start"), py::arg("end"));
}

}  // namespace sojourn::python
