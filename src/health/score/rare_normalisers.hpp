// The normalisers that few signals use: two columns, curves, tables with holes. Kept away from the loops that every score
// runs. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "health/score/normalise.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Rows [first, first + n) of signal k, and where what is odd about them is noted.
struct norm_tile {
  const bound_inputs& inputs;
  const std::vector<input>& columns;  ///< this cycle's, or those of the cycle before
  std::size_t k;
  std::size_t first;
  std::size_t n;
  scratch& work;
  std::uint16_t* flags;
  signal_counters& counters;
};

/// Share of a sorted reference below x (above, where lower is better), and half of what is equal.
[[nodiscard]] double rank_in(const std::vector<double>& reference, double x, bool lower_is_better);

/// `x` is within its range and finite where the normaliser takes no infinity; NaN = missing.
void rare_normaliser_tile(const norm_tile& tile, const double* x, double* s);

}  // namespace sojourn::inline v0_1::health::detail
