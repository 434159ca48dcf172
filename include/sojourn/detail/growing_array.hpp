// Plain values in one piece that grows in few steps.
// Layer: 0. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

/// One that was moved from is empty.
template <class T>
  requires std::is_trivially_copyable_v<T>
class growing_array {
 public:
  growing_array() = default;
  growing_array(const growing_array& other) { append(other.values()); }
  growing_array& operator=(const growing_array& other) {
    growing_array copy(other);
    swap(copy);
    return *this;
  }
  growing_array(growing_array&& other) noexcept { swap(other); }
  growing_array& operator=(growing_array&& other) noexcept {
    growing_array taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~growing_array() { std::free(values_); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<const T> values() const noexcept { return {values_, size_}; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return values_[i]; }
  [[nodiscard]] T operator[](std::size_t i) const noexcept { return values_[i]; }

  /// Room for so many values in all: up to there nothing throws.
  void reserve(std::size_t size) {
    if (size <= capacity_) return;
    // Memory that nobody has written costs nothing, and copies do: so growth is in large steps.
    const std::size_t step = (capacity_ * sizeof(T) < large_bytes ? 8 : 2) * capacity_;
    const std::size_t wanted = size < step ? step : size;
    if (wanted > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_alloc();
    void* const grown = std::realloc(values_, wanted * sizeof(T));
    if (grown == nullptr) throw std::bad_alloc();
    values_ = static_cast<T*>(grown);
    capacity_ = wanted;
  }
  void push_back(T value) {
    reserve(size_ + 1);
    values_[size_++] = value;
  }
  void append(std::span<const T> more) {
    if (more.empty()) return;
    reserve(size_ + more.size());
    std::memcpy(values_ + size_, more.data(), more.size_bytes());
    size_ += more.size();
  }
  /// What is added is `filler`.
  void resize(std::size_t size, T filler) {
    reserve(size);
    for (; size_ < size; ++size_) values_[size_] = filler;
    size_ = size;
  }
  void clear() noexcept { size_ = 0; }

 private:
  static constexpr std::size_t large_bytes = std::size_t{1} << 24;

  void swap(growing_array& other) noexcept {
    std::swap(values_, other.values_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  T* values_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
