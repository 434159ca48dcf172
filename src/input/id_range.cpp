// Compiled with -O3.
#include "input/id_range.hpp"

#include <algorithm>
#include <vector>

#include "detail/each_cpu.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::size_t range_chunk = std::size_t{1} << 18;

// The first id stands behind another, or for itself.
SOJOURN_EACH_CPU id_range range_of_chunk(std::span<const std::int64_t> ids, std::int64_t before) {
  std::int64_t lowest = ids[0], highest = ids[0];
  std::uint32_t falls = ids[0] < before;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    lowest = std::min(lowest, ids[i]), highest = std::max(highest, ids[i]);
    falls |= static_cast<std::uint32_t>(ids[i] < ids[i - 1]);
  }
  return {lowest, highest, falls == 0};
}

}  // namespace

id_range range_of(std::span<const std::int64_t> ids, const any_executor& host) {
  std::vector<id_range> parts((ids.size() + range_chunk - 1) / range_chunk);
  host.bulk(parts.size(), [&](std::size_t c) {
    const std::size_t first = c * range_chunk;
    parts[c] =
        range_of_chunk(ids.subspan(first, std::min(range_chunk, ids.size() - first)), ids[first - (first == 0 ? 0 : 1)]);
  });
  id_range all;
  for (const id_range& part : parts) {
    all = {std::min(all.lowest, part.lowest), std::max(all.highest, part.highest), all.rises && part.rises};
  }
  return all;
}

}  // namespace sojourn::inline v0_1::detail
