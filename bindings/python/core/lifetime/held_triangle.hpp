// Triangles from Python's columns.
#pragma once

#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/lifetime/age_triangle.hpp"

namespace sojourn::python {

/// One column per cohort, oldest first; missing cells have not happened yet.
[[nodiscard]] age_triangle triangle_of_rows(const std::vector<arrow::any_column>& rows);

}  // namespace sojourn::python
