// How often each answer of a declared scale was given: the exact state that NPS, CSAT and CES are read from.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/rating_scale.hpp"
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
  [[nodiscard]] std::optional<rating_scale> scale() const;
  /// Answers with a score.
  [[nodiscard]] std::int64_t scored() const;
  /// Answers from `from` to `to`, both included.
  [[nodiscard]] std::int64_t scored_between(std::int32_t from, std::int32_t to) const;
  /// How often this answer was given.
  [[nodiscard]] std::int64_t count(std::int32_t answer) const;

  score_counts& operator+=(const score_counts& other);
  score_counts& operator-=(const score_counts& other);
  friend SOJOURN_EXPORT bool operator==(const score_counts& a, const score_counts& b);

  static constexpr std::uint16_t bytes_kind = 16;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.low, self.answers, self.no_score, self.superseded);
  }
  /// Whether the fields are in the canonical form: no scale without an answer, a scale that can be declared, and counts
  /// whose sums fit.
  [[nodiscard]] bool canonical() const;
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

/// Counts and weights of one question. `answers` runs parallel to `counts.answers`. Rows of weight 0 speak for nobody: they
/// are counted in `zero_weight` and nowhere else.
struct weighted_score_counts {
  score_counts counts{};
  std::vector<weight_sums> answers{};
  weight_sums no_score{};
  std::int64_t zero_weight = 0;

  [[nodiscard]] std::optional<rating_scale> scale() const;

  weighted_score_counts& operator+=(const weighted_score_counts& other);
  weighted_score_counts& operator-=(const weighted_score_counts& other);
  friend SOJOURN_EXPORT bool operator==(const weighted_score_counts& a, const weighted_score_counts& b);

  static constexpr std::uint16_t bytes_kind = 17;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.counts, self.answers, self.no_score, self.zero_weight);
  }
  [[nodiscard]] bool canonical() const;
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
    if (tail_is_empty || !missing.canonical()) return false;
    for (const S& segment : segments) {
      if (!segment.canonical()) return false;
    }
    return true;
  }

 private:
  template <class Join>
  by_segment& merge(const by_segment& other, Join join) {
    by_segment total = *this;
    join(total.missing, other.missing);
    if (total.segments.size() < other.segments.size()) total.segments.resize(other.segments.size());
    for (std::size_t i = 0; i < other.segments.size(); ++i) join(total.segments[i], other.segments[i]);
    total.drop_empty_tail();
    return *this = std::move(total);
  }
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
