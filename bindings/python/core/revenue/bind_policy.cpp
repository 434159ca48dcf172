#include <pybind11/stl.h>

#include <string>

#include "revenue/bind_revenue.hpp"
#include "sojourn/revenue/policy.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// (name, meaning, words, default as JSON writes it, whether a number may be without a limit) of each option.
py::list options_of_policy() {
  py::list all;
  for (const policy_option& option : policy_options()) {
    all.append(py::make_tuple(option.name, option.meaning, option.words, option.usual, option.limitless));
  }
  return all;
}

}  // namespace

void bind_policy(py::module_& m) {
  py::class_<revenue_policy>(m, "RevenuePolicy", "The conventions of revenue metrics.")
      .def_static(
          "from_json", [](const std::string& text) { return policy_from_json(text); }, py::arg("text"))
      .def_static(
          "preset", [](const std::string& name) { return revenue_policy::preset(name); }, py::arg("name"))
      .def_static("presets", &revenue_policy::presets)
      .def_static("options", &options_of_policy)
      .def("to_json", [](const revenue_policy& p) { return to_json(p); })
      .def_property_readonly("fingerprint", [](const revenue_policy& p) { return fingerprint(p); });
}

}  // namespace sojourn::python
