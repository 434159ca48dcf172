#include "bind.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_datasets(py::module_&) {}

}  // namespace sojourn::python
