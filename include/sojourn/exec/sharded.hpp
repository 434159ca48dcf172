// Cut rows into chunks of a fixed size, tally each, merge in chunk order: the same bytes for any number of threads.
// Layer: 1. Needs: std only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {

/// Rows in one chunk. It does not depend on the executor, so neither does any result.
inline constexpr std::size_t rows_per_chunk = 1u << 16;

/// `tally(first, last)` returns the state of rows [first, last). Below one chunk nothing is forked.
template <class Tally, executor E>
[[nodiscard]] auto tally_sharded(std::size_t rows, const Tally& tally, E&& host) {
  using state = decltype(tally(std::size_t{}, std::size_t{}));
  static_assert(mergeable<state>);
  const std::size_t chunks = (rows + rows_per_chunk - 1) / rows_per_chunk;
  if (chunks <= 1) return tally(std::size_t{0}, rows);
  std::vector<state> parts(chunks);
  host.bulk(chunks, [&](std::size_t chunk) {
    const std::size_t first = chunk * rows_per_chunk;
    parts[chunk] = tally(first, std::min(rows, first + rows_per_chunk));
  });
  state total = std::move(parts.front());
  for (std::size_t chunk = 1; chunk < chunks; ++chunk) total += parts[chunk];
  return total;
}

}  // namespace sojourn
