// How long the lines of a usual card may be.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>

namespace sojourn::inline v0_1::health::detail {

inline constexpr std::size_t line_segments = 8;

}  // namespace sojourn::inline v0_1::health::detail
