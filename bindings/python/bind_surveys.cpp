#include "bind.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_surveys(py::module_&) {}

}  // namespace sojourn::python
