// One tile of one signal: raw values -> s in [0, 1] or NaN, with everything odd counted and flagged.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "health/score/inputs.hpp"
#include "health/score/kernels.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Scratch of one worker; reused from tile to tile.
struct scratch {
  std::vector<double> x;
  std::vector<double> denominator;
  std::vector<double> filled;  ///< the last two only where a policy needs them
  std::vector<double> age;
  std::vector<std::vector<double>> halves;  ///< what age left of a value and of a weight, by whole days, two a signal
};

/// The usual signal in one pass (`weigh_ramp`, `weigh_segments`): plain doubles or floats through a ramp or a few segments,
/// with nothing to check on the way. Nothing is done, and nothing returned, for any other.
[[nodiscard]] std::optional<odd_values> weigh_tile(const bound_inputs& inputs, std::size_t k, std::size_t first,
                                                   std::size_t n, double* s, double* present);

/// Writes the s of rows [first, first + n) of signal k; sets `flag::irregular` in `flags` (n entries) where a value was odd.
void normalise_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work, double* s,
                    std::uint16_t* flags, signal_counters& counters);

/// The same from the columns of the cycle before: what they would be worth today.
void normalise_previous_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work,
                             double* s, std::uint16_t* flags, signal_counters& counters);

/// The same as if the signal held `s` as raw values, beside the other columns of this cycle. In place.
void normalise_values_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work,
                           double* s, std::uint16_t* flags, signal_counters& counters);

}  // namespace sojourn::inline v0_1::health::detail
