// Calendar periods and the months of amounts by their labels: days since 1970, months since 1970-01.
#include "sojourn/input/read_period.hpp"

#include <string>

#include "bind.hpp"
#include "sojourn/input/amount_period.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_read_period(py::module_& m) {
  m.def(
      "read_period",
      [](const std::string& label) {
        const month_span span = read_period(label);
        return py::make_tuple(span.first.since_epoch, span.length.count);
      },
      py::arg("label"));
  m.def(
      "read_periods",
      [](const std::string& first, const std::string& last, const std::string& by) {
        const period_run run = read_periods(first, last, by);
        return py::make_tuple(run.first.since_epoch, run.months_each, run.count);
      },
      py::arg("first"), py::arg("last"), py::arg("by"));
  m.def("first_day", [](std::int32_t of) { return month{of}.first_day().since_epoch; }, py::arg("month"));
  m.def(
      "holds_yearly_amounts", [](const std::string& column_name) { return holds_yearly_amounts(column_name); },
      py::arg("column_name"));
  m.def("month_of", [](std::int32_t of) { return month::of(day{of}).since_epoch; }, py::arg("day"));
}

}  // namespace sojourn::python
