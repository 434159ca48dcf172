// Customer satisfaction: the share of satisfied answers, with the mean answer beside it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>

#include "sojourn/input/score_tally.hpp"
#include "sojourn/stats/net_share.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct csat_options {
  confidence_level level{};
  proportion_interval interval = proportion_interval::wilson;
  std::optional<std::int32_t> satisfied_from{};  ///< the lowest satisfied answer; empty = `usual_satisfied_from`
};

/// The share, the cut behind it, and the mean, which needs no cut.
struct csat_result {
  estimate share{};  ///< in [0, 1]
  std::int32_t satisfied_from = 0;
  estimate mean{};  ///< on the scale
  precision share_error{};
  precision mean_error{};
};

/// The cut on which vendors agree: of three answers the top one, of four to seven the top two, of ten the top three. Empty
/// for other scales.
[[nodiscard]] constexpr std::optional<std::int32_t> usual_satisfied_from(const rating_scale& scale) noexcept {
  const int points = scale.points();
  if (points == 3) return scale.high();
  if (points >= 4 && points <= 7) return scale.high() - 1;
  if (points == 10) return scale.high() - 2;
  return std::nullopt;
}

inline constexpr metric_label csat_label{"csat", "share"};

namespace detail {

/// Throws `schema_error` where the scale has no usual cut or the cut is off the scale.
inline std::int32_t csat_cut(const rating_scale& scale, const std::optional<std::int32_t>& asked) {
  const auto cut = asked ? asked : usual_satisfied_from(scale);
  if (!cut) throw schema_error("a " + to_string(scale) + " scale has no usual CSAT cut; state satisfied_from");
  if (*cut <= scale.low() || *cut > scale.high()) {
    throw schema_error("satisfied_from " + std::to_string(*cut) + " must lie on the " + to_string(scale) +
                       " scale, above its lowest answer");
  }
  return *cut;
}

}  // namespace detail

/// Satisfied answers / answers with a score. Wilson interval; weighted states on `n_effective` answers. No
/// answers: undefined, with cut 0 unless one was stated. What it does not tell you: how far the others are from satisfied
/// (see `mean`), and nothing about those who did not answer.
template <answer_state State>
[[nodiscard]] csat_result csat(const State& state, const csat_options& options = {}) {
  const std::optional<rating_scale> scale = state.scale();
  csat_result result;
  result.satisfied_from = scale ? detail::csat_cut(*scale, options.satisfied_from) : options.satisfied_from.value_or(0);
  const net_share share = net_share_of(state, {result.satisfied_from, 127}, {});
  result.share = plus_estimate(share, {options.level, options.interval}).as(csat_label);
  result.share_error = share.error();
  const weighted_estimate mean = score_mean_with_error(state, options.level);
  result.mean = mean.result;
  result.mean_error = mean.error;
  return result;
}

/// Tally and read in one call.
template <score_value T>
[[nodiscard]] csat_result csat(const column<T>& score, const csat_options& options = {}, rating_scale scale = {1, 5},
                               const answer_rules& rules = {}) {
  return csat(tally_scores(score, scale, rules), options);
}

/// first - second of two independent groups, in [-1, 1]: Newcombe's interval and the pooled score test.
template <class State>
[[nodiscard]] comparison compare_csat(const State& first, const State& second, const csat_options& options = {}) {
  const auto share = [&](const State& state) { return net_share_of(state, {csat(state, options).satisfied_from, 127}, {}); };
  comparison found = compare_shares(share(first), share(second), options.level);
  for (estimate* one : {&found.first, &found.second}) *one = one->as(csat_label);
  found.difference = found.difference.as({"csat_difference", csat_label.unit});
  return found;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
