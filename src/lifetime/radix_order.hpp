// The order of many keys, in a few passes over them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sojourn::inline v0_1 {
namespace detail {

struct keyed_place {
  std::uint64_t key;
  std::size_t place;
};

/// Sorts by key, equal keys in the order in which they stand. Bytes that all keys share cost nothing. O(n) per byte.
inline void radix_sort(std::vector<keyed_place>& keyed) {
  if (keyed.empty()) return;
  std::uint64_t differ = 0;
  for (const keyed_place& one : keyed) differ |= one.key ^ keyed.front().key;
  std::vector<keyed_place> moved(keyed.size());
  for (int shift = 0; shift < 64; shift += 8) {
    if ((differ >> shift & 0xFF) == 0) continue;
    std::array<std::size_t, 256> next{};
    for (const keyed_place& one : keyed) ++next[one.key >> shift & 0xFF];
    std::size_t first = 0;
    for (std::size_t& start : next) {
      const std::size_t count = start;
      start = first;
      first += count;
    }
    for (const keyed_place& one : keyed) moved[next[one.key >> shift & 0xFF]++] = one;
    keyed.swap(moved);
  }
}

/// A key that orders numbers of 0 or more as they are.
[[nodiscard]] inline std::uint64_t key_of(double not_negative) {
  return std::bit_cast<std::uint64_t>(not_negative + 0.0);  // -0 becomes 0
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
