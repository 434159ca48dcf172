// The number that stands for "not known": one name for it in all bodies. Layer: 5. Needs: std only.
#pragma once

#include <limits>

namespace sojourn::inline v0_1::detail {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace sojourn::inline v0_1::detail
