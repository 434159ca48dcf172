#include "health/card/usual.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "health/card/line_segments.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

/// Far from where a share of 100 points or the inverse of a width overflows, so that nothing but a missing value is ever
/// NaN.
bool is_moderate(double number) {
  return number == 0 || (number > 1e-100 && number < 1e100);
}

bool is_line(const leaf& l) {
  const bool moderate =
      is_moderate(l.weight) && std::all_of(l.inverse.begin(), l.inverse.end(), [](double v) { return is_moderate(v); });
  if (l.how == kernel::ramp) return moderate && !l.ignores_outside && is_moderate(std::abs(l.b));
  return moderate && l.how == kernel::segments && l.rise.size() <= line_segments;
}

/// Nothing is chosen but what is named here: whatever a signal or a group may have besides, it has by default.
bool has_defaults(const signal_spec& s) {
  signal_spec plain{s.name, s.norm};
  plain.kind = s.kind;
  plain.critical = s.critical;
  plain.per = s.per;
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
  plain.smoothing.reset();
  return card == plain && has_defaults(card.tree) &&
         std::all_of(card.signals.begin(), card.signals.end(), [](const signal_spec& s) { return has_defaults(s); });
}

}  // namespace

bool is_usual(const plan& card) {
  return has_defaults(card.spec) && !keeps_cycle_state(card.spec) && card.all_means && !card.reads_previous &&
         std::all_of(card.leaves.begin(), card.leaves.end(), is_line) &&
         std::all_of(card.groups.begin(), card.groups.end(),
                     [](const node& g) { return !g.may_shrink && is_moderate(g.weight); });
}

}  // namespace sojourn::inline v0_1::health::detail
