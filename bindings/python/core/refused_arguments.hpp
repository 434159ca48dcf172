// Arguments of a wrong type, in plain words.
// Needs: pybind11.
#pragma once

#include <pybind11/pybind11.h>

namespace sojourn::python {

/// To be called when everything is bound: arguments that no function takes are refused in plain words from then on.
void explain_refused_arguments(pybind11::module_& m);

}  // namespace sojourn::python
