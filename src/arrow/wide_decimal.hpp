// Decimals of Arrow beyond 64 bits: how many zeros they end in, and what is left without them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace sojourn::inline v0_1::arrow {

/// An integer of up to 256 bits.
class wide_decimal {
 public:
  /// Words in two's complement, the lowest first; at most four.
  [[nodiscard]] static wide_decimal of(std::span<const std::uint64_t> words) noexcept;
  [[nodiscard]] static wide_decimal of(std::int32_t value) noexcept;

  /// Decimal zeros at its end, at most `most`; as many for 0.
  [[nodiscard]] int zeros_at_end(int most) const noexcept;
  /// The value without so many zeros at its end; nothing where that does not fit 64 bits.
  [[nodiscard]] std::optional<std::int64_t> without_zeros(int count) const noexcept;

 private:
  bool negative_ = false;
  std::array<std::uint64_t, 4> magnitude_{};
};

}  // namespace sojourn::inline v0_1::arrow
