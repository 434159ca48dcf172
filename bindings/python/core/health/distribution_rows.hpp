// A distribution over tiers as rows for Python.
// Needs: pybind11.
#pragma once

#include "sojourn/health/score/portfolio.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// Tier, accounts, share, mean score, value; worst first, then unknown.
pybind11::list distribution_rows(const health::scorecard& card, const health::health_state& state, double level);

}  // namespace sojourn::python
