// The interval of a ratio of two sums over accounts, from the exact sums.
// Layer: 3. Needs: links sojourn.
#pragma once

#include <cstdint>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn::detail {

/// Ticks of one account in whole minor units, halves away from zero: what squares are made of.
[[nodiscard]] constexpr std::int64_t whole_minor(std::int64_t ticks) noexcept {
  constexpr std::int64_t half = mrr::ticks_per_minor / 2;
  const std::int64_t whole = ticks / mrr::ticks_per_minor;
  const std::int64_t rest = ticks % mrr::ticks_per_minor;
  return whole + (rest >= half ? 1 : 0) - (rest <= -half ? 1 : 0);
}

/// Sums over n accounts of a denominator x and a numerator y.
struct paired_sums {
  std::int64_t n = 0;
  int128 x = 0;         ///< ticks
  int128 y = 0;         ///< ticks
  int128 xx = 0;        ///< whole minor units squared, as are the next two
  int128 xy = 0;
  int128 yy = 0;
};

/// R = sum y / sum x with the linearised variance n / (n - 1) x sum (y - R x)^2 / (sum x)^2 and a normal quantile. One account:
/// a value without an interval. No account: `no_observations`; sum x = 0: `zero_denominator`.
[[nodiscard]] estimate linearised_ratio(const paired_sums& sums, confidence_level level);

}  // namespace sojourn::detail
