// Two cycles compared: what moved a score, signal by signal - what customers did, what became known, what we changed in the
// card. Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// A scored cycle with what its tree saw: enough to compare any two of them later. 32 bytes a row and signal.
struct snapshot {
  scorecard card;
  scores result;
  std::vector<signal_state> states;  ///< row-major: `states[row * signals + k]`

  [[nodiscard]] std::size_t signals() const noexcept { return card.spec().signals.size(); }
  [[nodiscard]] std::span<const signal_state> of(std::size_t row) const noexcept {
    return {states.data() + row * signals(), signals()};
  }
  /// The score before smoothing and rules.
  [[nodiscard]] double raw(std::size_t row) const noexcept {
    return result.raw.empty() ? result.score[row] : result.raw[row];
  }
};

namespace detail {

[[nodiscard]] snapshot take_snapshot(const scorecard& card, const sojourn::signals& columns, const score_options& options,
                                     const any_executor& host);

}  // namespace detail

template <executor E = serial_executor>
[[nodiscard]] snapshot take_snapshot(const scorecard& card, const sojourn::signals& columns,
                                     const score_options& options = {}, E&& host = E{}) {
  return detail::take_snapshot(card, columns, options, any_executor(host));
}

/// Where a score went. `appeared`: there was none before; `unknown`: there is none now, though the account is there.
enum class trend : std::uint8_t { up, down, flat, appeared, lost, unknown };
constexpr std::array<std::string_view, 6> values_of(trend) {
  return {"up", "down", "flat", "new", "lost", "unknown"};
}

inline constexpr std::size_t not_there = std::numeric_limits<std::size_t>::max();

struct delta_options {
  double dead_band = 2;  ///< points within which a score is flat
  /// For each row of now its row of before, or `not_there`; empty = the same rows.
  std::span<const std::size_t> row_before{};
  /// When the card was changed in between: the cycle before, scored with the card of now. Without it what the change of the
  /// card did, and what the customers did, cannot be told apart.
  const snapshot* before_with_card_of_now = nullptr;
};

/// One entry per row of now; `value` and `coverage` signal-major. Everything in points.
///
///   score now - score before = sum of value + sum of coverage + rules + model
///
/// exactly, up to rounding. For weighted means, with w the share of the whole a signal held (1 = all) and s in points,
/// value_k = (w before + w now) / 2 x (s now - s before): the customer changed;
/// coverage_k = (w now - w before) x (mean of both s - mean of both scores): something became known, unknown, or old. A
/// signal that appears with an average value moves nothing. Where s is missing on one side the other side's counts. In other
/// trees values change along the groups (geometric: logarithmic means; points: in proportion to what the ends let through;
/// the rest: Shapley over members) and coverage by Shapley over the signals it changed for; both are the mean of going one
/// way and the other.
struct delta_table {
  std::vector<double> total;  ///< NaN unless there is a score on both sides
  std::vector<double> value, coverage;
  std::vector<double> rules;  ///< smoothing, rules and values by hand
  std::vector<double> model;  ///< 0 under one card; NaN where it cannot be told
  std::vector<sojourn::health::trend> trend;
  std::vector<std::size_t> lost;  ///< rows of before that are no row of now
  std::size_t rows = 0;
  std::size_t signals = 0;
  attribution method =
      attribution::exact;  ///< `sampled` when more than 12 signals or members changed at once in a tree that is no mean

  /// The sums over the signals, one a row of now.
  [[nodiscard]] std::vector<double> value_by_row() const;
  [[nodiscard]] std::vector<double> coverage_by_row() const;
  [[nodiscard]] double value_of(std::size_t row, std::size_t signal) const noexcept { return value[signal * rows + row]; }
  [[nodiscard]] double coverage_of(std::size_t row, std::size_t signal) const noexcept {
    return coverage[signal * rows + row];
  }
};

/// Throws `schema_error` when rows do not fit. O(rows x signals) for means; other trees up to 2^12 evaluations of the tree a
/// row. What it does not tell you: why a signal changed.
[[nodiscard]] delta_table delta(const snapshot& before, const snapshot& now, const delta_options& options = {});

enum class slope_method : std::uint8_t {
  least_squares,
  theil_sen,  ///< the median of all pairwise slopes: one odd cycle does not turn it
};
constexpr std::array<std::string_view, 2> values_of(slope_method) {
  return {"least_squares", "theil_sen"};
}

/// Points per step of `times` that each account's score rose over the cycles; NaN with fewer than 3 scores. `history[c]` are
/// the scores of cycle c, row for row; `times` are their days, or 0, 1, 2, ...
[[nodiscard]] std::vector<double> score_slopes(std::span<const std::span<const double>> history,
                                               std::span<const double> times,
                                               slope_method method = slope_method::least_squares);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
