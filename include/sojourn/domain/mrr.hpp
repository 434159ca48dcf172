// Monthly recurring revenue of one price or one account, exact: ticks of 1/166,320 minor unit a month.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <compare>
#include <concepts>
#include <cstdint>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// MRR in ticks. 166,320 = 2^4 * 3^3 * 5 * 7 * 11, so a price of any usual term (1-12 months; 2-7, 9 and 10 years;
/// weeks as 52/12; days as 365/12) is a whole number of ticks: ARR is exactly 12 x MRR and every roll-forward closes to
/// zero.
///
/// Range of one value: +-5.5e13 minor units a month; totals are kept in 128 bits by the states that sum it.
class mrr {
 public:
  static constexpr std::int64_t ticks_per_minor = 166'320;

  constexpr mrr() = default;

  [[nodiscard]] static constexpr mrr from_ticks(std::int64_t ticks) noexcept { return mrr{ticks}; }
  /// Throws `overflow_error` beyond +-5.5e13 minor units.
  [[nodiscard]] static constexpr mrr from_minor(std::int64_t minor) {
    std::int64_t ticks = 0;
    if (__builtin_mul_overflow(minor, ticks_per_minor, &ticks)) {
      throw overflow_error("mrr: more than 5.5e13 minor units a month");
    }
    return mrr{ticks};
  }

  // A fraction would be cut without a word.
  template <std::floating_point F>
  static mrr from_ticks(F) = delete;
  template <std::floating_point F>
  static mrr from_minor(F) = delete;

  [[nodiscard]] constexpr std::int64_t ticks() const noexcept { return ticks_; }
  /// Minor units as a double, for display and ratios; not for sums. The name is in brackets
  /// because <sys/sysmacros.h> has a macro of it.
  [[nodiscard]] constexpr double(minor)() const noexcept {
    return static_cast<double>(ticks_) / static_cast<double>(ticks_per_minor);
  }

  constexpr mrr& operator+=(mrr other) {
    if (__builtin_add_overflow(ticks_, other.ticks_, &ticks_)) throw overflow_error("mrr: sum leaves 64 bits");
    return *this;
  }
  constexpr mrr& operator-=(mrr other) {
    if (__builtin_sub_overflow(ticks_, other.ticks_, &ticks_)) throw overflow_error("mrr: difference leaves 64 bits");
    return *this;
  }
  friend constexpr mrr operator+(mrr a, mrr b) { return a += b; }
  friend constexpr mrr operator-(mrr a, mrr b) { return a -= b; }
  friend constexpr auto operator<=>(mrr, mrr) = default;

 private:
  constexpr explicit mrr(std::int64_t ticks) noexcept : ticks_(ticks) {}
  std::int64_t ticks_ = 0;
};

/// Ticks to whole minor units, halves away from zero: the one rounding rule for money that is shown. `ticks` may be a
/// 128-bit total. Throws `overflow_error` when the result leaves 64 bits.
[[nodiscard]] constexpr std::int64_t round_to_minor(detail::int128 ticks) {
  const detail::int128 half = mrr::ticks_per_minor / 2;
  const detail::int128 rounded = (ticks >= 0 ? ticks + half : ticks - half) / mrr::ticks_per_minor;
  const auto narrow = static_cast<std::int64_t>(rounded);
  if (narrow != rounded) throw overflow_error("mrr: total leaves 64 bits of minor units");
  return narrow;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
