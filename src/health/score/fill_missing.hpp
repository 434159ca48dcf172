// What stands in for a missing value where it takes more than a constant: the last known value, a typical one.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>

#include "health/score/normalise.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Puts the s of the cycle before where s is NaN and that value has a day and is young enough. Returns the ages of those
/// that were put in, NaN elsewhere; null where none was.
[[nodiscard]] const double* carry_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n,
                                       scratch& work, double* s, std::uint16_t* flags, signal_counters& counters);

/// The s of the typical value of every row; only those where `s` is NaN are of use, and set.
[[nodiscard]] const double* typical_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n,
                                         scratch& work, const double* s);

}  // namespace sojourn::inline v0_1::health::detail
