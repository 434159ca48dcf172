// Scores seen from outside and from inside, for Python.
#include "sojourn/health/book/watermelon.hpp"

#include <pybind11/stl.h>

#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/signal_parts.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

py::dict look_inside(const h::scorecard& card, const std::vector<arrow::any_column>& points,
                     const std::vector<arrow::any_column>& lost) {
  h::inside_view view = h::look_inside(card, parts_of(points, lost));
  return named_columns()
      .add("objective", std::move(view.objective))
      .add("subjective", std::move(view.subjective))
      .add_flags("critical_red", std::move(view.critical_red))
      .columns();
}

}  // namespace

void bind_watermelon(py::module_& m) {
  m.def("look_inside", &look_inside, py::arg("card"), py::arg("points"), py::arg("lost"));
}

}  // namespace sojourn::python
