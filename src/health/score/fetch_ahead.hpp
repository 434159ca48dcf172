// Asking for what the next tile will read of a column. Layer: 5. Needs: std only.
#pragma once

#include <cstddef>

namespace sojourn::inline v0_1::health::detail {

/// Values between the one that is read and the one that is asked for meanwhile: a column is left after each tile, which the
/// processor's own prefetching does not follow.
inline constexpr std::size_t values_ahead = 512;

/// Asks for the cache lines behind those of this tile.
template <class T>
inline void fetch_ahead([[maybe_unused]] const T* x, [[maybe_unused]] std::size_t n) {
#ifdef __GNUC__
  constexpr std::size_t cache_line = 64;
  for (std::size_t i = 0; i < n; i += cache_line / sizeof(T)) __builtin_prefetch(x + i + values_ahead);
#endif
}

}  // namespace sojourn::inline v0_1::health::detail
