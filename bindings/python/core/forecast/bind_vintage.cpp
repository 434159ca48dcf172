// What the accounts of a forecast paid later, for Python.
#include "sojourn/forecast/vintage.hpp"

#include <pybind11/stl.h>

#include "bind.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_vintage(py::module_& m) {
  m.def("later_mrr", &later_mrr, py::arg("today"), py::arg("then"), py::arg("horizon"));
}

}  // namespace sojourn::python
