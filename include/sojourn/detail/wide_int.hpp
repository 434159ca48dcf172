// 192-bit integers for sums of squares and products of 64-bit values, which leave 128 bits after two terms.
// Layer: 0. Needs: std only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sojourn/detail/int128.hpp"

namespace sojourn::detail {

/// A two's complement integer of 192 bits, least significant limb first. A product of two 64-bit values is at most 2^126,
/// so a sum of fewer than 2^63 of them stays below 2^189: it cannot overflow.
struct wide_int {
  std::array<std::uint64_t, 3> limbs{};

  [[nodiscard]] static constexpr wide_int from(int128 value) noexcept {
    const auto bits = static_cast<uint128>(value);
    return {{static_cast<std::uint64_t>(bits), static_cast<std::uint64_t>(bits >> 64), value < 0 ? ~std::uint64_t{0} : 0}};
  }
  [[nodiscard]] static constexpr wide_int product(std::int64_t a, std::int64_t b) noexcept {
    return from(static_cast<int128>(a) * b);
  }
  [[nodiscard]] constexpr bool negative() const noexcept { return (limbs[2] >> 63) != 0; }
  friend constexpr bool operator==(const wide_int&, const wide_int&) = default;
};

/// `to` += `what`; true when the sum left 192 bits, as the compilers' built-in of that name says it for narrower types.
constexpr bool add_overflow(wide_int& to, const wide_int& what) noexcept {
  const bool same_sign = to.negative() == what.negative();
  uint128 carry = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    carry += static_cast<uint128>(to.limbs[i]) + what.limbs[i];
    to.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return same_sign && to.negative() != what.negative();
}

/// `to` -= `what`; true when the difference left 192 bits.
constexpr bool sub_overflow(wide_int& to, const wide_int& what) noexcept {
  const bool other_sign = to.negative() != what.negative();
  const bool was_negative = to.negative();
  uint128 carry = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    carry += static_cast<uint128>(to.limbs[i]) + ~what.limbs[i];
    to.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return other_sign && to.negative() != was_negative;
}

template <class Integer>
constexpr bool add_overflow(Integer& to, const Integer& what) noexcept {
  return __builtin_add_overflow(to, what, &to);
}
template <class Integer>
constexpr bool sub_overflow(Integer& to, const Integer& what) noexcept {
  return __builtin_sub_overflow(to, what, &to);
}

}  // namespace sojourn::detail
