// A population stability index with its test, as a dict.
// Needs: pybind11.
#pragma once

#include <pybind11/pybind11.h>

#include "sojourn/health/evaluation/stability.hpp"

namespace sojourn::python {

pybind11::dict as_dict(const health::stability& found);

}  // namespace sojourn::python
