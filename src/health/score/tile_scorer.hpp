// Scores the general card, a tile of rows at a time: normalise every signal, fold the tree upwards (what is present, what is
// covered), share the 100 points downwards, add up. Every step is a pass over columns of 512 rows that the cache holds.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "health/score/contributions.hpp"
#include "health/score/inputs.hpp"
#include "health/score/normalise.hpp"
#include "health/score/scoped_rules.hpp"
#include "health/score/tree.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Columns of one tile, one allocation, no longer than the tile: one account alone must not pay for 512.
class tile_columns {
 public:
  tile_columns(std::size_t count, std::size_t rows) : rows_(rows), data_(count * rows) {}
  [[nodiscard]] double* operator[](std::size_t column) noexcept { return data_.data() + column * rows_; }
  [[nodiscard]] const double* operator[](std::size_t column) const noexcept { return data_.data() + column * rows_; }

 private:
  std::size_t rows_;
  std::vector<double> data_;
};

class tile_scorer {
 public:
  tile_scorer(const bound_inputs& inputs, std::size_t rows, scores& result, const extras& more);
  /// Scores rows [first, last) and returns their counters.
  std::vector<signal_counters> run(std::size_t first, std::size_t last);

 private:
  [[nodiscard]] std::size_t imputing() const {
    return static_cast<std::size_t>(
        std::count_if(plan_.leaves.begin(), plan_.leaves.end(), [](const leaf& l) { return l.imputes; }));
  }
  [[nodiscard]] std::size_t shrinking() const { return plan_.groups.front().may_shrink ? plan_.groups.size() : 0; }

  [[nodiscard]] const double* factor_of(std::size_t k) noexcept {
    return plan_.leaves[k].factor == nowhere ? nullptr : factor_[plan_.leaves[k].factor];
  }

  void tile();
  /// Weighted means only: each signal has its share of 100 points.
  void add_up(double* score);
  /// Any tree: the value of each group, from the leaves upwards.
  void combine(double* score);
  /// The same tree once more, with what rules make of the values of its groups.
  void combine_ruled();
  /// Every signal of the group: its s, and its weight in `present` where it has one.
  void normalise(const node& g, double* present);
  /// The usual signal, read once. Infinities are rare and take a second look.
  bool weigh_plain(const node& g, std::size_t position, double* present);
  /// Adds the weight of signal k in the rows where it has a value.
  void add_weight(double* total, const double* s, std::size_t k);
  /// Any signal: normalised, carried on, aged, ruled, imputed.
  void normalise(std::size_t k);
  void impute(std::size_t k);
  /// What a group has: the weight of its present members, and the share of its weight that real values cover.
  void fold(std::size_t at);
  /// The same where members may be not applicable: the weight that could be covered differs from row to row.
  void close_shrinking(std::size_t at, double least);
  template <class Columns>
  void weigh(const node& g, double* total, const Columns& columns);
  /// Points that one unit of weight is worth in a group: 100 at the root over what is present there, then by weight.
  void hand_down(std::size_t at);
  /// Scores without enough coverage, or without a required signal, are missing and say why.
  void finish(double* score);
  void split_tree(const double* score);
  void keep_states();

  // Rules and tiers.
  void adjust(double* score);
  /// Whether neither a rule nor a value by hand nor an end of the scale has anything to do with a row.
  [[nodiscard]] bool is_left_alone(double raw, const scoped_verdict& scoped, const decided& mine) const;
  void note_by_hand(std::size_t row, std::int32_t which);
  /// The score after the rules on groups; `raw` keeps the sum of the parts.
  void move_groups(double* score);
  /// Points that rules on groups move in one row: what a group is worth in the score times what its value changes.
  [[nodiscard]] double moved_points(std::size_t i);
  [[nodiscard]] double group_value(std::size_t at, std::size_t i);
  /// The weighted mean of one group in one row; NaN where it is missing.
  [[nodiscard]] double group_mean(std::size_t at, std::size_t i);
  /// Rules on tiers act at once, past margins.
  void confine_tiers();
  void set_tiers(double* score);

  const bound_inputs& inputs_;
  const struct plan& plan_;
  scores& result_;
  contributions* out_;
  signal_state* states_;
  scoped_rules scoped_;
  tile_conditions on_score_;
  std::vector<std::size_t> rules_on_score_;
  std::vector<signal_counters> counters_;
  scratch work_;
  tile_columns s_, seen_, present_, covered_, applicable_, share_, always_, factor_;
  tile_places places_;                   ///< filled where somebody asks for single rows
  std::unique_ptr<tree_tile> tree_;      ///< of trees that are no plain means
  std::unique_ptr<tree_tile> ruled_;     ///< the same after rules on groups
  std::vector<const double*> observed_;  ///< per signal: NaN where no real value was seen
  std::vector<const double*> counted_;   ///< per signal: NaN where it does not apply
  std::vector<part> parts_;
  std::vector<std::size_t> required_;
  std::vector<std::pair<tier_code, tier_code>> bounds_;  ///< lowest and highest tier that rules allow
  std::vector<double> moved_;                            ///< points that rules on groups moved
  std::uint16_t* flags_ = nullptr;
  std::size_t first_ = 0;
  std::size_t n_ = 0;
};

}  // namespace sojourn::inline v0_1::health::detail
