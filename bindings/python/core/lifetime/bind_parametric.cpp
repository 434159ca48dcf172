// Parametric survival for Python: lifetimes in, the fit out.
#include "sojourn/lifetime/parametric.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "lifetime/held_regression.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// The typed columns behind `lifetime_spans`.
struct held_spans {
  arrow::held_column<double> time, upper, entry, weight;
  arrow::held_column<std::uint8_t> event;
  arrow::held_column<std::int64_t> count;

  [[nodiscard]] lifetime_spans view() const {
    lifetime_spans rows{.time = time.view()};
    if (event.size() != 0) rows.event = event.view();
    if (upper.size() != 0) rows.upper = upper.view();
    if (entry.size() != 0) rows.entry = entry.view();
    if (weight.size() != 0) rows.weight = weight.view();
    if (count.size() != 0) rows.count = count.view();
    return rows;
  }
};

template <class T>
arrow::held_column<T> beside(const arrow::held_column<double>& time, arrow::held_column<T> column, const char* name) {
  require_same_length(time.view(), "time", column.view(), name);
  return column;
}

parametric_fit fit_spans(const any_column& time, const optional_column& event, const optional_column& upper,
                         const optional_column& entry, const optional_column& weights, const optional_column& count,
                         const std::string& family, double level) {
  held_spans rows;
  rows.time = arrow::as_double(time, "time");
  if (event) rows.event = beside(rows.time, arrow::as_flag(*event, "event", event_rule), "event");
  if (upper) rows.upper = beside(rows.time, arrow::as_double(*upper, "upper"), "upper");
  if (entry) rows.entry = beside(rows.time, arrow::as_double(*entry, "entry"), "entry");
  if (weights) rows.weight = beside(rows.time, arrow::as_double(*weights, "weights"), "weights");
  if (count) rows.count = beside(rows.time, arrow::as_int64(*count, "count"), "count");
  const auto chosen = named<survival_family>("family", family);
  const py::gil_scoped_release unlocked;
  return fit_survival(rows.view(), chosen, confidence_level{level});
}

py::dict by_name(const parametric_fit& fit, const std::vector<double>& values) {
  py::dict found;
  const auto names = parameter_names(fit.family);
  for (std::size_t i = 0; i < values.size(); ++i) found[py::str(std::string(names[i]))] = values[i];
  return found;
}

}  // namespace

void bind_parametric(py::module_& m) {
  py::class_<parametric_fit>(m, "ParametricFit")
      .def_property_readonly("status",
                             [](const parametric_fit& fit) {
                               return std::string(values_of(regression_status{})[static_cast<std::size_t>(fit.status)]);
                             })
      .def_readonly("note", &parametric_fit::note)
      .def_property_readonly("params", [](const parametric_fit& fit) { return by_name(fit, fit.parameters); })
      .def_property_readonly("standard_errors", [](const parametric_fit& fit) { return by_name(fit, fit.standard_errors); })
      .def_property_readonly("covariance", [](const parametric_fit& fit) { return square(fit.covariance); })
      .def_readonly("log_likelihood", &parametric_fit::log_likelihood)
      .def_readonly("aic", &parametric_fit::aic)
      .def_readonly("bic", &parametric_fit::bic)
      .def_readonly("robust", &parametric_fit::robust)
      .def_readonly("gradient", &parametric_fit::gradient)
      .def_readonly("accounts", &parametric_fit::accounts)
      .def_readonly("events", &parametric_fit::events)
      .def_readonly("rows_missing", &parametric_fit::rows_missing)
      .def("at", &survival_estimate, py::arg("age"), py::arg("given_age"))
      .def("age", &survival_age, py::arg("share"));
  m.def("fit_survival", &fit_spans, py::arg("time"), py::kw_only(), py::arg("event") = py::none(),
        py::arg("upper") = py::none(), py::arg("entry") = py::none(), py::arg("weights") = py::none(),
        py::arg("count") = py::none(), py::arg("family"), py::arg("level") = 0.95);
  m.def(
      "log_survival",
      [](const std::string& family, const std::vector<double>& parameters, double age) {
        return log_survival(named<survival_family>("family", family), parameters, age);
      },
      py::arg("family"), py::arg("parameters"), py::arg("age"));
  m.def(
      "log_density",
      [](const std::string& family, const std::vector<double>& parameters, double age) {
        return log_density(named<survival_family>("family", family), parameters, age);
      },
      py::arg("family"), py::arg("parameters"), py::arg("age"));
}

}  // namespace sojourn::python
