// Sorting rows into thousands of heaps at the speed of memory: cache lines are filled in a small buffer and then written
// past the caches. Against writing each row where it belongs this saves reading what is about to be overwritten
// (measured: 2.3x). Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "detail/large_memory.hpp"

namespace sojourn::inline v0_1::detail {

/// Memory without values, on large pages where the system has them: first touch of small ones costs more than the work.
template <class T>
class scratch {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit scratch(std::size_t n) : bytes_(n * sizeof(T)) {
    if (n == 0) return;
    data_ = static_cast<T*>(::operator new(bytes_, alignment()));
    ask_for_large_pages(data_, bytes_);
  }
  scratch(scratch&& other) noexcept : bytes_(other.bytes_), data_(std::exchange(other.data_, nullptr)) {}
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    if (data_ != nullptr) ::operator delete(data_, alignment());
  }
  [[nodiscard]] T* data() const noexcept { return data_; }

 private:
  static constexpr std::size_t large_page = std::size_t{2} << 20;
  [[nodiscard]] std::align_val_t alignment() const noexcept {
    return std::align_val_t{bytes_ >= large_page ? large_page : 64};
  }
  std::size_t bytes_;
  T* data_ = nullptr;
};

/// Rows go to the next place of their heap. Several writers may fill disjoint ranges of the same heaps at one time.
template <class Row>
class scatter_writer {
  static constexpr std::size_t group = std::max<std::size_t>(8, 128 / sizeof(Row));  // two cache lines where rows are small
  static_assert(group * sizeof(Row) % 64 == 0);

 public:
  /// `next` is where this writer's rows of each heap begin; `to` is aligned to cache lines.
  scatter_writer(Row* to, std::vector<std::size_t> next)
      : to_(to), begin_(next), next_(std::move(next)), lines_(next_.size() * group) {}

  void push(std::size_t heap, const Row& row) {
    const std::size_t at = next_[heap]++;
    const std::size_t slot = at % group;
    lines_.data()[heap * group + slot] = row;
    if (slot == group - 1) flush(heap, at + 1 - group);
  }

  void finish() {
    for (std::size_t heap = 0; heap < next_.size(); ++heap) {
      const std::size_t left = next_[heap] % group;
      if (left != 0) copy(heap, next_[heap] - left, next_[heap]);
    }
#if defined(__SSE2__)
    _mm_sfence();
#endif
  }

 private:
  void flush(std::size_t heap, std::size_t first) {
    if (first < begin_[heap]) return copy(heap, first, first + group);
#if defined(__SSE2__)
    const auto* from = reinterpret_cast<const __m128i*>(lines_.data() + heap * group);
    auto* to = reinterpret_cast<__m128i*>(to_ + first);
    for (std::size_t i = 0; i < group * sizeof(Row) / 16; ++i) _mm_stream_si128(to + i, _mm_load_si128(from + i));
#else
    copy(heap, first, first + group);
#endif
  }

  // The group [first, last) of a heap, less what belongs to the writer before.
  void copy(std::size_t heap, std::size_t first, std::size_t last) {
    const std::size_t from = std::max(first, begin_[heap]);
    if (from < last) std::memcpy(to_ + from, lines_.data() + heap * group + (from - first), (last - from) * sizeof(Row));
  }

  Row* to_;
  std::vector<std::size_t> begin_;
  std::vector<std::size_t> next_;
  scratch<Row> lines_;
};

}  // namespace sojourn::inline v0_1::detail
