// Survey answers -> counts: checked against the declared scale; blank codes and replaced answers are set aside and counted.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/input/repeat_answers.hpp"
#include "sojourn/input/responses.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {

/// A table, how to read it, and the rows that do not count. Bodies: src/input/score_tally.cpp.
template <score_value T>
struct answer_source {
  const basic_responses<T>& table;
  rating_scale scale;
  const answer_rules& rules;
  std::size_t segments = 0;              ///< declared segment codes: 0 .. segments - 1
  std::vector<std::uint8_t> replaced{};  ///< bitmap; empty = none

  /// Checks the shape and applies the rule for repeated answers. Throws `schema_error`, or `data_error` for missing keys.
  answer_source(const basic_responses<T>& rows, rating_scale declared, const answer_rules& read_by,
                std::size_t segment_count);

  /// Counters of one segment: its answers, then no score, then replaced.
  [[nodiscard]] std::size_t stride() const noexcept { return static_cast<std::size_t>(scale.points()) + 2; }
  /// Rows that take two or more times as long to count as a thread to start: few bytes need many.
  [[nodiscard]] std::size_t rows_worth_a_thread() const noexcept;
  /// Chunks grow with the table of counters, so that merging tables stays a small share of the work; below 2^32 rows.
  [[nodiscard]] std::size_t chunk_rows() const noexcept;

  /// What row `row` holds: the index of its answer on the scale, or one of the codes below.
  [[nodiscard]] std::uint8_t code(std::size_t row) const;
  /// What each of the rows from `first` on holds.
  void fill(std::size_t first, std::span<std::uint8_t> codes) const;
  static constexpr std::uint8_t off_scale = 255, no_score = 254, superseded = 253;

  // Rows [first, last). Bad rows are left out, which `require_all` notices.
  [[nodiscard]] score_counts count(std::size_t first, std::size_t last) const;
  [[nodiscard]] by_segment<score_counts> count_segments(std::size_t first, std::size_t last) const;
  [[nodiscard]] by_segment<weighted_score_counts> weigh(std::size_t first, std::size_t last) const;

  /// Throws the `data_error` of the first bad row unless all answers were counted.
  void require_all(std::int64_t counted) const;

 private:
  /// Whether every row is an answer as it stands.
  [[nodiscard]] bool plain() const noexcept;
  [[nodiscard]] by_segment<score_counts> count_listed(std::size_t first, std::size_t last) const;
  [[nodiscard]] by_segment<weighted_score_counts> weigh_listed(std::size_t first, std::size_t last) const;
};

[[nodiscard]] inline std::int64_t rows_in(const score_counts& state) {
  return state.scored() + state.no_score + state.superseded;
}
[[nodiscard]] inline std::int64_t rows_in(const weighted_score_counts& state) {
  return rows_in(state.counts) + state.zero_weight;
}

}  // namespace detail

/// Answers -> counts. An empty cell or a blank code counts as `no_score`; an answer off the scale is a `data_error` with its
/// row. With `table.count` each row counts that often, as if it were repeated; a missing or negative count is a
/// `data_error`. One pass, no allocation per row, the same for any executor.
template <score_value T, executor E = serial_executor>
[[nodiscard]] score_counts tally_scores(const basic_responses<T>& table, rating_scale scale, const answer_rules& rules = {},
                                        E&& host = {}) {
  basic_responses<T> together = table;
  together.segment = {};
  const detail::answer_source<T> source(together, scale, rules, 0);
  const auto tally = [&](std::size_t first, std::size_t last) { return source.count(first, last); };
  auto total = tally_sharded(table.score.size(), tally, host, source.rows_worth_a_thread());
  source.require_all(detail::rows_in(total));
  return total;
}

template <score_value T, executor E = serial_executor>
[[nodiscard]] score_counts tally_scores(const column<T>& score, rating_scale scale, const answer_rules& rules = {},
                                        E&& host = {}) {
  return tally_scores(basic_responses<T>{score}, scale, rules, host);
}

/// The same for each segment code 0 .. segments - 1; rows without a segment are counted apart, a code beyond is a
/// `data_error`.
template <score_value T, executor E = serial_executor>
[[nodiscard]] by_segment<score_counts> tally_scores_by_segment(const basic_responses<T>& table, std::size_t segments,
                                                               rating_scale scale, const answer_rules& rules = {},
                                                               E&& host = {}) {
  const detail::answer_source<T> source(table, scale, rules, segments);
  const auto tally = [&](std::size_t first, std::size_t last) { return source.count_segments(first, last); };
  auto total = tally_sharded(table.score.size(), tally, host, source.chunk_rows());
  source.require_all(detail::rows_in(total.total()));
  return total;
}

/// With weights, taken to a billionth: 0, or from 1e-6 to 1e6; anything else, a missing weight included, is a `data_error`.
/// A row of weight 0 is as if absent: counted in `zero_weight` only.
template <score_value T, executor E = serial_executor>
[[nodiscard]] by_segment<weighted_score_counts> tally_weighted_scores_by_segment(const basic_responses<T>& table,
                                                                                 std::size_t segments, rating_scale scale,
                                                                                 const answer_rules& rules = {},
                                                                                 E&& host = {}) {
  const detail::answer_source<T> source(table, scale, rules, segments);
  require_same_length(table.score, "score", table.weight, "weight");
  const auto tally = [&](std::size_t first, std::size_t last) { return source.weigh(first, last); };
  auto total = tally_sharded(table.score.size(), tally, host, source.chunk_rows());
  source.require_all(detail::rows_in(total.total()));
  return total;
}

template <score_value T, executor E = serial_executor>
[[nodiscard]] weighted_score_counts tally_weighted_scores(const basic_responses<T>& table, rating_scale scale,
                                                          const answer_rules& rules = {}, E&& host = {}) {
  basic_responses<T> together = table;
  together.segment = {};
  return tally_weighted_scores_by_segment(together, 0, scale, rules, host).missing;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
