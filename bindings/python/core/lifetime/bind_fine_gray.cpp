// Fine and Gray's regression for Python: columns in, the fit out.
#include "sojourn/lifetime/fine_gray.hpp"

#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "lifetime/held_regression.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

fine_gray_fit fit_rows(const any_column& time, const any_column& cause, const feature_columns& features,
                       const std::string& of, const optional_column& entry, const optional_column& weights,
                       const optional_column& count, const optional_column& cluster, double level) {
  const arrow::cause_codes causes = arrow::as_causes(cause, "cause");
  const held_regression held(held_exits(time, causes.codes, entry, weights, count), features, std::nullopt, cluster);
  const py::gil_scoped_release unlocked;
  return fit_fine_gray(held.view(), code_of(causes, of), confidence_level{level});
}

}  // namespace

void bind_fine_gray(py::module_& m) {
  py::class_<fine_gray_fit>(m, "FineGrayFit")
      .def_property_readonly("status",
                             [](const fine_gray_fit& fit) {
                               return std::string(values_of(regression_status{})[static_cast<std::size_t>(fit.status)]);
                             })
      .def("coefficients", [](const fine_gray_fit& fit) { return coefficient_columns(fit.coefficients); })
      .def_property_readonly("covariance", [](const fine_gray_fit& fit) { return square(fit.covariance); })
      .def_readonly("log_likelihood", &fine_gray_fit::log_likelihood)
      .def_readonly("null_log_likelihood", &fine_gray_fit::null_log_likelihood)
      .def_readonly("means", &fine_gray_fit::means)
      .def_readonly("last_age", &fine_gray_fit::last_age)
      .def_readonly("accounts", &fine_gray_fit::accounts)
      .def_readonly("events", &fine_gray_fit::events)
      .def_readonly("competing_events", &fine_gray_fit::competing_events)
      .def_readonly("rows_missing", &fine_gray_fit::rows_missing)
      .def(
          "incidence",
          [](const fine_gray_fit& fit, const std::vector<double>& features) {
            return named_columns().add("time", fit.time).add("incidence", incidence_of(fit, features)).columns();
          },
          py::arg("features"));
  m.def("fine_gray", &fit_rows, py::arg("time"), py::arg("cause"), py::arg("features"), py::kw_only(), py::arg("of"),
        py::arg("entry") = py::none(), py::arg("weights") = py::none(), py::arg("count") = py::none(),
        py::arg("cluster") = py::none(), py::arg("level") = 0.95);
}

}  // namespace sojourn::python
