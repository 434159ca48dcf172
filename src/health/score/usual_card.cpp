#include "health/score/usual_card.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "detail/nan.hpp"
#include "health/score/contributions.hpp"
#include "health/score/cycle_step.hpp"
#include "health/score/kernels.hpp"
#include "health/score/usual_card_kernels.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

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

}  // namespace

usual_scorer::usual_scorer(const bound_inputs& inputs, std::size_t rows, scores& result, contributions* split)
    : inputs_(inputs),
      plan_(inputs.plan()),
      result_(result),
      split_(split),
      kernels_(best_kernels()),
      absent_(split == nullptr ? 0.0 : nan),
      missing_(plan_.leaves.size()),
      counters_(plan_.leaves.size()) {
  rows = std::min(rows, usual_rows);
  memory_.resize((plan_.leaves.size() + 3 * plan_.groups.size() + 3) * rows);
  double* next = memory_.data();
  const auto take = [&next, rows] { return std::exchange(next, next + rows); };
  buffer_ = take(), divisors_ = take(), quotients_ = take();
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) groups_.push_back({take(), take(), take()});
  for (const leaf& l : plan_.leaves) {
    lines_.push_back(line_of(l));
    s_.push_back(take());
    parts_.push_back({s_.back(), groups_[l.group].share, l.weight});
  }
}

bool usual_scorer::tile(std::size_t first, std::size_t n) {
  first_ = first;
  n_ = n;
  for (std::size_t g = plan_.groups.size(); g-- > 0;) {
    if (!fold(g)) return false;
  }
  for (std::size_t k = 0; k < counters_.size(); ++k) counters_[k].missing += missing_[k];
  finish();
  if (split_ != nullptr) split_tile(parts_, n_, result_.score.data() + first_, *split_, first_);
  return true;
}

bool usual_scorer::fold(std::size_t at) {
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
  for (const std::size_t c : g.groups)
    add_group(here.present, here.covered, n_, groups_[c].present, groups_[c].covered, plan_.groups[c].weight);
  if (at > 0) close_group(here.present, here.covered, n_, g.total, g.min_coverage);
  return true;
}

line_odds usual_scorer::weigh_quotients(std::size_t k, double* present) {
  const double* values = load(inputs_.columns[k], first_, n_, buffer_);
  const double* divisors = load(inputs_.columns[plan_.leaves[k].per], first_, n_, divisors_);
  if (!divide_rows(values, divisors, quotients_, n_)) return {0, true};
  return kernels_.of_doubles(quotients_, s_[k], present, n_, lines_[k], absent_);
}

line_odds usual_scorer::weigh(std::size_t k, double* present) {
  if (plan_.leaves[k].per != nowhere) return weigh_quotients(k, present);
  const auto& values = inputs_.columns[k].source->values;
  const auto* floats = std::get_if<column<float>>(&values);
  if (floats != nullptr && !floats->may_have_missing()) {
    return kernels_.of_floats(floats->values().data() + first_, s_[k], present, n_, lines_[k], absent_);
  }
  return kernels_.of_doubles(load(inputs_.columns[k], first_, n_, buffer_), s_[k], present, n_, lines_[k], absent_);
}

void usual_scorer::finish() {
  const node& root = plan_.groups.front();
  const group_tile& has = groups_.front();
  std::uint16_t* flags = result_.flags.data() + first_;
  std::fill_n(flags, n_, std::uint16_t{0});
  const usual_tile tile{parts_,
                        has.present,
                        has.covered,
                        has.share,
                        root.total,
                        root.min_coverage,
                        plan_.perfect_is_exact ? perfect_score : 100.0,
                        plan_.ladder.borders(),
                        plan_.ladder.closed() == closed_side::right,
                        unknown_tier,
                        result_.score.data() + first_,
                        result_.coverage.data() + first_,
                        result_.tier.data() + first_};
  if (!flat()) hand_down();
  if ((flat() ? kernels_.finish_flat : kernels_.finish)(tile, n_) == 0) return;
  for (std::size_t i = 0; i < n_; ++i) flags[i] = lacking(has.present[i], has.covered[i], root.min_coverage);
}

void usual_scorer::hand_down() {
  // The root keeps what is present: whether it has enough is decided, and flagged, row by row at the end.
  close_group(groups_[0].present, groups_[0].covered, n_, plan_.groups[0].total, 0.0);
  for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
    const node& here = plan_.groups[g];
    share_points(groups_[g].share, n_, groups_[g].present, g == 0 ? nullptr : groups_[here.parent].share, here.weight);
  }
}

void usual_scorer::count(const std::vector<signal_counters>& others) {
  for (std::size_t k = 0; k < counters_.size(); ++k) counters_[k] += others[k];
}

bool takes_usual_way(const bound_inputs& inputs) {
  const bool alone = inputs.options.previous_score.empty() && inputs.options.previous_tier.empty() &&
                     inputs.manual.empty() && inputs.patched.empty();
  return inputs.plan().is_usual && alone &&
         std::none_of(inputs.columns.begin(), inputs.columns.end(), [](const input& c) { return c.is_text(); });
}

std::vector<signal_counters> score_usual(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result,
                                         contributions* parts, const general_rows& general) {
  usual_scorer usual(inputs, last - first, result, parts);
  for (; first < last; first += usual_rows) {
    const std::size_t n = std::min(usual_rows, last - first);
    if (!usual.tile(first, n)) usual.count(general(first, first + n));
  }
  return usual.counters();
}

}  // namespace sojourn::inline v0_1::health::detail
