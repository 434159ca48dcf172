#include "bind.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_revenue(py::module_&) {}

}  // namespace sojourn::python
