// Committed, consumed, overage and unused amounts of each period.
#include "sojourn/revenue/explain/usage_movements.hpp"

#include <pybind11/stl.h>

#include "frames/table.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict usage_of_periods(const book& of, const reading& how, std::int32_t first, std::int32_t months_each,
                          std::int32_t count) {
  const std::vector<usage_period> rows = [&] {
    const py::gil_scoped_release released;
    return usage_movements(of, how, grid_of(first, months_each, count));
  }();
  std::vector<std::string> incomplete;
  for (const usage_period& row : rows) {
    if (!row.complete) incomplete.push_back(row.period);
  }
  py::dict columns = table(rows)
                         .add("period", &usage_period::period)
                         .add("carried_in", &usage_period::carried_in)
                         .add("committed", &usage_period::committed)
                         .add("consumed", &usage_period::consumed)
                         .add("overage", &usage_period::overage)
                         .add("shortfall", &usage_period::shortfall)
                         .add("carried", &usage_period::carried)
                         .add("balance", &usage_period::balance)
                         .columns();
  return py::dict(py::arg("columns") = columns, py::arg("incomplete") = incomplete);
}

}  // namespace

void bind_usage_movements(py::module_& m) {
  m.def("usage_movements", &usage_of_periods, py::arg("book"), py::arg("reading"), py::arg("first"), py::arg("months_each"),
        py::arg("count"));
}

}  // namespace sojourn::python
