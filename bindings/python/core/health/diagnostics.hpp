// Diagnostics as Python gets them: pointer, message, suggestion, level.
// Needs: pybind11.
#pragma once

#include <pybind11/pybind11.h>

#include "sojourn/domain/diagnostics.hpp"

namespace sojourn::python {

pybind11::list as_list(const diagnostics& found);

}  // namespace sojourn::python
