// One account cut out of its columns, so that values can be replaced.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <deque>
#include <vector>

#include "health/score/inputs.hpp"
#include "sojourn/health/score/delta.hpp"
#include "sojourn/health/score/path.hpp"

namespace sojourn::inline v0_1::health::detail {

class account_row {
 public:
  account_row(const scorecard& card, const signals& columns, std::size_t row, const score_options& options);

  /// Replaces a value; it counts as seen today.
  void assume(const assumption& change);
  [[nodiscard]] snapshot score(const scorecard& card) const { return take_snapshot(card, columns_, options_); }
  /// The number in a column, or NaN; text is NaN.
  [[nodiscard]] double number(std::size_t input) const;

 private:
  [[nodiscard]] signal_column cut(const input& column, std::size_t row);
  void seen_today(std::size_t input);

  const scorecard& card_;
  sojourn::signals columns_;
  sojourn::signals before_;
  std::deque<std::vector<double>> numbers_;
  std::deque<std::vector<std::int32_t>> codes_;
  std::vector<manual_value> manual_;
  score_options options_;
};

}  // namespace sojourn::inline v0_1::health::detail
