// The parts of a tile of scores, and what they need so that they add to them bit for bit.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "health/score/kernels.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Rounding keeps a perfect account within this distance of 100.
inline constexpr double perfect_score = 100.0 - 1e-12;

/// Why a row has no score: nothing is present, too little is covered.
[[nodiscard]] inline std::uint16_t lacking(double present, double covered, double least) noexcept {
  const unsigned nothing = present > 0 ? 0u : flag::no_data, little = covered < least ? flag::low_coverage : 0u;
  return static_cast<std::uint16_t>(nothing | little);
}

/// Points and lost points of rows [first, first + n), whose scores are given.
void split_tile(std::span<const part> parts, std::size_t n, const double* score, contributions& out, std::size_t first);

/// No score, no parts.
void blank(contributions& out, std::size_t row);

}  // namespace sojourn::inline v0_1::health::detail
