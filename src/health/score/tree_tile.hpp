// A tile of a tree that is no plain mean: values of groups from the leaves upwards, and their parts.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "health/card/plan.hpp"
#include "health/score/aggregate.hpp"
#include "health/score/tree.hpp"

namespace sojourn::health::detail {

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

}  // namespace sojourn::health::detail
