// The log-rank test for Python: columns in, the test out.
#include "sojourn/lifetime/logrank.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "lifetime/held_exits.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

py::tuple test_groups(const any_column& time, const any_column& event, const any_column& by, const optional_column& entry,
                      const optional_column& weights, const optional_column& count, const optional_column& strata,
                      double rho) {
  const held_exits rows(time, event_codes(event), entry, weights, count);
  const auto groups = arrow::as_ordered_segments(by, "by");
  arrow::segment_codes stratum;
  if (strata) stratum = arrow::as_ordered_segments(*strata, "strata");
  logrank_test test;
  {
    const py::gil_scoped_release unlocked;
    test = logrank(rows.view(), groups.codes.view(), groups.labels.size(),
                   strata ? stratum.codes.view() : column<std::uint32_t>{}, {.rho = rho});
  }
  return py::make_tuple(groups.labels, test);
}

logrank_test test_curves(std::vector<survival_state> groups, const survival_state& without, double rho,
                         std::optional<double> given_age) {
  const py::gil_scoped_release unlocked;
  return logrank({std::move(groups), without}, {.rho = rho}, given_age);
}

py::dict logrank_columns(const logrank_test& test) {
  return table(test.groups)
      .add("n", &logrank_group::accounts)
      .add("events", &logrank_group::events)
      .add("observed", &logrank_group::observed)
      .add("expected", &logrank_group::expected)
      .add("ratio",
           [](const logrank_group& g) {
             return g.expected > 0 ? std::optional<double>(g.observed / g.expected) : std::nullopt;
           })
      .columns();
}

}  // namespace

void bind_logrank(py::module_& m) {
  py::class_<logrank_test>(m, "LogrankTest")
      .def_readonly("statistic", &logrank_test::statistic)
      .def_readonly("dof", &logrank_test::dof)
      .def_readonly("p_value", &logrank_test::p_value)
      .def_readonly("trend_statistic", &logrank_test::trend_statistic)
      .def_readonly("trend_p", &logrank_test::trend_p)
      .def_readonly("rows_missing", &logrank_test::rows_missing)
      .def_property_readonly(
          "reason",
          [](const logrank_test& test) { return std::string(values_of(no_test{})[static_cast<std::size_t>(test.reason)]); })
      .def("columns", &logrank_columns);
  m.def("logrank", &test_groups, py::arg("time"), py::arg("event"), py::arg("by"), py::kw_only(),
        py::arg("entry") = py::none(), py::arg("weights") = py::none(), py::arg("count") = py::none(),
        py::arg("strata") = py::none(), py::arg("rho") = 0.0);
  m.def("logrank_of_curves", &test_curves, py::arg("groups"), py::arg("without_group"), py::kw_only(), py::arg("rho"),
        py::arg("given_age"));
}

}  // namespace sojourn::python
