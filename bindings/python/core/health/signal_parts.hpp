// Outcomes and normalised signals as the library wants them, from columns.
// Needs: std only.
#pragma once

#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health/evaluation/learn.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::python {

/// Booleans as they are (no copy); 0 and 1 of any numeric type.
arrow::any_column outcome_bytes(const arrow::any_column& source);

/// Parts of scores, one column per signal, as they were given out.
health::contributions parts_of(const std::vector<arrow::any_column>& points, const std::vector<arrow::any_column>& lost);

/// Parts of a flat card back to the normalised signals.
health::normalised_signals matrix_of(const std::vector<arrow::any_column>& points,
                                     const std::vector<arrow::any_column>& lost);

}  // namespace sojourn::python
