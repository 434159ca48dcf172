// How good intervals were once the future is known, and by what factor to widen the next ones.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct interval_score {
  std::int64_t n = 0;        ///< intervals judged
  std::int64_t covered = 0;  ///< of them hold what came; the limits belong to the interval
  std::int64_t missing = 0;  ///< rows left out: a limit or the actual value is NaN
  double coverage = std::numeric_limits<double>::quiet_NaN();
  double mean_width = std::numeric_limits<double>::quiet_NaN();
  double score = std::numeric_limits<double>::quiet_NaN();  ///< mean of width + 2/alpha x miss; smaller is better
};

/// The interval score with alpha = 1 - level: wide intervals cost their width, misses 2/alpha times how far they miss.
/// Throws `schema_error` for columns of different lengths, `data_error` for a low above its high. O(n). Source: Gneiting and
/// Raftery 2007, eq. 43.
/// What it does not tell you: much from a few vintages that share months.
[[nodiscard]] interval_score score_intervals(std::span<const double> low, std::span<const double> high,
                                             std::span<const double> actual, confidence_level level = {});

/// The share q of the loss: q (y - x) above the forecast x, (1 - q) (x - y) below. At q = 0.5 half the absolute error.
[[nodiscard]] double pinball_loss(double forecast, double actual, double share);

enum class factor_limit : std::uint8_t { none, narrowest, widest, too_few };
constexpr std::array<std::string_view, 4> values_of(factor_limit) {
  return {"", "the errors ask for less than 0.8, which a few good months do not justify",
          "the errors ask for more than 3: the forecast is wrong in another way than by its width",
          "too few errors for this level; the widest factor is taken"};
}

struct interval_factor {
  double factor = std::numeric_limits<double>::quiet_NaN();
  std::int64_t n = 0;
  factor_limit limit = factor_limit::none;
};

/// By how much to stretch half widths so that a share `level` of the errors would have been inside: the ceil((n + 1)
/// level)-th smallest |error| / half width, kept within [0.8, 3]. Learn it on past vintages only, never on the one judged.
/// Pairs with a NaN are left out. NaN with n = 0. Throws `schema_error` for columns of different lengths, `data_error` for
/// a half width that is not above 0. O(n log n). Source: conformal prediction (Vovk, Gammerman and Shafer 2005).
[[nodiscard]] interval_factor calibrate_intervals(std::span<const double> errors, std::span<const double> half_widths,
                                                  confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
