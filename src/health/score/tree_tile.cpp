#include "health/score/tree_tile.hpp"

#include <cmath>

namespace sojourn::health::detail {

tree_tile::tree_tile(const plan& card, std::size_t rows, tile_places places)
    : plan_(card),
      places_(std::move(places)),
      value_(card.groups.size(), std::vector<double>(rows)),
      states_(card.leaves.size()) {
  for (const node& g : card.groups) {
    auto& members = members_.emplace_back();
    for (const std::size_t k : g.leaves)
      members.push_back({places_.s[k], card.leaves[k].weight, card.leaves[k].at_worst, places_.factor[k]});
    for (const std::size_t c : g.groups) {
      const node& inner = card.groups[c];
      members.push_back({value_[c].data(), inner.weight, inner.at_worst, inner.by_coverage ? places_.covered[c] : nullptr});
    }
  }
}

void tree_tile::split(std::size_t i, std::size_t row, contributions& parts) {
  if (!explainer_) explainer_ = std::make_unique<explainer>(plan_);
  for (std::size_t k = 0; k < states_.size(); ++k) states_[k] = state_at(places_, k, i);
  const auto rest = explainer_->run(states_, parts.points.data() + row, parts.lost.data() + row, parts.rows);
  if (parts.base.empty()) return;
  parts.base[row] = rest.base;
  parts.cut[row] = rest.cut;
}

signal_state state_at(const tile_places& places, std::size_t signal, std::size_t i) noexcept {
  const double weight = places.factor[signal] == nullptr ? 1.0 : places.factor[signal][i];
  return {places.s[signal][i], weight, std::isnan(places.observed[signal][i]) ? 0.0 : weight,
          std::isnan(places.counted[signal][i]) ? signal_use::not_applicable : signal_use::counts};
}

void describe_parts(const plan& card, std::size_t rows, contributions& parts) {
  for (const node& g : card.groups) {
    if (std::holds_alternative<point_sum>(g.how)) parts.base.resize(rows), parts.cut.resize(rows);
    if (samples_parts(g.how, g.leaves.size() + g.groups.size())) parts.method = attribution::sampled;
  }
}

}  // namespace sojourn::health::detail
