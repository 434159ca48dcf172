// Count, sum and sum of squares as exact integers: mean and variance that merge bit for bit and never cancel.
// Layer: 1. Needs: links sojourn (Boost.Math and Boost.Multiprecision behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>

#include "sojourn/detail/int128.hpp"
#include "sojourn/detail/wide_int.hpp"
#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"
#include "sojourn/stats/rows.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Moments of whole numbers (answers, days, minor units).
///
/// Range: any 64-bit value and fewer than 2^63 of them; the sum fits 128 bits and the sum of squares 192, so `add` cannot
/// overflow. Merging states that together hold more is an `overflow_error` that leaves the state as it was.
struct moments_state {
  detail::int128 sum = 0;
  detail::wide_int squares{};
  std::int64_t n = 0;        ///< values counted
  std::int64_t missing = 0;  ///< rows without a value, not part of n

  constexpr void add(std::int64_t value) { *this += moments_state{value, detail::wide_int::product(value, value), 1, 0}; }

  constexpr moments_state& operator+=(const moments_state& other) {
    moments_state total = *this;
    detail::checked_add(total.sum, other.sum, "moments_state");
    detail::checked_add(total.squares, other.squares, "moments_state");
    detail::checked_add(total.n, other.n, "moments_state");
    detail::checked_add(total.missing, other.missing, "moments_state");
    return *this = total;
  }
  constexpr moments_state& operator-=(const moments_state& other) {
    moments_state rest = *this;
    detail::checked_subtract(rest.sum, other.sum, "moments_state");
    detail::checked_subtract(rest.squares, other.squares, "moments_state");
    detail::checked_subtract(rest.n, other.n, "moments_state");
    detail::checked_subtract(rest.missing, other.missing, "moments_state");
    return *this = rest;
  }
  friend constexpr bool operator==(const moments_state&, const moments_state&) = default;

  static constexpr std::uint16_t bytes_kind = 2;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.n, self.missing, self.sum, self.squares);
  }
};

/// Rows [first, last) into moments; the form that `tally_sharded` takes.
template <integer_rows Rows>
[[nodiscard]] moments_state tally_moments(const Rows& rows, std::size_t first, std::size_t last) {
  detail::int128 sum = 0;
  detail::product_sum squares;
  std::int64_t n = 0;
  for (std::size_t row = first; row < last; ++row) {
    // A missing row adds zeros: missing rows are unpredictable, so a mask replaces a branch. Its value slot is never used.
    const bool present = rows.present(row);
    const std::int64_t value = present ? static_cast<std::int64_t>(rows[row]) : 0;
    sum += value;
    squares.add(value, value);
    n += present ? 1 : 0;
  }
  return {sum, squares.total(), n, static_cast<std::int64_t>(last - first) - n};
}

template <integer_rows Rows>
[[nodiscard]] moments_state tally_moments(const Rows& rows) {
  return tally_moments(rows, 0, rows.size());
}

/// Whose variance: `sample` estimates that of the population behind the values (n - 1), `population` treats the values as
/// the whole population (n).
enum class variance_of : std::uint8_t { sample, population };

/// (n * sum of squares - sum^2) / (n * (n - 1)), or / n^2: evaluated in exact integers, rounded at the end. NaN below two
/// values (`sample`) or one (`population`).
[[nodiscard]] double variance(const moments_state& state, variance_of whose = variance_of::sample);

enum class mean_interval : std::uint8_t {
  student,  ///< mean +- t(n - 1) * s / sqrt(n)
  normal,   ///< mean +- z * s / sqrt(n), as most dashboards do; too short below about 30 values
};

struct mean_options {
  confidence_level level{};
  mean_interval interval = mean_interval::student;
  double scale = 1.0;  ///< multiplies value and limits: 0.01 for cents to euros
};

/// The mean with its interval, in the unit of the values times `scale`.
///
/// n = 0 is undefined (`no_observations`); n = 1 has a value but no interval (`low` and `high` NaN, method `none`).
/// What it does not tell you: whether a mean describes these values at all; skewed ones need `distribution_state` too.
[[nodiscard]] estimate mean(const moments_state& state, mean_options options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
