// Units of the time of a day. Layer: 5. Needs: std only.
#pragma once

#include <cstdint>

namespace sojourn::inline v0_1::detail {

inline constexpr std::int64_t seconds_per_day = 86'400;
inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

}  // namespace sojourn::inline v0_1::detail
