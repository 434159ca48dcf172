// Whether a book still looks as it did, for Python.
#include "sojourn/health/evaluation/stability.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <vector>

#include "health/bind_health.hpp"
#include "health/stability_dict.hpp"

namespace py = pybind11;

namespace sojourn::python {

namespace h = health;

py::dict as_dict(const h::stability& found) {
  py::dict out;
  out["psi"] = found.psi;
  out["statistic"] = found.statistic;
  out["degrees"] = found.degrees;
  out["p_value"] = found.p_value;
  out["smoothed_bins"] = found.smoothed_bins;
  return out;
}

void bind_stability(py::module_& m) {
  m.def(
      "population_stability",
      [](const std::vector<std::int64_t>& expected, const std::vector<std::int64_t>& actual) {
        return as_dict(h::population_stability(expected, actual));
      },
      py::arg("expected"), py::arg("actual"));
}

}  // namespace sojourn::python
