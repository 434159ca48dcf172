// How often each answer of a declared scale was given: the exact state that NPS, CSAT and CES are read from.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Counts of one question. A state in which no answer was counted belongs to every scale, so `score_counts{}` is neutral;
/// two states with answers on different scales do not merge (`state_error`).
///
/// Rows that are no answer are counted too: `no_score` (empty cells and declared blank codes) and `superseded` (answers that
/// a later answer of the same respondent replaced).
struct score_counts {
  std::int32_t low = 0;                 ///< the answer that `answers[0]` counts
  std::vector<std::int64_t> answers{};  ///< one count for each answer of the scale; empty = no answer yet
  std::int64_t no_score = 0;
  std::int64_t superseded = 0;

  /// From published counts, one for each answer of the scale from low to high.
  [[nodiscard]] static score_counts of(rating_scale scale, std::span<const std::int64_t> counts, std::int64_t no_score = 0);

  /// The declared scale; empty while no answer was counted.
  [[nodiscard]] std::optional<rating_scale> scale() const {
    if (answers.empty()) return std::nullopt;
    return rating_scale(low, low + static_cast<int>(answers.size()) - 1);
  }
  /// Answers with a score.
  [[nodiscard]] std::int64_t scored() const {
    return scored_between(low, low + static_cast<std::int32_t>(answers.size()) - 1);
  }
  /// Answers from `from` to `to`, both included.
  [[nodiscard]] std::int64_t scored_between(std::int32_t from, std::int32_t to) const;
  /// How often this answer was given.
  [[nodiscard]] std::int64_t count(std::int32_t answer) const { return scored_between(answer, answer); }

  score_counts& operator+=(const score_counts& other);
  score_counts& operator-=(const score_counts& other);
  friend bool operator==(const score_counts&, const score_counts&) = default;

  static constexpr std::uint16_t bytes_kind = 16;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.low, self.answers, self.no_score, self.superseded);
  }
  /// Whether the fields are in the canonical form: no scale without an answer, a scale that can be declared, and counts
  /// whose sums fit.
  [[nodiscard]] bool canonical() const {
    if (answers.empty()) return low == 0;
    std::int64_t rows = 0;
    const auto adds_up = [&rows](std::int64_t n) { return n != INT64_MIN && !detail::add_overflow(rows, n < 0 ? -n : n); };
    if (!adds_up(no_score) || !std::ranges::all_of(answers, adds_up)) return false;
    const bool declarable =
        answers.size() >= 2 && low >= -128 && answers.size() <= 256 && low + static_cast<int>(answers.size()) - 1 <= 127;
    return declarable && std::ranges::any_of(answers, [](std::int64_t n) { return n != 0; });
  }
};

/// Survey weights are counted in billionths, so that sums of them stay exact and merge exactly.
inline constexpr double weight_units = 1e9;
inline constexpr double smallest_weight = 1e-6;  ///< below it a billionth would be a coarse unit
inline constexpr double largest_weight = 1e6;    ///< keeps squares of 1e8 rows inside 128 bits

/// Sum of weights (billionths) and of their squares (billionths squared).
struct weight_sums {
  detail::int128 sum = 0;
  detail::int128 squares = 0;

  weight_sums& operator+=(const weight_sums& other);
  weight_sums& operator-=(const weight_sums& other);
  friend bool operator==(const weight_sums&, const weight_sums&) = default;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.sum, self.squares);
  }
};

/// Counts and weights of one question. `answers` runs parallel to `counts.answers`.
struct weighted_score_counts {
  score_counts counts{};
  std::vector<weight_sums> answers{};
  weight_sums no_score{};

  [[nodiscard]] std::optional<rating_scale> scale() const { return counts.scale(); }

  weighted_score_counts& operator+=(const weighted_score_counts& other);
  weighted_score_counts& operator-=(const weighted_score_counts& other);
  friend bool operator==(const weighted_score_counts&, const weighted_score_counts&) = default;

  static constexpr std::uint16_t bytes_kind = 17;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.counts, self.answers, self.no_score);
  }
  [[nodiscard]] bool canonical() const { return counts.canonical() && answers.size() == counts.answers.size(); }
};

/// One state per segment, by dense segment code, and one for rows without a segment: nothing is dropped. Trailing segments
/// without rows are not stored (`[]` gives an empty state for them), so equal contents compare equal.
template <mergeable S>
struct by_segment {
  std::vector<S> segments{};
  S missing{};

  [[nodiscard]] S operator[](std::size_t segment) const { return segment < segments.size() ? segments[segment] : S{}; }
  /// All segments together, rows without a segment included.
  [[nodiscard]] S total() const {
    S sum = missing;
    for (const S& segment : segments) sum += segment;
    return sum;
  }
  /// Puts a state that was filled by hand into the canonical form.
  void drop_empty_tail() {
    while (!segments.empty() && segments.back() == S{}) segments.pop_back();
  }

  by_segment& operator+=(const by_segment& other) {
    return merge(other, [](S& mine, const S& theirs) { mine += theirs; });
  }
  by_segment& operator-=(const by_segment& other) {
    return merge(other, [](S& mine, const S& theirs) { mine -= theirs; });
  }
  friend bool operator==(const by_segment&, const by_segment&) = default;

  static constexpr std::uint16_t bytes_kind = S::bytes_kind + 2;  // 18 and 19
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.segments, self.missing);
  }
  [[nodiscard]] bool canonical() const {
    const bool tail_is_empty = !segments.empty() && segments.back() == S{};
    return !tail_is_empty && missing.canonical() &&
           std::ranges::all_of(segments, [](const S& segment) { return segment.canonical(); });
  }

 private:
  template <class Join>
  by_segment& merge(const by_segment& other, Join join) {
    by_segment total = *this;
    join(total.missing, other.missing);
    total.segments.resize(std::max(segments.size(), other.segments.size()));
    for (std::size_t i = 0; i < other.segments.size(); ++i) join(total.segments[i], other.segments[i]);
    total.drop_empty_tail();
    return *this = std::move(total);
  }
};

// --- bodies ---------------------------------------------------------------------------------------------------------

namespace detail {

inline constexpr auto add_counts = [](auto& mine, const auto& theirs) { checked_add(mine, theirs, "survey answers"); };
inline constexpr auto subtract_counts = [](auto& mine, const auto& theirs) {
  checked_subtract(mine, theirs, "survey answers");
};

inline void require_same_scale(const score_counts& a, const score_counts& b) {
  if (a.low == b.low && a.answers.size() == b.answers.size()) return;
  // NOLINTBEGIN(bugprone-unchecked-optional-access): counts of different shapes have answers
  throw state_error("answers on a " + to_string(*a.scale()) + " scale do not merge with answers on a " +
                    to_string(*b.scale()) + " scale");
  // NOLINTEND(bugprone-unchecked-optional-access)
}

template <class Join>
score_counts& merge(score_counts& state, const score_counts& theirs, Join join) {
  score_counts mine = state;  // an error must leave the state as it was
  if (!theirs.answers.empty()) {
    if (mine.answers.empty()) {
      mine.low = theirs.low;
      mine.answers.resize(theirs.answers.size());
    }
    require_same_scale(mine, theirs);
    for (std::size_t i = 0; i < theirs.answers.size(); ++i) join(mine.answers[i], theirs.answers[i]);
  }
  join(mine.no_score, theirs.no_score);
  join(mine.superseded, theirs.superseded);
  if (std::ranges::all_of(mine.answers, [](std::int64_t n) { return n == 0; })) {
    mine.low = 0;
    mine.answers.clear();
  }
  return state = std::move(mine);
}

template <class Join>
weighted_score_counts& merge(weighted_score_counts& state, const weighted_score_counts& theirs, Join join) {
  weighted_score_counts mine = state;
  join(mine.counts, theirs.counts);
  mine.answers.resize(std::max(mine.answers.size(), theirs.answers.size()));
  for (std::size_t i = 0; i < theirs.answers.size(); ++i) join(mine.answers[i], theirs.answers[i]);
  join(mine.no_score, theirs.no_score);
  if (mine.counts.answers.empty()) mine.answers.clear();
  return state = std::move(mine);
}

}  // namespace detail

inline score_counts score_counts::of(rating_scale scale, std::span<const std::int64_t> counts, std::int64_t no_score) {
  if (counts.size() != static_cast<std::size_t>(scale.points())) {
    throw schema_error("a " + to_string(scale) + " scale has " + std::to_string(scale.points()) + " answers, not " +
                       std::to_string(counts.size()));
  }
  if (no_score < 0 || std::ranges::any_of(counts, [](std::int64_t n) { return n < 0; })) {
    throw schema_error("counts of answers cannot be negative");
  }
  score_counts state;
  return state += score_counts{scale.low(), {counts.begin(), counts.end()}, no_score, 0};
}

inline std::int64_t score_counts::scored_between(std::int32_t from, std::int32_t to) const {
  std::int64_t n = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::int32_t answer = low + static_cast<std::int32_t>(i);
    if (answer >= from && answer <= to) detail::add_counts(n, answers[i]);
  }
  return n;
}

inline score_counts& score_counts::operator+=(const score_counts& other) {
  return detail::merge(*this, other, detail::add_counts);
}
inline score_counts& score_counts::operator-=(const score_counts& other) {
  return detail::merge(*this, other, detail::subtract_counts);
}

inline weight_sums& weight_sums::operator+=(const weight_sums& other) {
  detail::add_counts(sum, other.sum);
  detail::add_counts(squares, other.squares);
  return *this;
}
inline weight_sums& weight_sums::operator-=(const weight_sums& other) {
  detail::subtract_counts(sum, other.sum);
  detail::subtract_counts(squares, other.squares);
  return *this;
}

inline weighted_score_counts& weighted_score_counts::operator+=(const weighted_score_counts& other) {
  return detail::merge(*this, other, [](auto& mine, const auto& theirs) { mine += theirs; });
}
inline weighted_score_counts& weighted_score_counts::operator-=(const weighted_score_counts& other) {
  return detail::merge(*this, other, [](auto& mine, const auto& theirs) { mine -= theirs; });
}

static_assert(mergeable<score_counts>);
static_assert(mergeable<weighted_score_counts>);
static_assert(mergeable<by_segment<score_counts>>);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
