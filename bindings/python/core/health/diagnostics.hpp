// Diagnostics as Python gets them: pointer, message, suggestion, level.
// Needs: pybind11.
#pragma once

#include "sojourn/domain/diagnostics.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

pybind11::list as_list(const diagnostics& found);

}  // namespace sojourn::python
