// Net Promoter Score: would customers recommend us? Share of promoters minus share of detractors, in points.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include "sojourn/exec/executor.hpp"
#include "sojourn/input/score_tally.hpp"
#include "sojourn/stats/net_share.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

using nps_interval = net_share_interval;
using nps_no_score = no_score_rule;

/// Where the groups end. Answers between the two are passives.
struct nps_breaks {
  std::int32_t detractor_max = 6;
  std::int32_t promoter_min = 9;
  friend constexpr bool operator==(const nps_breaks&, const nps_breaks&) = default;
};

struct nps_options {
  confidence_level level{};
  nps_interval interval = nps_interval::adjusted_wald;
  nps_no_score no_score = nps_no_score::excluded;
  std::optional<nps_breaks> breaks{};  ///< empty = 0-6 / 7-8 / 9-10 on 0-10, the groups themselves on -1-1
};

struct nps_comparison_options {
  confidence_level level{};
  net_share_comparison method = net_share_comparison::agresti_caffo;
  nps_no_score no_score = nps_no_score::excluded;
  std::optional<nps_breaks> breaks{};  ///< as in `nps_options`
};

/// The scale NPS is asked on.
[[nodiscard]] constexpr rating_scale nps_scale() {
  return {0, 10};
}
/// The scale of answers that were exported as groups: -1 detractor, 0 passive, 1 promoter (`read_nps_group`).
[[nodiscard]] constexpr rating_scale nps_group_scale() {
  return {-1, 1};
}

/// How many answered what.
struct nps_groups {
  std::int64_t promoters = 0;
  std::int64_t passives = 0;
  std::int64_t detractors = 0;
  std::int64_t no_score = 0;
  friend constexpr bool operator==(const nps_groups&, const nps_groups&) = default;
};

/// The break points asked for, or the usual ones of the scale. Throws `schema_error` where they do not fit it: an answer of
/// 4 on a 1-4 scale is no detractor.
[[nodiscard]] inline nps_breaks nps_breaks_on(const std::optional<rating_scale>& scale,
                                              const std::optional<nps_breaks>& asked) {
  if (!asked && scale == nps_group_scale()) return {-1, 1};
  const nps_breaks breaks = asked.value_or(nps_breaks{});
  if (!asked && scale && *scale != nps_scale()) {
    throw schema_error("NPS is asked on a 0-10 scale, not on " + to_string(*scale) +
                       "; say where the groups end (the last detractor, the first promoter) on another scale");
  }
  const bool ordered = breaks.detractor_max < breaks.promoter_min;
  if (!ordered || (scale && !(scale->contains(breaks.detractor_max) && scale->contains(breaks.promoter_min)))) {
    throw schema_error("NPS break points " + std::to_string(breaks.detractor_max) + " and " +
                       std::to_string(breaks.promoter_min) + " must rise and lie on the declared scale" +
                       (scale ? " " + to_string(*scale) : ""));
  }
  return breaks;
}

/// Promoters, passives and detractors as counts (without weights).
[[nodiscard]] inline nps_groups nps_groups_of(const score_counts& state, const nps_options& options = {}) {
  const nps_breaks breaks = nps_breaks_on(state.scale(), options.breaks);
  nps_groups groups;
  groups.promoters = state.scored_between(breaks.promoter_min, 127);
  groups.detractors = state.scored_between(-128, breaks.detractor_max);
  groups.passives = state.scored() - groups.promoters - groups.detractors;
  groups.no_score = state.no_score;
  return groups;
}

/// The shares behind NPS, their variance included; of a plain or a weighted state.
template <class State>
[[nodiscard]] net_share nps_shares(const State& state, const nps_options& options = {}) {
  const nps_breaks breaks = nps_breaks_on(state.scale(), options.breaks);
  return net_share_of(state, {breaks.promoter_min, 127}, {-128, breaks.detractor_max}, options.no_score);
}

/// Answers on the 0-10 scale -> counts. See `tally_scores` for blank codes, repeated answers and errors.
template <score_value T, executor E = serial_executor>
[[nodiscard]] score_counts tally_nps(const column<T>& score, const answer_rules& rules = {}, E&& host = {}) {
  return tally_scores(score, nps_scale(), rules, host);
}

inline constexpr metric_label nps_label{"nps", "points"};

/// `nps` with its standard error in points, effective n and design effect.
template <answer_state State>
[[nodiscard]] weighted_estimate nps_with_error(const State& state, const nps_options& options = {}) {
  return detail::in_points(nps_shares(state, options), options.level, options.interval, nps_label.name);
}

/// Net Promoter Score in points, from -100 (all detractors) to 100 (all promoters).
///
/// 100 (promoters - detractors) / answers. Default interval: adjusted Wald (Rocks 2016, The American Statistician), variance
/// of one answer p + d - (p - d)^2. A weighted state uses weighted shares and `n_effective`. Answers
/// without a score are left out, or counted as neither with `in_denominator` (as some vendors do). No answers: undefined.
/// Throws `schema_error` for break points that do not fit the scale. What it does not tell you: 40 points may be 40 %
/// promoters and no detractors or 70 % and 30 %; and nothing about those who did not answer.
template <answer_state State>
[[nodiscard]] estimate nps(const State& state, const nps_options& options = {}) {
  return nps_with_error(state, options).result;
}
/// Tally and read in one call, on a 0-10 scale.
template <score_value T>
[[nodiscard]] estimate nps(const column<T>& score, const nps_options& options = {}, const answer_rules& rules = {}) {
  return nps(tally_nps(score, rules), options);
}

/// first - second in points, from -200 to 200, for two independent groups of answers or two periods with different
/// respondents. The same people asked twice are a panel: their difference is less uncertain than this says.
template <class State>
[[nodiscard]] comparison compare_nps(const State& first, const State& second, const nps_comparison_options& options = {}) {
  const nps_options alone{.no_score = options.no_score, .breaks = options.breaks};
  comparison found = compare_net_shares(nps_shares(first, alone), nps_shares(second, alone), options.level, options.method);
  for (estimate* share : {&found.first, &found.second}) *share = detail::times_100(*share, nps_label.name);
  found.difference = detail::times_100(found.difference, "nps_difference");
  return found;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
