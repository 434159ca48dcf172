// 64-bit FNV-1a: fingerprints of texts and tables, the same on every machine. Not cryptographic.
// Layer: 5. Needs: std only.
#pragma once

#include <cstdint>
#include <string_view>

namespace sojourn::inline v0_1::detail {

class fnv1a {
 public:
  constexpr fnv1a& byte(std::uint8_t value) noexcept {
    hash_ = (hash_ ^ value) * 0x100000001b3u;
    return *this;
  }
  constexpr fnv1a& text(std::string_view value) noexcept {
    for (const char c : value) byte(static_cast<std::uint8_t>(c));
    return *this;
  }
  /// Eight bytes, the lowest first.
  constexpr fnv1a& number(std::uint64_t value) noexcept {
    for (unsigned shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift & 0xffu));
    return *this;
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

[[nodiscard]] constexpr std::uint64_t fnv1a_of(std::string_view text) noexcept {
  return fnv1a().text(text).value();
}

}  // namespace sojourn::inline v0_1::detail
