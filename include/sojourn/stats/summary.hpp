// One pass over measured numbers (logins, hours, minutes) for shape: mean, spread, skewness, tails, approximate quantiles.
// Layer: 1. Needs: links sojourn (Boost.Accumulators behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>

#include "sojourn/stats/moments.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The quantiles that a summary follows.
enum class summary_quantile : std::uint8_t { p05, p25, p50, p75, p95 };

/// Descriptive statistics of a stream of doubles; NaN is counted as missing and otherwise left out.
///
/// A summary does NOT merge and does not retract, and its last digits depend on the order of the values, so it is no state
/// and has no bytes. Where parts are merged, use `moments_state` (exact mean and variance) or `distribution_state` (exact
/// quantiles) on whole numbers. Variance, skewness and kurtosis are taken relative to the first value, so
/// that a large common offset does not cost digits. Constant size, O(1) per value. Undefined is NaN.
class summary {
 public:
  summary();
  ~summary();
  summary(const summary&);
  summary& operator=(const summary&);
  /// A summary that was moved from is empty.
  summary(summary&&) noexcept;
  summary& operator=(summary&&) noexcept;

  /// Throws `data_error` for an infinite value.
  void add(double value);

  [[nodiscard]] std::int64_t count() const noexcept;    ///< values, without the missing
  [[nodiscard]] std::int64_t missing() const noexcept;  ///< NaN given to `add`
  [[nodiscard]] double sum() const;                     ///< compensated (Kahan); 0 without values
  [[nodiscard]] double mean() const;
  [[nodiscard]] double min() const;
  [[nodiscard]] double max() const;
  [[nodiscard]] double variance(variance_of whose = variance_of::sample) const;
  /// Third standardised moment of the values as a population; 0 for symmetric ones. NaN when all values are equal.
  [[nodiscard]] double skewness() const;
  /// Fourth standardised moment less 3; 0 for normal values. NaN when all values are equal.
  [[nodiscard]] double excess_kurtosis() const;
  /// Approximate (extended P-square, Jain and Chlamtac 1985): for orientation, not for thresholds.
  /// NaN below 13 values: it needs 13 markers.
  [[nodiscard]] double quantile(summary_quantile which) const;

 private:
  struct implementation;
  [[nodiscard]] const implementation& known() const noexcept;
  std::unique_ptr<implementation> self_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
