// A ratio of two sums over accounts (NRR, GRR, revenue churn, ARPA) with account-level uncertainty.
// Layer: 1. Needs: links sojourn (the exact read-out uses Boost.Multiprecision behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "sojourn/detail/int128.hpp"
#include "sojourn/detail/wide_int.hpp"
#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Exact sums over accounts of a numerator x and a denominator y: one `add` per account, not per row, because accounts
/// vary independently and rows do not.
///
/// Range: any 64-bit x and y (MRR ticks too) and fewer than 2^63 accounts: sums fit 128 bits, sums of products 192 bits, so
/// `add` cannot overflow; merging states that together hold more is an `overflow_error` that leaves the state as it was.
struct ratio_state {
  detail::int128 x = 0;   ///< sum of numerators
  detail::int128 y = 0;   ///< sum of denominators
  detail::wide_int xx{};  ///< sum of x^2
  detail::wide_int xy{};  ///< sum of x*y
  detail::wide_int yy{};  ///< sum of y^2
  std::int64_t n = 0;     ///< accounts

  constexpr void add(std::int64_t numerator, std::int64_t denominator) {
    if (n == std::numeric_limits<std::int64_t>::max()) throw overflow_error("ratio_state: more than 2^63 - 1 accounts");
    // By the range above no sum can overflow before n does.
    ++n;
    (void)detail::add_overflow(x, detail::int128{numerator});
    (void)detail::add_overflow(y, detail::int128{denominator});
    (void)detail::add_overflow(xx, detail::wide_int::product(numerator, numerator));
    (void)detail::add_overflow(xy, detail::wide_int::product(numerator, denominator));
    (void)detail::add_overflow(yy, detail::wide_int::product(denominator, denominator));
  }

  constexpr ratio_state& operator+=(const ratio_state& other) {
    ratio_state sum = *this;
    detail::checked_add(sum.x, other.x, "ratio_state");
    detail::checked_add(sum.y, other.y, "ratio_state");
    detail::checked_add(sum.xx, other.xx, "ratio_state");
    detail::checked_add(sum.xy, other.xy, "ratio_state");
    detail::checked_add(sum.yy, other.yy, "ratio_state");
    detail::checked_add(sum.n, other.n, "ratio_state");
    return *this = sum;
  }
  constexpr ratio_state& operator-=(const ratio_state& other) {
    ratio_state rest = *this;
    detail::checked_subtract(rest.x, other.x, "ratio_state");
    detail::checked_subtract(rest.y, other.y, "ratio_state");
    detail::checked_subtract(rest.xx, other.xx, "ratio_state");
    detail::checked_subtract(rest.xy, other.xy, "ratio_state");
    detail::checked_subtract(rest.yy, other.yy, "ratio_state");
    detail::checked_subtract(rest.n, other.n, "ratio_state");
    return *this = rest;
  }
  friend constexpr bool operator==(const ratio_state&, const ratio_state&) = default;

  static constexpr std::uint16_t bytes_kind = 1;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.n, self.x, self.y, self.xx, self.xy, self.yy);
  }
};

/// What one account adds to both sums, for pairing and resampling, which need the accounts one by one. An account outside
/// the opening adds 0, 0.
struct ratio_part {
  double numerator = 0;
  double denominator = 0;
};

struct ratio_options {
  confidence_level level{};
  double scale = 1.0;  ///< multiplies value and limits: 100 for percent, 1.0 / mrr::ticks_per_minor for ticks to minor units
};

/// r = sum x / sum y, the ratio of totals (not the mean of ratios), with the interval r +- z * se.
///
/// se^2 = n / (n - 1) * sum (x_i - r y_i)^2 / (sum y)^2: Taylor linearisation over accounts (Cochran 1977, 6.4; Woodruff
/// 1971). The sum of squared residuals is found from the integer sums in exact arithmetic, so nothing cancels; value and
/// variance are off by a few units in the last place only, whatever the data.
/// n = 0 is undefined (`no_observations`), sum y = 0 too (`zero_denominator`). n = 1 has a value but no interval: it stays
/// defined, `low` and `high` are NaN and the method is `none`.
/// What it does not tell you: whether a few accounts hold most of the revenue. Then the interval is too short; look at n and
/// at these accounts.
[[nodiscard]] estimate ratio(const ratio_state& state, ratio_options options = {});

/// The variance of r in the formula above, unscaled; NaN where it does not exist (n < 2 or sum y = 0).
[[nodiscard]] double ratio_variance(const ratio_state& state);

/// ratio(first) - ratio(second) for two groups that share no account, with +- z * sqrt(se1^2 + se2^2). The `n` of the result
/// is n1 + n2; an undefined part makes the difference undefined for the same reason, a part with n = 1 leaves no interval.
/// Not for the same accounts in two periods: those are correlated.
[[nodiscard]] estimate compare_ratios(const ratio_state& first, const ratio_state& second, ratio_options options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
