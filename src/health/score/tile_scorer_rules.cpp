// What rules on groups, values by hand and tiers make of the scores of a tile.
#include "health/score/tile_scorer.hpp"

#include <algorithm>
#include <cmath>

#include "detail/nan.hpp"
#include "health/score/cycle_step.hpp"
#include "health/score/kernels.hpp"
#include "health/score/rules.hpp"
#include "health/score/tier_memory.hpp"

namespace sojourn::inline v0_1::health::detail {

using sojourn::detail::nan;

void tile_scorer::adjust(double* score) {
  bounds_.resize(n_);
  const bool smoothed = plan_.spec.smoothing.has_value();
  on_score_.decide(rules_on_score_, first_, n_, score);
  for (std::size_t i = 0; i < n_; ++i) {
    const std::size_t row = first_ + i;
    if (!smoothed && !scoped_.moves_groups()) result_.raw[row] = score[i];
    const auto sub = [this, i](std::size_t g) { return 100.0 * group_value(g, i); };
    const scoped_verdict scoped = scoped_.verdict(i);
    const decided& mine = on_score_.row(i);
    const ruled verdict = is_left_alone(score[i], scoped, mine)
                              ? ruled{.score = score[i] + 0.0, .fired = scoped.fired}
                              : apply_rules(inputs_, {row, score[i], group_scores(sub), scoped}, mine, on_score_.left());
    score[i] = verdict.score;
    flags_[i] |= verdict.flags;
    result_.fired[row] = verdict.fired;
    result_.undecided[row] = verdict.unknown;
    if (!result_.by_hand.empty()) note_by_hand(row, verdict.manual);
    result_.binding[row] = verdict.binding;
    bounds_[i] = {verdict.lowest_tier, verdict.highest_tier};
    if (out_ == nullptr) continue;
    const double smoothing = out_->adjustments[row].smoothing;
    out_->adjustments[row] = verdict.terms;
    out_->adjustments[row].smoothing = smoothing;
    out_->adjustments[row].group = scoped_.moves_groups() ? moved_[i] : 0.0;
    if (std::isnan(verdict.score)) blank(*out_, row);
  }
}

bool tile_scorer::is_left_alone(double raw, const scoped_verdict& scoped, const decided& mine) const {
  const bool nobody = (mine.fired | mine.unknown | scoped.unknown) == 0 && scoped.binding == no_rule;
  const bool inside = std::isnan(raw) || (raw >= 0 && raw <= 100);
  return nobody && inside && on_score_.left().empty() && inputs_.manual.empty();
}

void tile_scorer::note_by_hand(std::size_t row, std::int32_t which) {
  result_.by_hand[row] = which;
  if (which >= 0) result_.manual[static_cast<std::size_t>(which)] = manual_state::bound;
}

void tile_scorer::move_groups(double* score) {
  moved_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    result_.raw[first_ + i] = score[i];
    moved_[i] = std::isnan(score[i]) ? 0.0 : moved_points(i);
    score[i] += moved_[i];
  }
}

double tile_scorer::moved_points(std::size_t i) {
  if (ruled_) return present_[0][i] > 0 ? 100 * (ruled_->value(0, i) - tree_->value(0, i)) : 0;
  double moved = 0;
  for (std::size_t g = 1; g < plan_.groups.size(); ++g) {
    if (!scoped_.moves(g) || !(share_[g][i] > 0)) continue;
    const double mean = group_mean(g, i), value = scoped_.on_value(g, i, mean);
    if (value != mean) moved += share_[g][i] * present_[g][i] * (value - mean);
  }
  return moved;
}

double tile_scorer::group_value(std::size_t at, std::size_t i) {
  if (tree_) return ruled_ ? ruled_->value(at, i) : tree_->value(at, i);
  const double mean = group_mean(at, i);
  return scoped_.moves(at) ? scoped_.on_value(at, i, mean) : mean;
}

double tile_scorer::group_mean(std::size_t at, std::size_t i) {
  const node& g = plan_.groups[at];
  const double present = present_[at][i];
  if (!(present > 0)) return nan;
  double sum = 0;
  for (const std::size_t k : g.leaves) {
    const double factor = plan_.leaves[k].factor == nowhere ? 1.0 : factor_[plan_.leaves[k].factor][i];
    if (!std::isnan(s_[k][i])) sum += plan_.leaves[k].weight * factor * s_[k][i];
  }
  for (const std::size_t c : g.groups) {
    const double weight = plan_.groups[c].weight * (plan_.groups[c].by_coverage ? covered_[c][i] : 1.0);
    if (present_[c][i] > 0) sum += weight * group_value(c, i);
  }
  return sum / present;
}

void tile_scorer::confine_tiers() {
  tier_code* tier = result_.tier.data() + first_;
  for (std::size_t i = 0; i < n_; ++i) {
    if (tier[i] == unknown_tier) continue;
    const tier_code confined = std::min(std::max(tier[i], bounds_[i].first), bounds_[i].second);
    if (confined == tier[i]) continue;
    tier[i] = confined;
    if (!result_.cycle.empty()) result_.cycle[first_ + i].candidate = no_tier, result_.cycle[first_ + i].held = 0;
  }
}

void tile_scorer::set_tiers(double* score) {
  tier_code* tier = result_.tier.data() + first_;
  if (result_.prev_tier.empty()) {
    const auto borders = plan_.ladder.borders();
    count_tiers(score, tier, n_, borders.data(), borders.size(), plan_.ladder.closed() == closed_side::right, unknown_tier);
  }
  if (!result_.delta.empty()) {
    for (std::size_t i = 0; i < n_; ++i) result_.delta[first_ + i] = score[i] - inputs_.options.previous_score[first_ + i];
  }
  if (result_.prev_tier.empty()) return;
  tiers_after(plan_.ladder, score, inputs_.options.previous_tier.data() + first_, n_, tier);
  for (std::size_t i = 0; i < n_; ++i) {
    const tier_code before = inputs_.options.previous_tier[first_ + i];
    result_.prev_tier[first_ + i] = before;
    if (!result_.cycle.empty()) tier[i] = next_tier(inputs_, first_ + i, tier[i], result_);
    const bool foreign = before >= plan_.ladder.size() && before != unknown_tier && before != no_tier;
    if (foreign) flags_[i] |= flag::card_changed;
  }
}

}  // namespace sojourn::inline v0_1::health::detail
