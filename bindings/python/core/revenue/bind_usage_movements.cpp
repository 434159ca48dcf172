// Committed, consumed, overage and unused amounts of each period.
#include "sojourn/revenue/explain/usage_movements.hpp"

#include <pybind11/stl.h>

#include "frames/table.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

template <class Row, class Used>
py::dict usage_columns(const std::vector<Row>& rows, const Used& used) {
  const auto amount = [&](std::int64_t usage_period::* of) { return [&used, of](const Row& row) { return used(row).*of; }; };
  return table(rows)
      .add("period", [&](const Row& row) { return used(row).period; })
      .add("carried_in", amount(&usage_period::carried_in))
      .add("committed", amount(&usage_period::committed))
      .add("consumed", amount(&usage_period::consumed))
      .add("overage", amount(&usage_period::overage))
      .add("shortfall", amount(&usage_period::shortfall))
      .add("carried", amount(&usage_period::carried))
      .add("balance", amount(&usage_period::balance))
      .columns();
}

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
  const py::dict columns = usage_columns(rows, [](const usage_period& row) -> const usage_period& { return row; });
  return py::dict(py::arg("columns") = columns, py::arg("incomplete") = incomplete);
}

/// The same by customer, who stand in the column "account".
py::dict usage_of_each(const book& of, const reading& how, std::int32_t first, std::int32_t months_each,
                       std::int32_t count) {
  const std::vector<customer_usage> rows = [&] {
    const py::gil_scoped_release released;
    return usage_of_customers(of, how, grid_of(first, months_each, count));
  }();
  py::dict columns = usage_columns(rows, [](const customer_usage& row) -> const usage_period& { return row.used; });
  py::list who;
  for (const customer_usage& row : rows) who.append(key_object(*how.ledger.keys, row.who));
  columns["account"] = who;
  return columns;
}

}  // namespace

void bind_usage_movements(py::module_& m) {
  m.def("usage_movements", &usage_of_periods, py::arg("book"), py::arg("reading"), py::arg("first"), py::arg("months_each"),
        py::arg("count"));
  m.def("usage_of_customers", &usage_of_each, py::arg("book"), py::arg("reading"), py::arg("first"), py::arg("months_each"),
        py::arg("count"));
}

}  // namespace sojourn::python
