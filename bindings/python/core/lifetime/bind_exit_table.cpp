// The table of exits by group and cause for Python: a state that merges, and what is read from it.
#include "sojourn/lifetime/exit_table.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "bind_state.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// One set of curves per group, then that of the accounts without one.
std::vector<incidence_curves> curves_of_table(const exit_table& table, double level, std::optional<double> given_age,
                                              bool weighted) {
  const py::gil_scoped_release unlocked;
  const auto measure = weighted ? survival_measure::weight : survival_measure::accounts;
  auto found = cumulative_incidence(table, {confidence_level{level}, given_age}, measure);
  found.groups.push_back(std::move(found.without_group));
  return std::move(found.groups);
}

py::dict decay_columns(const exit_table& table) {
  const std::vector<exit_table_row> rows = exit_table_rows(table);
  py::list groups;
  std::vector<std::vector<std::int64_t>> events(table.causes.size());
  for (const exit_table_row& row : rows) {
    groups.append(row.group == exit_cell::no_group ? py::object(py::none()) : py::cast(table.groups[row.group]));
    for (std::size_t k = 0; k < events.size(); ++k) events[k].push_back(row.events[k]);
  }
  py::dict columns = sojourn::python::table(rows)
                         .add("time", &exit_table_row::time)
                         .add("entries", &exit_table_row::entries)
                         .add("at_risk", &exit_table_row::at_risk)
                         .add("censored", &exit_table_row::censored)
                         .columns();
  columns["group"] = groups;
  named_columns by_cause;
  for (std::size_t k = 0; k < events.size(); ++k) by_cause.add(table.causes[k].c_str(), std::move(events[k]));
  columns["events"] = by_cause.columns();
  return columns;
}

}  // namespace

void bind_exit_table(py::module_& m) {
  bind_state<exit_table>(m, "ExitTable",
                         "Exact counts of who came, left and was last seen, by group, age and cause: merge with +=, retract "
                         "with -=.")
      .def_property_readonly("accounts", &exit_table::accounts)
      .def_readonly("rows_missing", &exit_table::rows_missing)
      .def_readonly("groups", &exit_table::groups)
      .def_readonly("causes", &exit_table::causes)
      .def("curves", &curves_of_table, py::kw_only(), py::arg("level"), py::arg("given_age"), py::arg("weighted"))
      .def("decay_columns", &decay_columns)
      .def(
          "gray",
          [](const exit_table& table, std::uint32_t cause, double rho) { return gray_test(table, cause, {.rho = rho}); },
          py::arg("cause"), py::kw_only(), py::arg("rho"))
      .def(
          "cause_specific",
          [](const exit_table& table, std::uint32_t cause, double rho) { return cause_logrank(table, cause, {.rho = rho}); },
          py::arg("cause"), py::kw_only(), py::arg("rho"));
}

}  // namespace sojourn::python
