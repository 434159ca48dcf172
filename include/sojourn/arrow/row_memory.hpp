// Memory for a value per row that a column takes over.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// `rows` values of 0, in large pages where the system has them: touching small ones for the first time costs more than
/// writing them. T is uint8, uint32 or double.
template <class T>
[[nodiscard]] std::vector<T> row_memory(std::size_t rows);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
