// Least squares through a retention curve, for Python.
#include "sojourn/lifetime/decay_baseline.hpp"

#include <pybind11/stl.h>

#include <string>

#include "bind.hpp"
#include "frames/words.hpp"
#include "lifetime/decay_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

decay_baseline fit_columns(const arrow::any_column& t, const arrow::any_column& survivors, const std::string& method) {
  const auto chosen = named<baseline_method>("method", method);
  const auto ages = arrow::as_int32(t, "t");
  const auto left = arrow::as_double(survivors, "survivors");
  return fit_baseline(ages.view(), left.view(), chosen);
}

py::dict baseline_parameters(const decay_baseline& fit) {
  py::dict values;
  const auto names = parameter_names(fit.method);
  for (std::size_t k = 0; k < names.size() && fit.status == fit_status::converged; ++k)
    values[py::str(std::string(names[k]))] = fit.parameters[k];
  return values;
}

}  // namespace

void bind_decay_baseline(py::module_& m) {
  py::class_<decay_baseline>(m, "DecayBaseline")
      .def_property_readonly("params", &baseline_parameters)
      .def_property_readonly("status", [](const decay_baseline& f) { return to_string(f.status); })
      .def_property_readonly("warning", [](const decay_baseline& f) { return warning(f.method); })
      .def_readonly("squares", &decay_baseline::squares)
      .def_readonly("r_squared", &decay_baseline::r_squared)
      .def_readonly("points", &decay_baseline::points)
      .def(
          "survival", [](const decay_baseline& f, std::int64_t t) { return survival(f, t); }, py::arg("t"))
      .def("retention", [](const decay_baseline& f, std::int64_t t) { return retention(f, t); }, py::arg("t"));
  m.def("fit_baseline", &fit_columns, py::arg("t"), py::arg("survivors"), py::kw_only(), py::arg("method"));
}

}  // namespace sojourn::python
