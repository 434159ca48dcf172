// Bindings of what a team stores and does between two cycles; each stands in the file of its name.
// Needs: pybind11.
#pragma once

#include "whole_argument.hpp"

namespace sojourn::python {

void bind_cycle_bytes(pybind11::module_& m);
void bind_expansion(pybind11::module_& m);
void bind_remedy_effect(pybind11::module_& m);
void bind_remedy_tasks(pybind11::module_& m);
void bind_stages(pybind11::module_& m);
void bind_stakeholders(pybind11::module_& m);

}  // namespace sojourn::python
