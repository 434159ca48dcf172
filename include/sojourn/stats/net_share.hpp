// The share of one group minus the share of another among the same answers, as in NPS and the effort index.
// Layer: 1. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/stats/comparison.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Answers from `from` to `to`, both included; none when `from` > `to`.
struct answer_range {
  std::int32_t from = 1;
  std::int32_t to = 0;
  [[nodiscard]] constexpr bool contains(std::int32_t answer) const noexcept { return answer >= from && answer <= to; }
};

/// Two shares of the same answers. With weights, `effective_n` is the number of equally weighted answers that would carry as
/// much information about plus - minus (linearised variance of a ratio of sums, at most `n`); without weights it equals `n`.
struct net_share {
  double plus = 0;
  double minus = 0;
  double effective_n = 0;
  std::int64_t n = 0;

  [[nodiscard]] double value() const noexcept { return plus - minus; }
  /// Variance of one answer scored +1, 0 or -1: p + d - (p - d)^2.
  [[nodiscard]] double variance() const noexcept { return plus + minus - value() * value(); }
};

inline constexpr metric_label net_share_label{"net_share", "share"};
inline constexpr metric_label csat_mean_label{"csat_mean", "scale points"};

/// Whether answers without a score count as answers that are in neither group.
enum class no_score_rule : std::uint8_t { excluded, in_denominator };
constexpr std::array<std::string_view, 2> values_of(no_score_rule) {
  return {"excluded", "in_denominator"};
}

[[nodiscard]] net_share net_share_of(const score_counts& state, answer_range plus, answer_range minus,
                                     no_score_rule no_score = no_score_rule::excluded);
[[nodiscard]] net_share net_share_of(const weighted_score_counts& state, answer_range plus, answer_range minus,
                                     no_score_rule no_score = no_score_rule::excluded);

enum class net_share_interval : std::uint8_t {
  adjusted_wald,  ///< Wald after adding 3 answers: 3/4 plus, 3/4 minus (Rocks 2016)
  score,          ///< inverts the score test with the neutral share at its constrained maximum (Tango 1998)
  wald,           ///< for comparison with other tools; leaves [-1, 1] in small samples
};
constexpr std::array<std::string_view, 3> values_of(net_share_interval) {
  return {"adjusted_wald", "score", "wald"};
}

/// plus - minus in [-1, 1] with its interval. Adjusted Wald and score intervals are cut at -1 and 1; where a tiny sample
/// would leave the value outside its adjusted Wald interval, the interval is widened to hold it.
[[nodiscard]] estimate net_share_estimate(const net_share& share, confidence_level level = {},
                                          net_share_interval interval = net_share_interval::adjusted_wald);

/// How many answers a Wald test of two net shares adds, by the names under which the variants were published.
enum class net_share_comparison : std::uint8_t {
  agresti_caffo,  ///< 3/2 answers to each sample, half of one sample's 3, as Agresti and Caffo (2000) do for two shares
  adjusted_wald,  ///< 3 answers to each sample (Lewis and Sauro 2021); wider, and close to the other from 100 answers on
  wald,           ///< none; for comparison with other tools
};
constexpr std::array<std::string_view, 3> values_of(net_share_comparison) {
  return {"agresti_caffo", "adjusted_wald", "wald"};
}

/// first - second in [-2, 2]. Interval and p-value come from the same statistic, so one holds 0 exactly when the other
/// exceeds 1 - level. Of the answers added to a sample a quarter is plus, a quarter minus.
[[nodiscard]] comparison compare_net_shares(const net_share& first, const net_share& second, confidence_level level = {},
                                            net_share_comparison method = net_share_comparison::agresti_caffo);

/// `plus` of two independent samples (`minus` is ignored): first - second with Newcombe's interval, and the p-value of
/// the pooled score test.
[[nodiscard]] comparison compare_shares(const net_share& first, const net_share& second, confidence_level level = {});

/// The mean answer with Student's interval from the sample variance, cut at the ends of the scale. One answer has a mean and
/// no interval (`low` and `high` NaN, method `none`). What it does not tell you: whether everyone is lukewarm or half love
/// it.
[[nodiscard]] estimate score_mean(const score_counts& state, confidence_level level = {});
[[nodiscard]] estimate score_mean(const weighted_score_counts& state, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
