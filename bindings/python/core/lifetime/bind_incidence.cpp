// Cumulative incidence by cause and Gray's test for Python.
#include "sojourn/lifetime/incidence.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "lifetime/held_exits.hpp"
#include "sojourn/lifetime/churn_by_cause.hpp"
#include "sojourn/lifetime/exit_table.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using cause_names = std::optional<std::vector<std::string>>;

/// Rows with their causes and groups, read once for the curves and for each test of them.
struct cause_rows {
  arrow::cause_codes causes;
  arrow::segment_codes groups;
  held_exits rows;

  cause_rows(const any_column& time, const any_column& cause, const optional_column& entry, const optional_column& weights,
             const optional_column& count, const optional_column& by, const cause_names& named)
      : causes(arrow::as_causes(cause, "cause", named)),
        groups(by ? arrow::as_ordered_segments(*by, "by") : arrow::segment_codes{}),
        rows(time, causes.codes, entry, weights, count) {}

  [[nodiscard]] incidence_curves curves(double level, std::optional<double> given_age) const {
    const py::gil_scoped_release unlocked;
    return cumulative_incidence(rows.view(), causes.labels.size(), {confidence_level{level}, given_age});
  }
  /// One set of curves per group, then that of the rows without a group.
  [[nodiscard]] std::vector<incidence_curves> curves_by(double level, std::optional<double> given_age) const {
    const py::gil_scoped_release unlocked;
    auto found = cumulative_incidence_by(rows.view(), causes.labels.size(), groups.codes.view(), groups.labels.size(),
                                         {confidence_level{level}, given_age});
    found.groups.push_back(std::move(found.without_group));
    return std::move(found.groups);
  }
  /// The same rows as a state that merges.
  [[nodiscard]] exit_table table() const {
    const py::gil_scoped_release unlocked;
    return tally_exits(rows.view(), causes.labels, groups.codes.size() == 0 ? column<std::uint32_t>{} : groups.codes.view(),
                       groups.labels);
  }
  [[nodiscard]] logrank_test gray(std::uint32_t cause, double rho, const optional_column& strata) const {
    arrow::segment_codes stratum;
    if (strata) stratum = arrow::as_ordered_segments(*strata, "strata");
    const py::gil_scoped_release unlocked;
    return gray_test(rows.view(), cause, groups.codes.view(), groups.labels.size(),
                     strata ? stratum.codes.view() : column<std::uint32_t>{}, {.rho = rho});
  }
  /// The log-rank test of one cause, the others taken as censored.
  [[nodiscard]] logrank_test cause_specific(std::uint32_t cause, double rho, const optional_column& strata) const {
    arrow::segment_codes stratum;
    if (strata) stratum = arrow::as_ordered_segments(*strata, "strata");
    const py::gil_scoped_release unlocked;
    return logrank(exits_of_cause(rows.view(), cause).rows(), groups.codes.view(), groups.labels.size(),
                   strata ? stratum.codes.view() : column<std::uint32_t>{}, {.rho = rho});
  }
};

py::dict incidence_columns(const incidence_curves& curves, std::size_t cause) {
  const cause_incidence& one = curves.causes.at(cause);
  return named_columns()
      .add("time", curves.time)
      .add("at_risk", curves.at_risk)
      .add("events", one.events)
      .add("incidence", one.incidence)
      .add("low", one.low)
      .add("high", one.high)
      .add("standard_error", one.standard_error)
      .columns();
}

}  // namespace

void bind_incidence(py::module_& m) {
  py::class_<incidence_curves>(m, "IncidenceCurves")
      .def("columns", &incidence_columns, py::arg("cause"))
      .def_property_readonly("time", [](const incidence_curves& c) { return any_column::from(c.time); })
      .def_property_readonly("survival", [](const incidence_curves& c) { return any_column::from(c.survival); })
      .def_property_readonly("censored", [](const incidence_curves& c) { return any_column::from(c.censored); })
      .def(
          "events_of", [](const incidence_curves& c, std::size_t cause) { return c.causes.at(cause).total_events; },
          py::arg("cause"))
      .def("at", &incidence_at, py::arg("cause"), py::arg("age"))
      .def(
          "expected_churn",
          [](const incidence_curves& c, double mrr) {
            const churn_by_cause found = expected_churn(c, mrr);
            std::vector<any_column> lost;
            for (const std::vector<double>& of_cause : found.lost) lost.push_back(any_column::from(of_cause));
            return py::make_tuple(lost, any_column::from(found.left));
          },
          py::arg("mrr"))
      .def_readonly("accounts", &incidence_curves::accounts)
      .def_readonly("rows_missing", &incidence_curves::rows_missing)
      .def_readonly("died_out_at", &incidence_curves::died_out_at);

  py::class_<cause_rows>(m, "CauseRows")
      .def(py::init<const any_column&, const any_column&, const optional_column&, const optional_column&,
                    const optional_column&, const optional_column&, const cause_names&>(),
           py::arg("time"), py::arg("cause"), py::kw_only(), py::arg("entry") = py::none(), py::arg("weights") = py::none(),
           py::arg("count") = py::none(), py::arg("by") = py::none(), py::arg("causes") = py::none())
      .def_property_readonly("causes", [](const cause_rows& r) { return r.causes.labels; })
      .def_property_readonly("numbered", [](const cause_rows& r) { return r.causes.numbered; })
      .def_property_readonly("groups", [](const cause_rows& r) { return r.groups.labels; })
      .def("curves", &cause_rows::curves, py::kw_only(), py::arg("level"), py::arg("given_age"))
      .def("table", &cause_rows::table)
      .def("curves_by", &cause_rows::curves_by, py::kw_only(), py::arg("level"), py::arg("given_age"))
      .def("gray", &cause_rows::gray, py::arg("cause"), py::kw_only(), py::arg("rho"), py::arg("strata") = py::none())
      .def("cause_specific", &cause_rows::cause_specific, py::arg("cause"), py::kw_only(), py::arg("rho"),
           py::arg("strata") = py::none());
}

}  // namespace sojourn::python
