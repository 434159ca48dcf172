#include "sojourn/revenue/shown_as.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "sojourn/domain/error.hpp"
#include "sojourn/domain/mrr.hpp"

namespace sojourn::inline v0_1 {

using detail::int128;

std::int64_t moved_between(std::int64_t opening, std::int64_t closing) {
  const int128 moved = static_cast<int128>(closing) - opening;
  if (moved > INT64_MAX || moved < INT64_MIN) throw overflow_error("the movement of a period leaves 64 bits of minor units");
  return static_cast<std::int64_t>(moved);
}

std::vector<std::int64_t> shown_as(std::span<const int128> ticks, std::int64_t total) {
  constexpr int128 unit = mrr::ticks_per_minor;
  std::vector<std::int64_t> minor(ticks.size());
  if (ticks.empty()) return minor;
  std::vector<int128> rest(ticks.size());
  int128 left = total;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    rest[i] = (ticks[i] % unit + unit) % unit;
    const int128 floor = (ticks[i] - rest[i]) / unit;
    if (floor > INT64_MAX || floor < INT64_MIN) throw overflow_error("a total leaves 64 bits of minor units");
    minor[i] = static_cast<std::int64_t>(floor);
    left -= floor;
  }
  std::vector<std::size_t> order(ticks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rest[a] != rest[b] ? rest[a] > rest[b] : a < b; });
  const auto parts = static_cast<int128>(ticks.size());
  for (std::int64_t& one : minor) one += static_cast<std::int64_t>(left / parts);
  const auto over = static_cast<std::ptrdiff_t>(left % parts);
  for (std::ptrdiff_t i = 0; i < over; ++i) ++minor[order[static_cast<std::size_t>(i)]];
  for (std::ptrdiff_t i = 0; i > over; --i) --minor[order[order.size() - 1 + static_cast<std::size_t>(i)]];
  return minor;
}

}  // namespace sojourn::inline v0_1
