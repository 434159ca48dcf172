#include <pybind11/stl.h>

#include <string>

#include "bind.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/proportion.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

std::string number(double value) {
  return py::str("{:.6g}").format(value).cast<std::string>();
}

std::string describe(const estimate& e) {
  if (!e.defined()) return "Estimate(undefined: " + std::string(to_string(e.reason)) + ", n=" + std::to_string(e.n) + ")";
  std::string text = "Estimate(" + number(e.value);
  if (e.method != interval_method::none) {
    text += ", " + number(e.level * 100) + "% [" + number(e.low) + ", " + number(e.high) + "] " +
            std::string(to_string(e.method));
  }
  return text + ", n=" + std::to_string(e.n) + ")";
}

}  // namespace

void bind_estimate(py::module_& m) {
  py::class_<estimate>(m, "Estimate", py::dynamic_attr(), "A value that never travels without its interval, n and method.")
      .def_readonly("value", &estimate::value)
      .def_readonly("low", &estimate::low)
      .def_readonly("high", &estimate::high)
      .def_readonly("level", &estimate::level)
      .def_readonly("n", &estimate::n)
      .def_property_readonly("method", [](const estimate& e) { return std::string(to_string(e.method)); })
      .def_property_readonly("reason",
                             [](const estimate& e) -> py::object {
                               if (e.defined()) return py::none();
                               return py::str(std::string(to_string(e.reason)));
                             })
      .def("__float__", [](const estimate& e) { return e.value; })
      .def("__repr__", &describe);

  m.def(
      "proportion",
      [](std::int64_t successes, std::int64_t n, double level, const std::string& interval) {
        proportion_options options{confidence_level{level}};
        if (interval == "wilson")
          options.interval = proportion_interval::wilson;
        else if (interval == "clopper_pearson")
          options.interval = proportion_interval::clopper_pearson;
        else if (interval == "jeffreys")
          options.interval = proportion_interval::jeffreys;
        else if (interval == "wald")
          options.interval = proportion_interval::wald;
        else
          throw schema_error("interval \"" + interval + "\" is not one of wilson, clopper_pearson, jeffreys, wald");
        return proportion(successes, n, options);
      },
      py::arg("successes"), py::arg("n"), py::kw_only(), py::arg("level") = 0.95, py::arg("interval") = "wilson");
}

}  // namespace sojourn::python
