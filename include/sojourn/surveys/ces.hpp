// Customer effort: how easy was it to get it done? Mean answer, share of easy answers, or easy minus hard.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/input/score_tally.hpp"
#include "sojourn/stats/net_share.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

enum class ces_kind : std::uint8_t {
  mean,       ///< the mean answer, on the scale
  top_share,  ///< share of easy answers (5-7 of 1-7), in [0, 1]
  index,      ///< 100 x (share of very easy answers (6-7) - share of hard ones (1-3)), in points
};
constexpr std::array<std::string_view, 3> values_of(ces_kind) {
  return {"mean", "top_share", "index"};
}

/// The second edition of the question reversed the scale of the first.
enum class ces_direction : std::uint8_t {
  high_is_easy,  ///< "made it easy for me": 7 = strongly agree
  high_is_hard,  ///< "how much effort did it take": 7 = very much; easy answers are counted from the low end
};
constexpr std::array<std::string_view, 2> values_of(ces_direction) {
  return {"high_is_easy", "high_is_hard"};
}

/// Cuts on a scale where high is easy; `high_is_hard` mirrors them.
struct ces_cuts {
  std::int32_t easy_from = 5;       ///< for `top_share`
  std::int32_t very_easy_from = 6;  ///< for `index`
  std::int32_t hard_to = 3;         ///< for `index`
};

struct ces_options {
  ces_kind kind = ces_kind::mean;
  ces_direction direction = ces_direction::high_is_easy;
  confidence_level level{};
  std::optional<ces_cuts> cuts{};  ///< empty = the cuts of the 1-7 question; another scale must state its own
};

namespace detail {

inline ces_cuts ces_cuts_on(const std::optional<rating_scale>& scale, const ces_options& options) {
  const ces_cuts cuts = options.cuts.value_or(ces_cuts{});
  if (!scale || options.kind == ces_kind::mean) return cuts;
  if (!options.cuts && *scale != rating_scale(1, 7)) {
    throw schema_error("the usual CES cuts are for a 1-7 scale, not for " + to_string(*scale) +
                       "; state the cuts or use the mean");
  }
  const bool sound = scale->contains(cuts.easy_from) && scale->contains(cuts.very_easy_from) &&
                     scale->contains(cuts.hard_to) && cuts.hard_to < cuts.very_easy_from;
  if (!sound) throw schema_error("CES cuts must lie on the declared " + to_string(*scale) + " scale, hard below very easy");
  return cuts;
}

}  // namespace detail

/// `ces` with its standard error, effective n and design effect.
template <answer_state State>
[[nodiscard]] weighted_estimate ces_with_error(const State& state, const ces_options& options = {}) {
  const std::optional<rating_scale> scale = state.scale();
  const ces_cuts cuts = detail::ces_cuts_on(scale, options);
  // Where high is hard, the answer a counts as low + high - a.
  const int turn = scale ? scale->low() + scale->high() : 0;
  const auto easy = [&](std::int32_t from) {
    return options.direction == ces_direction::high_is_easy ? answer_range{from, 127} : answer_range{-128, turn - from};
  };
  const answer_range hard = options.direction == ces_direction::high_is_easy ? answer_range{-128, cuts.hard_to}
                                                                             : answer_range{turn - cuts.hard_to, 127};
  constexpr std::string_view name = "ces";
  if (options.kind == ces_kind::mean) {
    weighted_estimate mean = score_mean_with_error(state, options.level);
    mean.result = mean.result.as({name, csat_mean_label.unit});
    return mean;
  }
  if (options.kind == ces_kind::top_share) {
    const net_share share = net_share_of(state, easy(cuts.easy_from), {});
    return {plus_estimate(share, {options.level, proportion_interval::wilson}).as({name, "share"}), share.error()};
  }
  return detail::in_points(net_share_of(state, easy(cuts.very_easy_from), hard), options.level,
                           net_share_interval::adjusted_wald, name);
}

/// Customer effort score of the chosen kind. The mean is reported as it was answered, also where high is hard. Intervals:
/// Student for the mean, Wilson for the share, adjusted Wald for the index; weighted states on `n_effective` answers. No
/// answers: undefined. Throws `schema_error` for a share or an index on a scale other than 1-7 without stated cuts. What it
/// does not tell you: whether the customer got what they came for; an easy way to nothing scores well.
template <answer_state State>
[[nodiscard]] estimate ces(const State& state, const ces_options& options = {}) {
  return ces_with_error(state, options).result;
}

/// Tally and read in one call.
template <score_value T>
[[nodiscard]] estimate ces(const column<T>& score, const ces_options& options = {}, rating_scale scale = {1, 7},
                           const answer_rules& rules = {}) {
  return ces(tally_scores(score, scale, rules), options);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
