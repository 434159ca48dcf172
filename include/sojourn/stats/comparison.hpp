// Two rates compared: their difference, its interval and p-value, and which difference could have been detected.
// Layer: 1. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/detail/shared_function.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/ratio.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// first - second, with the probability of a difference at least this large when both rates are the same.
struct comparison {
  estimate first, second;
  estimate difference;     ///< in the unit of the rates; its interval need not agree with an exact test's p
  double p_value = 1;      ///< two-sided; NaN when the difference is undefined or carries no interval
  double correlation = 0;  ///< of the two rates; 0 for groups that share no account
};

/// Which test gives the p-value of two shares.
enum class share_test : std::uint8_t {
  score,    ///< z of the difference with the pooled share; the chi-square test without correction
  fisher,   ///< exact given both margins: never rejects too often, and often too rarely
  barnard,  ///< exact over the unknown common share: as safe as Fisher's, more powerful. O(n1 + n2) per share tried
};
constexpr std::array<std::string_view, 3> values_of(share_test) {
  return {"score", "fisher", "barnard"};
}

struct share_comparison_options {
  confidence_level level{};
  share_test test = share_test::score;
};

/// Two shares of different accounts, with Newcombe's score interval of the difference. 5 of 50 against 8 of 50: p = 0.37.
///
/// Undefined (p NaN) when one has no observations. Throws `schema_error` unless 0 <= successes <= n, and for Barnard's test
/// of more than 100,000 accounts. Source: Newcombe (1998) method 10; Fisher (1935); Barnard (1947). What it does not tell
/// you: a p above 0.05 is not "no change". See `detectable_share` for what these numbers could have shown.
[[nodiscard]] comparison compare_shares(std::int64_t successes1, std::int64_t n1, std::int64_t successes2, std::int64_t n2,
                                        const share_comparison_options& options = {});

/// A rate that can be read at any confidence level, from a state that is held. Made of any callable; copies share it.
using rate_at = detail::shared_function<estimate(confidence_level)>;

/// Two rates of any kind, from their own intervals: d -+ sqrt(a^2 + b^2 - 2 rho a b), where a and b are the distances of the
/// rates from their limits (MOVER). p is one minus the level at which the interval ends at 0, found to 1e-9, so it always
/// agrees with the interval.
///
/// `correlation` of the two rates: 0 for groups that share no account, `paired_correlation` for the same accounts in two
/// periods. A rate without an interval leaves the difference without one. O(60 read-outs). Throws `schema_error` unless the
/// correlation lies in [-1, 1]. Source: Zou and Donner (2008).
[[nodiscard]] comparison compare_rates(const rate_at& first, const rate_at& second, double correlation = 0,
                                       confidence_level level = {});

/// Correlation of two ratios of the same accounts, part i of both being account i: sum of e1 e2 over the root of sum e1^2 x
/// sum e2^2, where e = numerator - ratio x denominator. 0 where one of them does not vary. Throws `schema_error` for
/// different lengths. O(n).
[[nodiscard]] double paired_correlation(std::span<const ratio_part> first, std::span<const ratio_part> second);

/// What a test must be able to detect.
struct detection {
  double level = 0.95;  ///< of the two-sided test
  double power = 0.8;   ///< probability that the test detects a change of this size
};

/// The rise and the fall of a share that the score test detects with the given power.
struct detectable_change {
  double rise = 0;  ///< smallest difference above the baseline; NaN when even 100 % would not do
  double fall = 0;  ///< smallest below, positive; NaN when even 0 % would not do
};

/// `baseline` of n1 accounts, compared with n2 others. Normal approximation, pooled variance under equality. Throws
/// `schema_error` unless 0 <= baseline <= 1, both n >= 1, and level and power lie between 0 and 1. Source: Fleiss (1981), 3.
[[nodiscard]] detectable_change detectable_share(double baseline, std::int64_t n1, std::int64_t n2,
                                                 const detection& options = {});

/// The smallest difference of two ratios that a z test detects, (z(level) + z(power)) x sqrt(variance1 + variance2 - 2
/// covariance). The same fall and rise. Throws `schema_error` for negative variances, level or power outside (0, 1).
[[nodiscard]] double detectable_difference(double variance1, double variance2, double covariance = 0,
                                           const detection& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
