// What became of accounts: 1 = it left, 0 = it stayed, missing = not known.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Outcomes from whole numbers; what is missing is 0 here and stays missing in the column. Any other number than 0 and 1 is
/// a `data_error` with its row.
[[nodiscard]] std::vector<std::uint8_t> read_outcomes(const column<std::int32_t>& given);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
