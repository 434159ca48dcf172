// Columns by rows: picked, and put back into the order of a whole.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// The values at these rows. A row that is not there (negative, or beyond the end) is missing. Columns of float64, int64,
/// text and dictionary keep their type. Other whole numbers become int64 and float32 becomes float64; a column of any type
/// but those four becomes null when no row has a value. O(rows).
[[nodiscard]] any_column take_rows(const any_column& source, std::span<const std::int64_t> rows);

/// The parts of a table put back into the order of the whole: row `rows[p][i]` of the result is row i of part p. Names
/// become one dictionary, everything else numbers; rows that no part has are missing. O(rows).
[[nodiscard]] any_column merge_rows(std::span<const any_column> parts, std::span<const std::vector<std::int64_t>> rows);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
