// A tile of rows at a time: normalise every signal, fold the tree upwards (what is present, what is covered), share the 100
// points downwards, add up. Every step is a pass over a few columns of 512 rows that the cache holds.
#include "sojourn/health/score/score.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "detail/large_memory.hpp"
#include "detail/nan.hpp"
#include "health/score/ageing.hpp"
#include "health/score/contributions.hpp"
#include "health/score/cycle_step.hpp"
#include "health/score/fill_missing.hpp"
#include "health/score/kernels.hpp"
#include "health/score/normalise.hpp"
#include "health/score/rules.hpp"
#include "health/score/scoped_rules.hpp"
#include "health/score/tree.hpp"
#include "health/score/usual_card.hpp"
#include "sojourn/exec/sharded.hpp"

namespace sojourn::inline v0_1::health {
namespace detail {
namespace {

using sojourn::detail::nan;

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
  tile_scorer(const bound_inputs& inputs, std::size_t rows, scores& result, const extras& more)
      : inputs_(inputs),
        plan_(inputs.plan()),
        result_(result),
        out_(more.parts),
        states_(more.states),
        scoped_(inputs),
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

  std::vector<signal_counters> run(std::size_t first, std::size_t last) {
    for (; first < last; first += n_) {
      first_ = first;
      n_ = std::min(tile_rows, last - first);
      tile();
    }
    return std::move(counters_);
  }

 private:
  [[nodiscard]] std::size_t imputing() const {
    return static_cast<std::size_t>(
        std::count_if(plan_.leaves.begin(), plan_.leaves.end(), [](const leaf& l) { return l.imputes; }));
  }
  [[nodiscard]] std::size_t shrinking() const { return plan_.groups.front().may_shrink ? plan_.groups.size() : 0; }

  void tile() {
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

  /// Weighted means only: each signal has its share of 100 points.
  void add_up(double* score) {
    for (std::size_t g = plan_.groups.size(); g-- > 0;) fold(g);
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) hand_down(g);
    std::fill_n(score, n_, 0.0);
    add_points(score, n_, parts_.data(), parts_.size());
  }
  /// Any tree: the value of each group, from the leaves upwards.
  void combine(double* score) {
    for (std::size_t g = plan_.groups.size(); g-- > 0;) {
      fold(g);
      tree_->combine(g, n_);
    }
    for (std::size_t i = 0; i < n_; ++i) score[i] = 100 * tree_->value(0, i);
    if (ruled_) combine_ruled();
  }
  /// The same tree once more, with what rules make of the values of its groups.
  void combine_ruled() {
    for (std::size_t g = plan_.groups.size(); g-- > 0;) {
      ruled_->combine(g, n_);
      if (!scoped_.moves(g)) continue;
      for (std::size_t i = 0; i < n_; ++i) ruled_->value(g, i) = scoped_.on_value(g, i, ruled_->value(g, i));
    }
  }

  /// Every signal of the group: its s, and its weight in `present` where it has one.
  void normalise(const node& g, double* present) {
    for (std::size_t j = 0; j < g.leaves.size(); ++j) {
      const std::size_t k = g.leaves[j];
      if (plan_.leaves[k].imputes || !weigh_plain(g, j, present)) {
        normalise(k);
        add_weight(present, s_[k], k);
      }
    }
  }

  /// The usual signal, read once. Infinities are rare and take a second look.
  bool weigh_plain(const node& g, std::size_t position, double* present) {
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

  [[nodiscard]] const double* factor_of(std::size_t k) noexcept {
    return plan_.leaves[k].factor == nowhere ? nullptr : factor_[plan_.leaves[k].factor];
  }
  void add_weight(double* total, const double* s, std::size_t k) {
    const double* factor = factor_of(k);
    if (factor != nullptr) return add_present_varying(total, n_, s, factor, plan_.leaves[k].weight);
    add_present(total, n_, &s, &plan_.leaves[k].weight, 1);
  }

  void normalise(std::size_t k) {
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
  void impute(std::size_t k) {
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

  /// What a group has: the weight of its present members, and the share of its weight that real values cover.
  void fold(std::size_t at) {
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

  /// The same where members may be not applicable: the weight that could be covered differs from row to row.
  void close_shrinking(std::size_t at, double least) {
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
  void weigh(const node& g, double* total, const Columns& columns) {
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

  /// Points that one unit of weight is worth in a group: 100 at the root over what is present there, then by weight.
  void hand_down(std::size_t at) {
    const node& g = plan_.groups[at];
    share_points(share_[at], n_, present_[at], at == 0 ? nullptr : share_[g.parent], g.weight);
    if (!g.by_coverage) return;
    for (std::size_t i = 0; i < n_; ++i) share_[at][i] *= covered_[at][i];
  }

  void finish(double* score) {
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

  void adjust(double* score) {
    bounds_.resize(n_);
    const bool smoothed = plan_.spec.smoothing.has_value();
    for (std::size_t i = 0; i < n_; ++i) {
      const std::size_t row = first_ + i;
      if (!smoothed && !scoped_.moves_groups()) result_.raw[row] = score[i];
      const ruled verdict = apply_rules(
          inputs_, {row, score[i], [this, i](std::size_t g) { return 100.0 * group_value(g, i); }, scoped_.verdict(i)});
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
  void note_by_hand(std::size_t row, std::int32_t which) {
    result_.by_hand[row] = which;
    if (which >= 0) result_.manual[static_cast<std::size_t>(which)] = manual_state::bound;
  }
  /// The score after the rules on groups; `raw` keeps the sum of the parts.
  void move_groups(double* score) {
    moved_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      result_.raw[first_ + i] = score[i];
      moved_[i] = std::isnan(score[i]) ? 0.0 : moved_points(i);
      score[i] += moved_[i];
    }
  }
  /// Points that rules on groups move in one row: what a group is worth in the score times what its value changes.
  [[nodiscard]] double moved_points(std::size_t i) {
    if (ruled_) return present_[0][i] > 0 ? 100 * (ruled_->value(0, i) - tree_->value(0, i)) : 0;
    double moved = 0;
    for (std::size_t g = 1; g < plan_.groups.size(); ++g) {
      if (!scoped_.moves(g) || !(share_[g][i] > 0)) continue;
      const double mean = group_mean(g, i), value = scoped_.on_value(g, i, mean);
      if (value != mean) moved += share_[g][i] * present_[g][i] * (value - mean);
    }
    return moved;
  }
  [[nodiscard]] double group_value(std::size_t at, std::size_t i) {
    if (tree_) return ruled_ ? ruled_->value(at, i) : tree_->value(at, i);
    const double mean = group_mean(at, i);
    return scoped_.moves(at) ? scoped_.on_value(at, i, mean) : mean;
  }
  /// The weighted mean of one group in one row; NaN where it is missing.
  [[nodiscard]] double group_mean(std::size_t at, std::size_t i) {
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
  /// Rules on tiers act at once, past margins.
  void confine_tiers() {
    tier_code* tier = result_.tier.data() + first_;
    for (std::size_t i = 0; i < n_; ++i) {
      if (tier[i] == unknown_tier) continue;
      const tier_code confined = std::min(std::max(tier[i], bounds_[i].first), bounds_[i].second);
      if (confined == tier[i]) continue;
      tier[i] = confined;
      if (!result_.cycle.empty()) result_.cycle[first_ + i].candidate = no_tier, result_.cycle[first_ + i].held = 0;
    }
  }

  void set_tiers(double* score) {
    tier_code* tier = result_.tier.data() + first_;
    const auto borders = plan_.ladder.borders();
    count_tiers(score, tier, n_, borders.data(), borders.size(), plan_.ladder.closed() == closed_side::right, unknown_tier);
    if (!result_.delta.empty()) {
      for (std::size_t i = 0; i < n_; ++i) result_.delta[first_ + i] = score[i] - inputs_.options.previous_score[first_ + i];
    }
    if (result_.prev_tier.empty()) return;
    for (std::size_t i = 0; i < n_; ++i) {
      const tier_code before = inputs_.options.previous_tier[first_ + i];
      result_.prev_tier[first_ + i] = before;
      tier[i] = plan_.ladder.of(score[i], before);
      if (!result_.cycle.empty()) tier[i] = next_tier(inputs_, first_ + i, tier[i], result_);
      const bool foreign = before >= plan_.ladder.size() && before != unknown_tier && before != no_tier;
      if (foreign) flags_[i] |= flag::card_changed;
    }
  }

  void split_tree(const double* score) {
    for (std::size_t i = 0; i < n_; ++i)
      std::isnan(score[i]) ? blank(*out_, first_ + i) : tree_->split(i, first_ + i, *out_);
  }
  void keep_states() {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t k = 0; k < parts_.size(); ++k) states_[(first_ + i) * parts_.size() + k] = state_at(places_, k, i);
    }
  }

  const bound_inputs& inputs_;
  const struct plan& plan_;
  scores& result_;
  contributions* out_;
  signal_state* states_;
  scoped_rules scoped_;
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

}  // namespace

std::shared_ptr<const bound_inputs> bind(const scorecard& card, const signals& columns, const score_options& options) {
  return std::make_shared<const bound_inputs>(read_inputs(card, columns, options));
}

std::size_t rows(const bound_inputs& inputs) noexcept {
  return inputs.rows;
}

void make_room(const bound_inputs& inputs, scores& result) {
  sojourn::detail::make_room(result.score, inputs.rows);
  sojourn::detail::make_room(result.tier, inputs.rows);
  sojourn::detail::make_room(result.coverage, inputs.rows);
  sojourn::detail::make_room(result.flags, inputs.rows);
  result.stale_share.resize(inputs.plan().grows_old ? inputs.rows : 0);
  const std::size_t adjusted = inputs.adjusts() ? inputs.rows : 0;
  const bool smooths = inputs.card.spec().smoothing.has_value();
  result.raw.resize(smooths ? inputs.rows : adjusted);
  result.cycle.resize(keeps_cycle_state(inputs.card.spec()) ? inputs.rows : 0);
  result.not_later = 0;
  for (const cycle_state& before : inputs.options.previous) {
    result.not_later += inputs.options.as_of != day{} && before.as_of != day{} && inputs.options.as_of <= before.as_of;
  }
  result.fired.resize(adjusted);
  result.undecided.resize(adjusted);
  result.by_hand.resize(inputs.manual.empty() ? 0 : inputs.rows);
  result.manual = inputs.manual_states;
  result.binding.resize(adjusted);
  result.delta.resize(inputs.options.previous_score.empty() ? 0 : inputs.rows);
  result.prev_tier.resize(inputs.options.previous_tier.empty() ? 0 : inputs.rows);
  result.counters.assign(inputs.plan().leaves.size(), {});
  result.card_hash = inputs.card.hash();
  result.as_of = inputs.options.as_of;
}

void make_room(const bound_inputs& inputs, contributions& parts) {
  parts.rows = inputs.rows;
  parts.signals = inputs.plan().leaves.size();
  sojourn::detail::make_room(parts.points, parts.signals * parts.rows);
  sojourn::detail::make_room(parts.lost, parts.signals * parts.rows);
  const bool adjusts = inputs.adjusts() || inputs.card.spec().smoothing;
  parts.adjustments.assign(adjusts ? parts.rows : 0, {});
  parts.base.clear(), parts.cut.clear();
  parts.method = contributions{}.method;
  describe_parts(inputs.plan(), inputs.rows, parts);
}

std::vector<signal_counters> score_rows(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result,
                                        const extras& more) {
  const general_rows general = [&](std::size_t from, std::size_t to) {
    return tile_scorer(inputs, std::min(tile_rows, to - from), result, more).run(from, to);
  };
  return more.states == nullptr && takes_usual_way(inputs) ? score_usual(inputs, first, last, result, more.parts, general)
                                                           : general(first, last);
}

void score_all(const bound_inputs& inputs, scores& result, const extras& more, const any_executor& host) {
  const std::size_t count = rows(inputs);
  const std::size_t chunks = (count + rows_per_chunk - 1) / rows_per_chunk;
  std::vector<std::vector<signal_counters>> counted(chunks);
  const auto work = [&](std::size_t chunk) {
    const std::size_t first = chunk * rows_per_chunk;
    counted[chunk] = score_rows(inputs, first, std::min(count, first + rows_per_chunk), result, more);
  };
  if (chunks == 1) work(0);
  if (chunks > 1) host.bulk(chunks, work);
  for (const auto& chunk : counted) {
    for (std::size_t k = 0; k < chunk.size(); ++k) result.counters[k] += chunk[k];
  }
}

}  // namespace detail

signal_counters& signal_counters::operator+=(const signal_counters& other) noexcept {
  missing += other.missing;
  nonfinite += other.nonfinite;
  unknown += other.unknown;
  invalid += other.invalid;
  out_of_domain += other.out_of_domain;
  undated += other.undated;
  expired += other.expired;
  future += other.future;
  carried += other.carried;
  return *this;
}

std::vector<driver> drivers(const contributions& parts, std::size_t top) {
  std::vector<driver> result;
  std::vector<std::uint32_t> order;
  for (std::size_t row = 0; row < parts.rows; ++row) {
    order.clear();
    for (std::size_t k = 0; k < parts.signals; ++k) {
      if (parts.loss(row, k) > 0) order.push_back(static_cast<std::uint32_t>(k));
    }
    const std::size_t kept = std::min(top, order.size());
    const auto costs_more = [&](std::uint32_t a, std::uint32_t b) {
      const double x = parts.loss(row, a), y = parts.loss(row, b);
      return x > y || (x == y && a < b);
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), costs_more);
    for (std::size_t r = 0; r < kept; ++r) {
      const std::uint32_t k = order[r];
      result.push_back({row, static_cast<std::uint32_t>(r + 1), k, parts.loss(row, k), parts.part(row, k)});
    }
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
