// The columns of one scoring call: found, checked, and read tile by tile as doubles with NaN for missing.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "health/card/plan.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1::health::detail {

/// One input column. Text is looked up once: `label_scores` holds the s of every label, NaN where the map has none.
struct input {
  const signal_column* source = nullptr;
  std::vector<double> label_scores;

  [[nodiscard]] bool is_there() const noexcept { return source != nullptr; }
  [[nodiscard]] bool is_text() const noexcept { return is_there() && !source->labels.empty(); }
};

/// A value given by hand that acts on the score, in force on `as_of`; `index` is its place in the options.
struct manual_in_force {
  std::size_t row = 0;
  std::size_t index = 0;
  double value = 0;
  manual_mode mode = manual_mode::set;
  int priority = 0;
  std::int32_t set_at = 0;
};

/// The column of a signal with values by hand in it, and the day of every value.
struct patched_signal {
  std::vector<double> x, seen;
  signal_column values, days;
  input days_input;
};

struct bound_inputs {
  scorecard card;
  score_options options;
  std::size_t rows = 0;
  std::vector<input> columns;  ///< in the order of `scorecard::inputs()`
  /// The same columns a cycle ago; empty without one. A column that cycle did not have is not there, which reads as missing.
  std::vector<input> previous{};
  std::vector<manual_in_force> manual{};                                   ///< by row
  std::vector<manual_state> manual_states{};                               ///< one a value of the options, before scoring
  std::map<std::size_t, std::shared_ptr<const patched_signal>> patched{};  ///< by signal
  std::vector<std::vector<double>> typical{};  ///< per signal: the raw value of each label of its segment column
  std::vector<double> score_before{};  ///< of `options.previous`: what the two older spans of the options point to then
  std::vector<tier_code> tier_before{};
  std::vector<std::vector<double>> reference{};  ///< the same: which reference of a percentile; NaN = that of all

  [[nodiscard]] bool adjusts() const noexcept { return !plan().conditions.empty() || !manual.empty(); }
  [[nodiscard]] const struct plan& plan() const noexcept { return card.plan(); }
};

/// Rows [first, first + n) of a numeric column, NaN where there is none. Returns the column's own memory where it is plain
/// doubles, else fills `buffer`.
[[nodiscard]] const double* load(const input& column, std::size_t first, std::size_t n, double* buffer);

/// The column of the cycle before, by its position in `scorecard::inputs()`; one that is not there without such a cycle.
[[nodiscard]] const input& previous_of(const bound_inputs& inputs, std::size_t position);

/// Finds and checks every column that the card reads.
[[nodiscard]] bound_inputs read_inputs(const scorecard& card, const signals& columns, const score_options& options);

/// The column of days of signal k; null where the signal brings its own, or has none.
[[nodiscard]] const input* days_column(const bound_inputs& inputs, std::size_t k) noexcept;
/// What the row's segment has: by label where the column is text, by number else; `otherwise` where it has nothing of its
/// own.
[[nodiscard]] double of_segment(const input& column, std::size_t row, const std::vector<double>& by_label,
                                const std::vector<std::pair<double, double>>& by_number, double otherwise);

/// The code of a text row, or -1 where it is missing.
[[nodiscard]] std::int64_t code_at(const input& column, std::size_t row);

}  // namespace sojourn::inline v0_1::health::detail
