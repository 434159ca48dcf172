// Values given by hand: which are in force, and those that stand in for a signal.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "health/score/inputs.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Checks the manual values of `options`, keeps those in force and puts those of signals into (copies of) their columns.
void gather_manual(bound_inputs& inputs);

}  // namespace sojourn::inline v0_1::health::detail
