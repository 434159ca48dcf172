// The usual card's loops. Ramps and lines of a few segments are read once from the column itself: normalised, weighed and
// counted in one pass; a second one makes scores and tiers of them. Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "health/score/fetch_ahead.hpp"
#include "health/score/kernels.hpp"

#include "health/card/line_segments.hpp"

namespace sojourn::inline v0_1::health::detail {

/// s = base + sum of rise_j * clamp((x - from_j) * inverse_j, 0, 1), as `segments_kernel` has it. A ramp is one segment that
/// rises from 0 by 1.
struct line {
  double from[line_segments];
  double inverse[line_segments];
  double rise[line_segments];
  double reached[line_segments];  ///< the sum before segment j, added up from the base
  std::size_t count = 1;
  bool is_ramp = false;
  bool leaves_unit = false;  ///< rounding may carry the sum out of [0, 1], so it is clamped
  double weight = 0;
};

struct line_odds {
  std::int64_t missing = 0;
  bool infinite = false;
};

/// What the root of a tile has, and where the answers go.
struct usual_tile {
  std::span<const part> parts;
  const double* present;
  double* covered;  ///< weight that real values cover; becomes the coverage
  double* share;    ///< points that one unit of weight is worth
  double total;
  double least;
  double limit;  ///< a score above it is 100
  std::span<const double> thresholds;
  bool right_closed;
  std::uint8_t unknown;
  double* score;
  double* coverage;
  std::uint8_t* tier;
};

struct usual_kernels {
  /// Writes s, and `absent` where there is no value; adds the weight to `present` where there is one.
  line_odds (*of_doubles)(const double* x, double* s, double* present, std::size_t n, const line& how, double absent);
  line_odds (*of_floats)(const float* x, double* s, double* present, std::size_t n, const line& how, double absent);
  /// The shares of a root whose members are signals, then the same as `finish`.
  std::int64_t (*finish_flat)(const usual_tile& tile, std::size_t n);
  /// From s, shares and coverage to score and tier; returns how many rows have no score. Absent s are 0 or NaN.
  std::int64_t (*finish)(const usual_tile& tile, std::size_t n);
};

/// values / divisors. False where a value is infinite, or a divisor infinite or not above 0: such rows are counted and
/// flagged by the general path.
[[nodiscard]] bool divide_rows(const double* values, const double* divisors, double* quotients, std::size_t n);

/// For every CPU: adds all segments up, one after the other.
[[nodiscard]] usual_kernels plain_kernels() noexcept;
/// For AVX-512: finds each value's own segment, whose parameters one register holds for all of them. Segments below are full
/// and those above empty, so the sum is the same to the bit. Null where the CPU, or the build, has no such registers.
[[nodiscard]] usual_kernels avx512_kernels() noexcept;
/// The fastest of them here.
[[nodiscard]] inline usual_kernels best_kernels() noexcept {
  const usual_kernels wide = avx512_kernels();
  return wide.finish != nullptr ? wide : plain_kernels();
}

}  // namespace sojourn::inline v0_1::health::detail
