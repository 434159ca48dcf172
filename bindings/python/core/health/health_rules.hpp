// What rules and people did to scores, for Python: values by hand in, findings out.
// Needs: pybind11.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <vector>

#include "sojourn/health.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"

namespace sojourn::python {

/// Values given by hand that belong to accounts of one book, and where each stood in the table they came from.
struct manual_book {
  std::vector<health::manual_value> values;
  std::vector<std::int64_t> place;
};

/// Per value of a manual book: waiting, expired, overruled, bound; and per account the value that decided, or -1.
pybind11::dict manual_columns(const health::scores& result);

/// What the card's rules found: "active" with row, code, and all that the rule says about it; "undecided" with row and code.
pybind11::dict finding_columns(const health::scorecard& card, const health::scores& result);

}  // namespace sojourn::python
