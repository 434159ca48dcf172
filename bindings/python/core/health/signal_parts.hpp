// What validation and audits of cards share: outcomes, tiers and normalised signals as the library wants them.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health.hpp"

namespace sojourn::python {

/// Outcomes may come as booleans (no copy) or as 0 and 1 of any numeric type.
arrow::any_column outcome_bytes(const arrow::any_column& source);

/// Names of tiers to codes; "unknown" and missing are unknown. A name that is none of `order` is a `data_error`.
std::vector<health::tier_code> tier_codes(const arrow::any_column& tier, const std::vector<std::string>& order);

/// Parts of a flat card, one column a signal, back to the normalised signals.
health::normalised_signals matrix_of(const std::vector<arrow::any_column>& points,
                                     const std::vector<arrow::any_column>& lost);

void bind_audit(pybind11::module_& m);

}  // namespace sojourn::python
