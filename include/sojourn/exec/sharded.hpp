// Cut rows into chunks of a fixed size, tally each, merge in chunk order: the same bytes for any number of threads.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Rows in one chunk. It does not depend on the executor, so neither does any result.
inline constexpr std::size_t rows_per_chunk = 1u << 16;

/// `tally(first, last)` returns the state of rows [first, last). Below one chunk nothing is forked. `chunk_rows` is for rows
/// that cost far more or less than usual; since states merge exactly it changes no result.
template <class Tally, executor E>
[[nodiscard]] auto tally_sharded(std::size_t rows, const Tally& tally, E&& host, std::size_t chunk_rows = rows_per_chunk) {
  using state = decltype(tally(std::size_t{}, std::size_t{}));
  static_assert(mergeable<state>);
  const std::size_t chunks = rows / chunk_rows + (rows % chunk_rows != 0 ? 1 : 0);
  if (chunks <= 1) return tally(std::size_t{0}, rows);
  std::vector<state> parts(chunks);
  host.bulk(chunks, [&](std::size_t chunk) {
    const std::size_t first = chunk * chunk_rows;
    parts[chunk] = tally(first, rows - first < chunk_rows ? rows : first + chunk_rows);
  });
  state total = std::move(parts.front());
  for (std::size_t chunk = 1; chunk < chunks; ++chunk) total += parts[chunk];
  return total;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
