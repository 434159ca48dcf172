// The share of one group minus the share of another among the same answers, as in NPS and the effort index.
// Layer: 1. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "sojourn/stats/comparison.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/precision.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Answers from `from` to `to`, both included; none when `from` > `to`.
struct answer_range {
  std::int32_t from = 1;
  std::int32_t to = 0;
  [[nodiscard]] constexpr bool contains(std::int32_t answer) const noexcept { return answer >= from && answer <= to; }
};

/// Answers that a score can be read from: plain or weighted counts, or a sample with its design (`answer_domain`).
template <class S>
concept answer_state = requires(const S& state) {
  { state.scale() } -> std::same_as<std::optional<rating_scale>>;
};

/// Two shares of the same answers, and how sure plus - minus is.
///
/// Without weights `n_effective` equals `n`, and `standard_error` is the root of variance() / n. With weights the error is
/// the linearised one of a ratio of sums, `deff` its variance over that of as many plain answers, and `n_effective` the
/// smaller of n / deff and Kish's (sum w)^2 / sum w^2: the first explodes where one heavy answer agrees with itself, the
/// second does not know whether weights go with answers. Equal weights are no weights. One answer has no error (NaN).
struct net_share {
  double plus = 0;
  double minus = 0;
  double n_effective = 0;  ///< equally weighted independent answers that tell as much; intervals use it
  std::int64_t n = 0;
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double deff = 1;                             ///< design effect
  std::int64_t degrees_of_freedom = as_plain;  ///< clusters - strata; 0 = no interval

  static constexpr std::int64_t as_plain = -1;  ///< the n - 1 of plain answers

  [[nodiscard]] double value() const noexcept { return plus - minus; }
  [[nodiscard]] precision error() const noexcept { return {standard_error, n_effective, deff}; }
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

/// `n_effective` as intervals use it: times the squared ratio of Student's quantiles on n - 1 and on `degrees_of_freedom`,
/// as Korn and Graubard (1998) carry few clusters into the interval of a share. 0 where there is no interval.
[[nodiscard]] double interval_n(const net_share& share, confidence_level level);

/// `plus` as a share in [0, 1] with its interval (`minus` is not read).
[[nodiscard]] estimate plus_estimate(const net_share& share, proportion_options options = {});

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

namespace detail {

/// A net share, or a difference of two, in points.
inline estimate times_100(estimate share, std::string_view name) {
  share.value *= 100;
  share.low *= 100;
  share.high *= 100;
  return share.as({name, "points"});
}

inline weighted_estimate in_points(const net_share& share, confidence_level level, net_share_interval interval,
                                   std::string_view name) {
  precision error = share.error();
  error.standard_error *= 100;
  return {times_100(net_share_estimate(share, level, interval), name), error};
}

}  // namespace detail

/// How many answers a Wald test of two net shares adds, by the names under which the variants were published.
enum class net_share_comparison : std::uint8_t {
  agresti_caffo,  ///< 3/2 answers to each sample, half of one sample's 3, as Agresti and Caffo (2000) do for two shares
  adjusted_wald,  ///< 3 answers to each sample (Lewis and Sauro 2021); wider, and close to the other from 100 answers on
  wald,           ///< none; for comparison with other tools
};
constexpr std::array<std::string_view, 3> values_of(net_share_comparison) {
  return {"agresti_caffo", "adjusted_wald", "wald"};
}

/// The share with the answers that `method` adds to it: its variance is not 0 where all agree.
[[nodiscard]] net_share with_added_answers(const net_share& share, net_share_comparison method);

/// first - second in [-2, 2]. Interval and p-value come from the same statistic, so one holds 0 exactly when the other
/// exceeds 1 - level. Of the answers added to a sample a quarter is plus, a quarter minus.
[[nodiscard]] comparison compare_net_shares(const net_share& first, const net_share& second, confidence_level level = {},
                                            net_share_comparison method = net_share_comparison::agresti_caffo);

/// `plus` of two independent samples (`minus` is ignored): first - second with Newcombe's interval, and the p-value of
/// the pooled score test.
[[nodiscard]] comparison compare_shares(const net_share& first, const net_share& second, confidence_level level = {});

/// `score_mean` with its standard error, effective n and design effect.
[[nodiscard]] weighted_estimate score_mean_with_error(const score_counts& state, confidence_level level = {});
[[nodiscard]] weighted_estimate score_mean_with_error(const weighted_score_counts& state, confidence_level level = {});

/// The mean answer with Student's interval from the sample variance, cut at the ends of the scale. One answer has a mean and
/// no interval (`low` and `high` NaN, method `none`). With weights the larger of the linearised error and Kish's,
/// on `n_effective` - 1 degrees of freedom. What it
/// does not tell you: whether everyone is lukewarm or half love it.
template <answer_state State>
[[nodiscard]] estimate score_mean(const State& state, confidence_level level = {}) {
  return score_mean_with_error(state, level).result;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
