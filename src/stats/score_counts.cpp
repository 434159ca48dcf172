#include "sojourn/stats/score_counts.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "sojourn/detail/body.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/stats/checked.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr auto add_counts = [](auto& mine, const auto& theirs) { detail::checked_add(mine, theirs, "survey answers"); };
constexpr auto subtract_counts = [](auto& mine, const auto& theirs) {
  detail::checked_subtract(mine, theirs, "survey answers");
};

void require_same_scale(const score_counts& a, const score_counts& b) {
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

template <class Join, class Count>
weighted_score_counts& merge(weighted_score_counts& state, const weighted_score_counts& theirs, Join join, Count count) {
  weighted_score_counts mine = state;
  join(mine.counts, theirs.counts);
  mine.answers.resize(std::max(mine.answers.size(), theirs.answers.size()));
  for (std::size_t i = 0; i < theirs.answers.size(); ++i) join(mine.answers[i], theirs.answers[i]);
  join(mine.no_score, theirs.no_score);
  count(mine.zero_weight, theirs.zero_weight);
  if (mine.counts.answers.empty()) mine.answers.clear();
  return state = std::move(mine);
}

}  // namespace

SOJOURN_BODY score_counts score_counts::of(rating_scale scale, std::span<const std::int64_t> counts, std::int64_t no_score) {
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

SOJOURN_BODY std::optional<rating_scale> score_counts::scale() const {
  if (answers.empty()) return std::nullopt;
  return rating_scale(low, low + static_cast<int>(answers.size()) - 1);
}

SOJOURN_BODY std::int64_t score_counts::scored() const {
  return scored_between(low, low + static_cast<std::int32_t>(answers.size()) - 1);
}

SOJOURN_BODY std::int64_t score_counts::scored_between(std::int32_t from, std::int32_t to) const {
  std::int64_t n = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::int32_t answer = low + static_cast<std::int32_t>(i);
    if (answer >= from && answer <= to) add_counts(n, answers[i]);
  }
  return n;
}

SOJOURN_BODY std::int64_t score_counts::count(std::int32_t answer) const {
  return scored_between(answer, answer);
}

SOJOURN_BODY bool score_counts::canonical() const {
  if (answers.empty()) return low == 0;
  std::int64_t rows = 0;
  const auto adds_up = [&rows](std::int64_t n) { return n != INT64_MIN && !detail::add_overflow(rows, n < 0 ? -n : n); };
  if (!adds_up(no_score) || !std::ranges::all_of(answers, adds_up)) return false;
  const bool declarable =
      answers.size() >= 2 && low >= -128 && answers.size() <= 256 && low + static_cast<int>(answers.size()) - 1 <= 127;
  return declarable && std::ranges::any_of(answers, [](std::int64_t n) { return n != 0; });
}

SOJOURN_BODY score_counts& score_counts::operator+=(const score_counts& other) {
  return merge(*this, other, add_counts);
}
SOJOURN_BODY score_counts& score_counts::operator-=(const score_counts& other) {
  return merge(*this, other, subtract_counts);
}
SOJOURN_BODY bool operator==(const score_counts&, const score_counts&) = default;

SOJOURN_BODY weight_sums& weight_sums::operator+=(const weight_sums& other) {
  add_counts(sum, other.sum);
  add_counts(squares, other.squares);
  return *this;
}
SOJOURN_BODY weight_sums& weight_sums::operator-=(const weight_sums& other) {
  subtract_counts(sum, other.sum);
  subtract_counts(squares, other.squares);
  return *this;
}

SOJOURN_BODY std::optional<rating_scale> weighted_score_counts::scale() const {
  return counts.scale();
}
SOJOURN_BODY bool weighted_score_counts::canonical() const {
  return counts.canonical() && answers.size() == counts.answers.size();
}
SOJOURN_BODY weighted_score_counts& weighted_score_counts::operator+=(const weighted_score_counts& other) {
  return merge(*this, other, [](auto& mine, const auto& theirs) { mine += theirs; }, add_counts);
}
SOJOURN_BODY weighted_score_counts& weighted_score_counts::operator-=(const weighted_score_counts& other) {
  return merge(*this, other, [](auto& mine, const auto& theirs) { mine -= theirs; }, subtract_counts);
}
SOJOURN_BODY bool operator==(const weighted_score_counts&, const weighted_score_counts&) = default;

}  // namespace sojourn::inline v0_1
