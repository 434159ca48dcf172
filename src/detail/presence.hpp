// Bitmaps of presence, read eight rows at a time. Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sojourn::inline v0_1::detail {

/// Calls `use(i, here)` for the `count` rows from bit `first` on. A byte holds eight rows, so that the compiler unrolls
/// them.
template <class Use>
void each_presence(const std::uint8_t* bits, std::size_t first, std::size_t count, Use&& use) {
  const auto one = [&](std::size_t i) { use(i, ((bits[(first + i) / 8] >> ((first + i) % 8)) & 1u) != 0); };
  std::size_t i = 0;
  for (; i < count && (first + i) % 8 != 0; ++i) one(i);
  for (; i + 8 <= count; i += 8) {
    const unsigned byte = bits[(first + i) / 8];
    for (unsigned k = 0; k < 8; ++k) use(i + k, ((byte >> k) & 1u) != 0);
  }
  for (; i < count; ++i) one(i);
}

}  // namespace sojourn::inline v0_1::detail
