// A population stability index with its test, as a dict.
// Needs: pybind11.
#pragma once

#include "sojourn/health/evaluation/stability.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

pybind11::dict as_dict(const health::stability& found);

}  // namespace sojourn::python
