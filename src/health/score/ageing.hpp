// Age: what it does to the values of one signal, tile by tile.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>

#include "health/score/inputs.hpp"
#include "health/score/normalise.hpp"

namespace sojourn::inline v0_1::health::detail {

struct aged {
  double* s;                        ///< changed in place; NaN = missing
  double* factor;                   ///< of the weight, written for every row; null where age leaves the weight alone
  double* stale_share;              ///< the signal's share is added where its value is old
  const double* carried = nullptr;  ///< age where the value is that of the cycle before, else NaN; null where none is
};

/// Days from observation to `as_of` for rows [first, first + n); NaN where no day is known, never negative.
void load_ages(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, double* ages,
               signal_counters& counters);

/// Applies the staleness of signal k: validity, then towards neutral, then linear, then the weight.
void age_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work, aged values,
              signal_counters& counters);

}  // namespace sojourn::inline v0_1::health::detail
