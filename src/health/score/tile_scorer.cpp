#include "health/score/tile_scorer.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "detail/nan.hpp"
#include "health/score/ageing.hpp"
#include "health/score/cycle_step.hpp"
#include "health/score/fill_missing.hpp"
#include "health/score/kernels.hpp"

namespace sojourn::inline v0_1::health::detail {

using sojourn::detail::nan;

tile_scorer::tile_scorer(const bound_inputs& inputs, std::size_t rows, scores& result, const extras& more)
    : inputs_(inputs),
      plan_(inputs.plan()),
      result_(result),
      out_(more.parts),
      states_(more.states),
      scoped_(inputs),
      on_score_(inputs),
      counters_(plan_.leaves.size()),
      s_(plan_.leaves.size(), rows),
      seen_(imputing(), rows),
      present_(plan_.groups.size(), rows),
      covered_(plan_.groups.size(), rows),
      applicable_(shrinking(), rows),
      share_(plan_.groups.size(), rows),
      always_(1, rows),
      factor_(plan_.factors, rows) {
  work_.x.resize(rows);
  work_.denominator.resize(rows);
  for (std::size_t r = 0; r < plan_.conditions.size(); ++r) {
    if (plan_.spec.rules[r].scope == rule_scope::overall) rules_on_score_.push_back(r);
  }
  std::size_t imputed = 0;
  for (std::size_t k = 0; k < plan_.leaves.size(); ++k) {
    observed_.push_back(plan_.leaves[k].imputes ? seen_[imputed++] : s_[k]);
    const bool optional = plan_.spec.signals[k].missing.kind == missing_kind::not_applicable;
    counted_.push_back(optional ? s_[k] : always_[0]);
    parts_.push_back({s_[k], share_[plan_.leaves[k].group], plan_.leaves[k].weight, factor_of(k)});
    if (plan_.spec.signals[k].missing.kind == missing_kind::fail && plan_.spec.signals[k].state == activity::active)
      required_.push_back(k);
  }
  if (plan_.all_means && states_ == nullptr) return;
  for (std::size_t k = 0; k < plan_.leaves.size(); ++k) {
    places_.s.push_back(s_[k]);
    places_.factor.push_back(factor_of(k));
  }
  places_.observed = observed_;
  places_.counted = counted_;
  for (std::size_t g = 0; g < plan_.groups.size(); ++g)
    places_.present.push_back(present_[g]), places_.covered.push_back(covered_[g]);
  if (!plan_.all_means) tree_ = std::make_unique<tree_tile>(plan_, rows, places_);
  if (tree_ && scoped_.moves_groups()) ruled_ = std::make_unique<tree_tile>(plan_, rows, places_);
}

std::vector<signal_counters> tile_scorer::run(std::size_t first, std::size_t last) {
  for (; first < last; first += n_) {
    first_ = first;
    n_ = std::min(tile_rows, last - first);
    tile();
  }
  return std::move(counters_);
}

void tile_scorer::tile() {
  flags_ = result_.flags.data() + first_;
  std::fill_n(flags_, n_, std::uint16_t{0});
  if (plan_.grows_old) std::fill_n(result_.stale_share.data() + first_, n_, 0.0);
  scoped_.decide(first_, n_);
  double* score = result_.score.data() + first_;
  tree_ ? combine(score) : add_up(score);
  finish(score);
  if (states_ != nullptr) keep_states();
  if (out_ != nullptr) tree_ ? split_tree(score) : split_tile(parts_, n_, score, *out_, first_);
  if (scoped_.moves_groups()) move_groups(score);
  if (!result_.cycle.empty()) smooth_tile(inputs_, first_, n_, score, result_, out_);
  if (inputs_.adjusts()) adjust(score);
  set_tiers(score);
  if (inputs_.adjusts()) confine_tiers();
  if (!result_.cycle.empty()) remember_tile(first_, n_, result_);
}

void tile_scorer::add_up(double* score) {
  for (std::size_t g = plan_.groups.size(); g-- > 0;) fold(g);
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) hand_down(g);
  std::fill_n(score, n_, 0.0);
  add_points(score, n_, parts_.data(), parts_.size());
}

void tile_scorer::combine(double* score) {
  for (std::size_t g = plan_.groups.size(); g-- > 0;) {
    fold(g);
    tree_->combine(g, n_);
  }
  for (std::size_t i = 0; i < n_; ++i) score[i] = 100 * tree_->value(0, i);
  if (ruled_) combine_ruled();
}

void tile_scorer::combine_ruled() {
  for (std::size_t g = plan_.groups.size(); g-- > 0;) {
    ruled_->combine(g, n_);
    if (!scoped_.moves(g)) continue;
    for (std::size_t i = 0; i < n_; ++i) ruled_->value(g, i) = scoped_.on_value(g, i, ruled_->value(g, i));
  }
}

void tile_scorer::normalise(const node& g, double* present) {
  for (std::size_t j = 0; j < g.leaves.size(); ++j) {
    const std::size_t k = g.leaves[j];
    if (plan_.leaves[k].imputes || !weigh_plain(g, j, present)) {
      normalise(k);
      add_weight(present, s_[k], k);
    }
  }
}

bool tile_scorer::weigh_plain(const node& g, std::size_t position, double* present) {
  const std::size_t k = g.leaves[position];
  const std::optional<odd_values> odd = weigh_tile(inputs_, k, first_, n_, s_[k], present);
  if (!odd) return false;
  counters_[k].missing += odd->missing;
  counters_[k].nonfinite += odd->infinite;
  if (odd->infinite == 0) return true;
  const double* x = load(inputs_.columns[k], first_, n_, work_.x.data());
  for (std::size_t i = 0; i < n_; ++i) {
    if (!std::isinf(x[i])) continue;
    flags_[i] |= flag::irregular;
    if (!plan_.leaves[k].takes_infinity) s_[k][i] = nan;
  }
  if (plan_.leaves[k].takes_infinity) return true;
  std::fill_n(present, n_, 0.0);
  for (std::size_t j = 0; j <= position; ++j) add_weight(present, s_[g.leaves[j]], g.leaves[j]);
  return true;
}

void tile_scorer::add_weight(double* total, const double* s, std::size_t k) {
  const double* factor = factor_of(k);
  if (factor != nullptr) return add_present_varying(total, n_, s, factor, plan_.leaves[k].weight);
  add_present(total, n_, &s, &plan_.leaves[k].weight, 1);
}

void tile_scorer::normalise(std::size_t k) {
  double* s = s_[k];
  normalise_tile(inputs_, k, first_, n_, work_, s, flags_, counters_[k]);
  const leaf& l = plan_.leaves[k];
  const double* carried = l.carries ? carry_tile(inputs_, k, first_, n_, work_, s, flags_, counters_[k]) : nullptr;
  if (l.grows_old) {
    double* factor = l.factor == nowhere ? nullptr : factor_[l.factor];
    age_tile(inputs_, k, first_, n_, work_, {s, factor, result_.stale_share.data() + first_, carried}, counters_[k]);
  }
  scoped_.on_signal(k, s);
  if (l.imputes) impute(k);
  scoped_.blank(k, s);
  if (l.imputes) scoped_.blank(k, const_cast<double*>(observed_[k]));
}

void tile_scorer::impute(std::size_t k) {
  double* s = s_[k];
  const leaf& l = plan_.leaves[k];
  const double* typical = l.substitutes ? typical_tile(inputs_, k, first_, n_, work_, s) : nullptr;
  double* seen = const_cast<double*>(observed_[k]);
  for (std::size_t i = 0; i < n_; ++i) {
    seen[i] = s[i];
    if (!std::isnan(s[i])) continue;
    s[i] = typical == nullptr ? l.fill : typical[i];
    if (std::isnan(s[i])) continue;
    if (l.factor != nowhere) factor_[l.factor][i] = 1.0;  // what is put in has no age
    flags_[i] |= flag::imputed;
  }
}

void tile_scorer::fold(std::size_t at) {
  const node& g = plan_.groups[at];
  double* present = present_[at];
  double* covered = covered_[at];
  std::fill_n(present, n_, 0.0);
  normalise(g, present);
  if (g.plain) {
    std::copy_n(present, n_, covered);
  } else {
    std::fill_n(covered, n_, 0.0);
    if (plan_.factors == 0)
      weigh(g, covered, observed_);
    else
      for (const std::size_t k : g.leaves) add_weight(covered, observed_[k], k);
    for (const std::size_t c : g.groups) {
      const double* inner = present_[c];
      const double* inner_covered = covered_[c];
      const double w = plan_.groups[c].weight;
      const bool shrinks = plan_.groups[c].by_coverage;
      for (std::size_t i = 0; i < n_; ++i) {
        present[i] += inner[i] > 0 ? (shrinks ? w * inner_covered[i] : w) : 0.0;
        covered[i] += w * inner_covered[i];
      }
    }
  }
  // The root keeps what is present: whether it has enough is decided, and flagged, row by row at the end.
  const double least = at == 0 ? 0.0 : g.min_coverage;
  if (!g.may_shrink) return close_group(present, covered, n_, g.total, least);
  close_shrinking(at, least);
}

void tile_scorer::close_shrinking(std::size_t at, double least) {
  const node& g = plan_.groups[at];
  double* total = applicable_[at];
  std::fill_n(total, n_, 0.0);
  weigh(g, total, counted_);
  for (const std::size_t c : g.groups) {
    const double w = plan_.groups[c].weight;
    const double* inner = plan_.groups[c].may_shrink ? applicable_[c] : nullptr;
    for (std::size_t i = 0; i < n_; ++i) total[i] += inner == nullptr || inner[i] > 0 ? w : 0.0;
  }
  for (std::size_t i = 0; i < n_; ++i) {
    const double coverage = total[i] > 0 ? covered_[at][i] / total[i] : 0.0;
    covered_[at][i] = coverage;
    if (coverage < least) present_[at][i] = 0.0;
  }
}

template <class Columns>
void tile_scorer::weigh(const node& g, double* total, const Columns& columns) {
  for (std::size_t done = 0; done < g.leaves.size(); done += 4) {
    const double* s[4];
    double weight[4];
    const std::size_t count = std::min<std::size_t>(4, g.leaves.size() - done);
    for (std::size_t j = 0; j < count; ++j) {
      s[j] = columns[g.leaves[done + j]];
      weight[j] = plan_.leaves[g.leaves[done + j]].weight;
    }
    add_present(total, n_, s, weight, count);
  }
}

void tile_scorer::hand_down(std::size_t at) {
  const node& g = plan_.groups[at];
  share_points(share_[at], n_, present_[at], at == 0 ? nullptr : share_[g.parent], g.weight);
  if (!g.by_coverage) return;
  for (std::size_t i = 0; i < n_; ++i) share_[at][i] *= covered_[at][i];
}

void tile_scorer::finish(double* score) {
  const double* present = present_[0];
  const double* covered = covered_[0];
  const double least = plan_.groups.front().min_coverage;
  std::copy_n(covered, n_, result_.coverage.data() + first_);
  const double limit = plan_.perfect_is_exact ? perfect_score : 100.0;
  if (finish_scores(score, n_, present, covered, least, limit) > 0) {
    for (std::size_t i = 0; i < n_; ++i) {
      flags_[i] = static_cast<std::uint16_t>(flags_[i] | lacking(present[i], covered[i], least));
    }
  }
  for (const std::size_t k : required_) {
    for (std::size_t i = 0; i < n_; ++i) {
      if (!std::isnan(s_[k][i])) continue;
      flags_[i] |= flag::required_missing;
      score[i] = nan;
    }
  }
}

void tile_scorer::split_tree(const double* score) {
  for (std::size_t i = 0; i < n_; ++i) std::isnan(score[i]) ? blank(*out_, first_ + i) : tree_->split(i, first_ + i, *out_);
}

void tile_scorer::keep_states() {
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t k = 0; k < parts_.size(); ++k) states_[(first_ + i) * parts_.size() + k] = state_at(places_, k, i);
  }
}

}  // namespace sojourn::inline v0_1::health::detail
