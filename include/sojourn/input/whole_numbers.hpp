// The one reader of numbers that must be whole: quantities, counts, ages, cents.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/value_place.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// 20.0 is 20; 19.99, infinity and what lies beyond 2^53, where a float no longer says which integer was meant, are refused.
/// Nothing is cut or rounded. Ids are never read from floats: see `account_index`.
[[nodiscard]] std::int64_t read_whole(double value, const value_place& where);
/// unscaled x 10^-scale: 2000 at scale 2 is 20; 1999 at scale 2 is refused.
[[nodiscard]] std::int64_t read_whole(std::int64_t unscaled, int scale, const value_place& where);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
