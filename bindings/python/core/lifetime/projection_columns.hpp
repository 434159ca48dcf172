// What a triangle is projected to, as the columns and numbers that Python gets.
#pragma once

#include <pybind11/pybind11.h>

#include "sojourn/lifetime/chain_ladder.hpp"

namespace sojourn::python {

[[nodiscard]] pybind11::dict projection_columns(const triangle_projection& projection, double level);
[[nodiscard]] pybind11::dict total_of(const triangle_projection& projection, double level);

}  // namespace sojourn::python
