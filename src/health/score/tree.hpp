// The tree of one account: evaluated, taken apart, and asked what another value would change.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "health/card/plan.hpp"
#include "health/score/aggregate.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1::health::detail {

class account_tree {
 public:
  explicit account_tree(const plan& card);

  /// The root's value, 0..1; NaN where nothing is present. The card's own minimum of coverage is not asked.
  double evaluate(std::span<const signal_state> leaves);
  [[nodiscard]] double value(std::size_t group) const noexcept { return value_[group]; }
  [[nodiscard]] std::span<const weighed> members(std::size_t group) const noexcept { return members_[group]; }
  /// The root's value if one member of a group had this one, all else as last evaluated; the root's own where it would not
  /// matter.
  [[nodiscard]] double with_value(std::size_t leaf, double s);

 private:
  struct place {
    std::size_t group = 0;
    std::size_t position = 0;  ///< among the members of that group: leaves, then groups
  };
  const plan& plan_;
  std::vector<place> of_leaf_, of_group_;
  std::vector<std::vector<weighed>> members_;
  std::vector<double> value_, coverage_;
  std::vector<unsigned char> applies_;
};

/// How one member enters its group's value: as coef * s + rest. Over the members these add to the value, but for the base
/// and the cut of points.
struct local_part {
  double coef = 0;
  double rest = 0;
};
[[nodiscard]] attribution local_parts(const aggregator& how, std::span<const weighed> members, double value,
                                      std::vector<local_part>& parts);

/// Whether a group of this many members has its parts sampled.
[[nodiscard]] bool samples_parts(const aggregator& how, std::size_t members) noexcept;

/// Parts of one account's score in a tree that is no plain mean.
class explainer {
 public:
  explicit explainer(const plan& card) : plan_(card), row_(card), unit_(card.groups.size()), extra_(card.groups.size()) {}
  struct parts_of_row {
    double base = 0;  ///< of groups of points
    double cut = 0;   ///< what their ends took off or put on
  };
  /// Writes points[k * stride] and lost[k * stride].
  parts_of_row run(std::span<const signal_state> leaves, double* points, double* lost, std::size_t stride);

 private:
  const plan& plan_;
  account_tree row_;
  std::vector<double> unit_;   ///< points of the score that one unit of the group's value is worth
  std::vector<double> extra_;  ///< points to be shared by weight
  std::vector<local_part> local_;
};

/// Where the columns of a tile stand. By signal: s, the factor of its weight (null = 1), s where a real value was seen, s
/// where it applies; by group: the weight that is present and the share that is covered.
struct tile_places {
  std::vector<const double*> s, factor, observed, counted;
  std::vector<const double*> present, covered;
};

class tree_tile {
 public:
  tree_tile(const plan& card, std::size_t rows, tile_places places);

  /// The value of one group, once its members and its own weight are known.
  void combine(std::size_t group, std::size_t n) {
    combiner_.run(plan_.groups[group].how, members_[group], n, places_.present[group], value_[group].data());
  }
  [[nodiscard]] double value(std::size_t group, std::size_t i) const noexcept { return value_[group][i]; }
  [[nodiscard]] double& value(std::size_t group, std::size_t i) noexcept { return value_[group][i]; }
  /// Parts of the row whose place in the tile is i.
  void split(std::size_t i, std::size_t row, contributions& parts);

 private:
  const plan& plan_;
  tile_places places_;
  combiner combiner_;
  std::vector<std::vector<double>> value_;
  std::vector<std::vector<member>> members_;
  std::unique_ptr<explainer> explainer_;
  std::vector<signal_state> states_;
};

/// One signal of one row of a tile.
[[nodiscard]] signal_state state_at(const tile_places& places, std::size_t signal, std::size_t i) noexcept;

/// Room for the base and the cut of points, and whether parts are sampled.
void describe_parts(const plan& card, std::size_t rows, contributions& parts);

}  // namespace sojourn::inline v0_1::health::detail
