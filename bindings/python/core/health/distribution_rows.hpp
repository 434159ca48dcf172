// A distribution over tiers as rows for Python.
// Needs: pybind11.
#pragma once

#include <pybind11/pybind11.h>

#include "sojourn/health/score/portfolio.hpp"

namespace sojourn::python {

/// Tier, accounts, share, mean score, value; worst first, then unknown.
pybind11::list distribution_rows(const health::scorecard& card, const health::health_state& state, double level);

}  // namespace sojourn::python
