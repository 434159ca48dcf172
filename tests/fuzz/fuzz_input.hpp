// The bytes of the fuzzer as numbers and pieces; past their end everything is 0.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace sojourn::fuzz {

class fuzz_input {
 public:
  fuzz_input(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  template <class T>
  T take() {
    T value{};
    const std::size_t length = std::min(sizeof value, left_.size());
    if (length > 0) std::memcpy(&value, left_.data(), length);
    left_ = left_.subspan(length);
    return value;
  }
  std::size_t below(std::size_t limit) { return take<std::uint8_t>() % limit; }
  std::vector<std::uint8_t> bytes(std::size_t length) {
    std::vector<std::uint8_t> found(length);
    const std::size_t there = std::min(length, left_.size());
    std::copy_n(left_.begin(), there, found.begin());
    left_ = left_.subspan(there);
    return found;
  }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return left_; }
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(left_.data()), left_.size()}; }

 private:
  std::span<const std::uint8_t> left_;
};

/// What must hold, in every build.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace sojourn::fuzz
