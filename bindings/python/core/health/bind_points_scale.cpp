// The scale between odds and points, for Python.
#include "sojourn/health/card/points_scale.hpp"

#include "health/bind_health.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_points_scale(py::module_& m) {
  m.def(
      "points_scale",
      [](double points, double odds, double points_to_double) {
        const auto scale = health::points_scale::through(points, odds, points_to_double);
        return py::make_tuple(scale.offset(), scale.factor());
      },
      py::arg("points"), py::arg("odds"), py::arg("points_to_double"));
}

}  // namespace sojourn::python
