// An amount of money: whole minor units (cents, yen, fils) in 64 bits, checked.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Money as an integer count of minor units. The currency belongs to the column or state, not to each value.
///
/// Range: +-9.2e18 minor units. Arithmetic throws `overflow_error`; it never wraps. There is no money x money and no
/// money x double: a rate is applied where its rounding rule is named.
class money {
 public:
  constexpr money() = default;
  constexpr explicit money(std::int64_t minor) noexcept : minor_(minor) {}
  template <std::floating_point F>
  explicit money(F) = delete;  // 19.99 would become 19 cents

  // In brackets: <sys/sysmacros.h> has a macro of this name.
  [[nodiscard]] constexpr std::int64_t(minor)() const noexcept { return minor_; }

  constexpr money& operator+=(money other) {
    if (__builtin_add_overflow(minor_, other.minor_, &minor_)) throw overflow_error("money: sum leaves 64 bits");
    return *this;
  }
  constexpr money& operator-=(money other) {
    if (__builtin_sub_overflow(minor_, other.minor_, &minor_)) throw overflow_error("money: difference leaves 64 bits");
    return *this;
  }
  friend constexpr money operator+(money a, money b) { return a += b; }
  friend constexpr money operator-(money a, money b) { return a -= b; }
  friend constexpr money operator-(money a) { return money{} -= a; }
  template <std::integral N>  // a plain std::int64_t would take a double and cut it
  friend constexpr money operator*(money a, N times) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a.minor_, times, &product)) throw overflow_error("money: product leaves 64 bits");
    return money{product};
  }
  friend constexpr auto operator<=>(money, money) = default;

 private:
  std::int64_t minor_ = 0;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
