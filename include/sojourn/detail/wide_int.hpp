// 192-bit integers for sums of squares and products of 64-bit values, which leave 128 bits after two terms.
// Layer: 0. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

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
  [[nodiscard]] constexpr uint128 low() const noexcept { return (static_cast<uint128>(limbs[1]) << 64) | limbs[0]; }
  [[nodiscard]] constexpr bool negative() const noexcept { return (limbs[2] >> 63) != 0; }
  friend constexpr bool operator==(const wide_int&, const wide_int&) = default;
};

/// `to` += `what`; true when the sum left 192 bits, as the compilers' built-in of that name says it for narrower types.
constexpr bool add_overflow(wide_int& to, const wide_int& what) noexcept {
  const bool same_sign = to.negative() == what.negative();
  const bool was_negative = to.negative();
  uint128 sum = 0;
  const bool carry = __builtin_add_overflow(to.low(), what.low(), &sum);
  to.limbs = {static_cast<std::uint64_t>(sum), static_cast<std::uint64_t>(sum >> 64),
              to.limbs[2] + what.limbs[2] + (carry ? 1u : 0u)};
  return same_sign && to.negative() != was_negative;
}

/// `to` -= `what`; true when the difference left 192 bits.
constexpr bool sub_overflow(wide_int& to, const wide_int& what) noexcept {
  const bool other_sign = to.negative() != what.negative();
  const bool was_negative = to.negative();
  uint128 rest = 0;
  const bool borrow = __builtin_sub_overflow(to.low(), what.low(), &rest);
  to.limbs = {static_cast<std::uint64_t>(rest), static_cast<std::uint64_t>(rest >> 64),
              to.limbs[2] - what.limbs[2] - (borrow ? 1u : 0u)};
  return other_sign && to.negative() != was_negative;
}

/// A sum of products for hot loops: low and high halves apart, so that a row costs one multiplication and two additions and
/// no carry runs through. Exact for fewer than 2^63 rows.
class product_sum {
 public:
  constexpr void add(std::int64_t a, std::int64_t b) noexcept {
    const int128 product = static_cast<int128>(a) * b;
    low_ += static_cast<std::uint64_t>(product);
    high_ += static_cast<std::int64_t>(product >> 64);
  }
  [[nodiscard]] constexpr wide_int total() const noexcept {
    const int128 upper = high_ + static_cast<int128>(low_ >> 64);
    return {{static_cast<std::uint64_t>(low_), static_cast<std::uint64_t>(upper), static_cast<std::uint64_t>(upper >> 64)}};
  }

 private:
  uint128 low_ = 0;
  int128 high_ = 0;
};

template <class Integer>
constexpr bool add_overflow(Integer& to, const Integer& what) noexcept {
  return __builtin_add_overflow(to, what, &to);
}
template <class Integer>
constexpr bool sub_overflow(Integer& to, const Integer& what) noexcept {
  return __builtin_sub_overflow(to, what, &to);
}

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
