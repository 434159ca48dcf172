// Arrays of millions of rows in large pages: touching fresh memory costs a third, and the columns that are read beside them
// keep their place in the address cache. Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace sojourn::inline v0_1::detail {

/// A wish: where the system does not grant it nothing changes but the speed.
inline void ask_for_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::uintptr_t page = std::uintptr_t{1} << 21;
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + page - 1) / page * page, last = (begin + bytes) / page * page;
  if (first < last) (void)::madvise(static_cast<std::byte*>(memory) + (first - begin), last - first, MADV_HUGEPAGE);
#endif
}

/// `resize` for arrays whose contents do not matter yet; memory that is large enough already is used again.
template <class T>
void make_room(std::vector<T>& values, std::size_t rows) {
  if (rows > values.capacity()) {
    values = {};
    values.reserve(rows);
    ask_for_large_pages(values.data(), rows * sizeof(T));
  }
  values.resize(rows);
}

/// `reserve` that doubles, for arrays that grow to any size.
template <class T>
void reserve_large(std::vector<T>& values, std::size_t rows) {
  if (rows <= values.capacity()) return;
  std::vector<T> roomier;
  roomier.reserve(std::max(rows, 2 * values.capacity()));
  ask_for_large_pages(roomier.data(), roomier.capacity() * sizeof(T));
  roomier.insert(roomier.end(), values.begin(), values.end());
  values = std::move(roomier);
}

}  // namespace sojourn::inline v0_1::detail
