#include "fused.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "kernels.hpp"
#include "usual_kernels.hpp"
#include "split.hpp"

namespace sojourn::health::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Rows of a tile: s of a dozen signals stays in the first-level cache.
constexpr std::size_t fused_rows = 256;

/// Far from where a share of 100 points or the inverse of a width overflows, so that nothing but a missing value is ever NaN.
bool is_moderate(double number) { return number == 0 || (number > 1e-100 && number < 1e100); }

bool is_line(const leaf& l) {
  const bool moderate = is_moderate(l.weight) && std::all_of(l.inverse.begin(), l.inverse.end(), [](double v) { return is_moderate(v); });
  if (l.how == kernel::ramp) return moderate && !l.ignores_outside && is_moderate(std::abs(l.b));
  return moderate && l.how == kernel::segments && l.rise.size() <= line_segments;
}

/// Nothing is chosen but what is named here: whatever a signal or a group may have besides, it has by default.
bool has_defaults(const signal_spec& s) {
  signal_spec plain{s.name, s.norm};
  plain.kind = s.kind;
  plain.critical = s.critical;
  return s == plain;
}
bool has_defaults(const group& g) {
  const auto fine = [](const branch& b) {
    const auto* inner = std::get_if<group>(&b.node);
    return inner == nullptr || has_defaults(*inner);
  };
  group plain{g.id, g.mean};
  plain.min_coverage = g.min_coverage;
  return g == plain && std::all_of(g.mean.begin(), g.mean.end(), fine);
}
bool has_defaults(const scorecard_spec& card) {
  scorecard_spec plain = card;
  plain.rules.clear();
  return card == plain && has_defaults(card.tree) && std::all_of(card.signals.begin(), card.signals.end(), [](const signal_spec& s) { return has_defaults(s); });
}

line line_of(const leaf& l) {
  line result{};
  result.weight = l.weight;
  if (l.how == kernel::ramp) {
    result.is_ramp = true;
    result.from[0] = l.a;
    result.inverse[0] = l.b;
    return result;
  }
  result.count = l.rise.size();
  double reached = l.a;
  result.leaves_unit = !(reached >= 0 && reached <= 1);
  for (std::size_t j = 0; j < result.count; ++j) {
    result.from[j] = l.from[j];
    result.inverse[j] = l.inverse[j];
    result.rise[j] = l.rise[j];
    result.reached[j] = reached;
    reached += l.rise[j];
    // s lies between two of these sums: rounding is monotone.
    result.leaves_unit |= !(reached >= 0 && reached <= 1);
  }
  return result;
}

/// One tile after the other: s and presence of every signal, what each group has, what a unit of weight is worth, the points.
class fused_scorer {
 public:
  fused_scorer(const bound_inputs& inputs, scores& result, contributions* split)
      : inputs_(inputs), plan_(inputs.plan()), result_(result), split_(split), absent_(split == nullptr ? 0.0 : nan),
        missing_(plan_.leaves.size()), counters_(plan_.leaves.size()) {
    memory_.resize((plan_.leaves.size() + 3 * plan_.groups.size() + 1) * fused_rows);
    double* next = memory_.data();
    const auto take = [&next] { return std::exchange(next, next + fused_rows); };
    buffer_ = take();
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) groups_.push_back({take(), take(), take()});
    for (const leaf& l : plan_.leaves) {
      lines_.push_back(line_of(l));
      s_.push_back(take());
      parts_.push_back({s_.back(), groups_[l.group].share, l.weight});
    }
  }

  std::vector<signal_counters> run(std::size_t first, std::size_t last, const general_rows& general) {
    for (; first < last; first += n_) {
      first_ = first;
      n_ = std::min(fused_rows, last - first);
      if (tile()) continue;
      const auto looked_at = general(first, first + n_);
      for (std::size_t k = 0; k < counters_.size(); ++k) counters_[k] += looked_at[k];
    }
    return std::move(counters_);
  }

 private:
  struct group_tile {
    double* present;
    double* covered;
    double* share;
  };

  /// False, and nothing done, where a signal holds an infinity.
  bool tile() {
    for (std::size_t g = plan_.groups.size(); g-- > 0;) {
      if (!fold(g)) return false;
    }
    for (std::size_t k = 0; k < counters_.size(); ++k) counters_[k].missing += missing_[k];
    finish();
    if (split_ != nullptr) split_tile(parts_, n_, result_.score.data() + first_, *split_, first_);
    return true;
  }

  bool fold(std::size_t at) {
    const node& g = plan_.groups[at];
    const group_tile& here = groups_[at];
    std::fill_n(here.present, n_, 0.0);
    for (const std::size_t k : g.leaves) {
      const line_odds odds = weigh(k, here.present);
      if (odds.infinite) return false;
      missing_[k] = odds.missing;
    }
    if (flat()) return true;
    std::copy_n(here.present, n_, here.covered);
    for (const std::size_t c : g.groups) add_group(here.present, here.covered, n_, groups_[c].present, groups_[c].covered, plan_.groups[c].weight);
    if (at > 0) close_group(here.present, here.covered, n_, g.total, g.min_coverage);
    return true;
  }

  line_odds weigh(std::size_t k, double* present) {
    const auto& values = inputs_.columns[k].source->values;
    const auto* floats = std::get_if<column<float>>(&values);
    if (floats != nullptr && !floats->may_have_missing()) {
      return kernels_.of_floats(floats->values().data() + first_, s_[k], present, n_, lines_[k], absent_);
    }
    return kernels_.of_doubles(load(inputs_.columns[k], first_, n_, buffer_), s_[k], present, n_, lines_[k], absent_);
  }

  [[nodiscard]] bool flat() const { return plan_.groups.size() == 1; }

  void finish() {
    const node& root = plan_.groups.front();
    const group_tile& has = groups_.front();
    std::uint16_t* flags = result_.flags.data() + first_;
    std::fill_n(flags, n_, std::uint16_t{0});
    const usual_tile tile{parts_, has.present, has.covered, has.share, root.total, root.min_coverage,
                          plan_.perfect_is_exact ? perfect_score : 100.0, plan_.ladder.thresholds(),
                          plan_.ladder.closed() == closed_side::right, unknown_tier,
                          result_.score.data() + first_, result_.coverage.data() + first_, result_.tier.data() + first_};
    if (!flat()) hand_down();
    if ((flat() ? kernels_.finish_flat : kernels_.finish)(tile, n_) == 0) return;
    for (std::size_t i = 0; i < n_; ++i) flags[i] = lacking(has.present[i], has.covered[i], root.min_coverage);
  }

  void hand_down() {
    // The root keeps what is present: whether it has enough is decided, and flagged, row by row at the end.
    close_group(groups_[0].present, groups_[0].covered, n_, plan_.groups[0].total, 0.0);
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
      const node& here = plan_.groups[g];
      share_points(groups_[g].share, n_, groups_[g].present, g == 0 ? nullptr : groups_[here.parent].share, here.weight);
    }
  }

  const bound_inputs& inputs_;
  const plan& plan_;
  scores& result_;
  contributions* split_;
  usual_kernels kernels_ = best_kernels();
  double absent_;                           ///< what stands for s where there is none: the parts need to tell, the sum does not
  std::vector<std::int64_t> missing_;
  std::vector<signal_counters> counters_;
  std::vector<double> memory_;
  std::vector<line> lines_;
  std::vector<double*> s_;
  std::vector<part> parts_;
  std::vector<group_tile> groups_;
  double* buffer_ = nullptr;
  std::size_t first_ = 0;
  std::size_t n_ = 0;
};

}  // namespace

bool is_usual(const plan& card) {
  return has_defaults(card.spec) && std::all_of(card.leaves.begin(), card.leaves.end(), is_line) &&
         std::all_of(card.groups.begin(), card.groups.end(), [](const node& g) { return !g.may_shrink && is_moderate(g.weight); });
}

bool fuses(const bound_inputs& inputs) {
  const bool alone = inputs.options.previous_score.empty() && inputs.options.previous_tier.empty() && inputs.manual.empty();
  return inputs.plan().is_usual && alone && std::none_of(inputs.columns.begin(), inputs.columns.end(), [](const input& c) { return c.is_text(); });
}

std::vector<signal_counters> score_fused(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result, contributions* parts,
                                         const general_rows& general) {
  return fused_scorer(inputs, result, parts).run(first, last, general);
}

}  // namespace sojourn::health::detail
