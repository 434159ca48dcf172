// Exact parts as whole minor units that still add up.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/detail/int128.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Parts in ticks as minor units that add up to `total`, by largest remainder: each part is rounded down, and what is
/// missing goes one unit at a time to the parts with the largest remainders, of equal ones to the earlier. Where the total
/// is below the sum of what is rounded down, units are taken from the smallest remainders. A part differs from its exact
/// value by less than one minor unit when `total` is the rounded sum of the parts. Throws `overflow_error` for a part beyond
/// 64 bits of minor units. O(n log n). Source: Hamilton's method of apportionment.
[[nodiscard]] std::vector<std::int64_t> shown_as(std::span<const detail::int128> ticks, std::int64_t total);

/// Closing less opening, in minor units; an `overflow_error` where it leaves 64 bits, as sums of states from outside may.
[[nodiscard]] std::int64_t moved_between(std::int64_t opening, std::int64_t closing);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
