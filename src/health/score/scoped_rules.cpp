#include "health/score/scoped_rules.hpp"

#include <bit>
#include <cmath>

#include "health/score/rule_order.hpp"

namespace sojourn::inline v0_1::health::detail {

void scoped_rules::decide(std::size_t first, std::size_t n) {
  if (plan_.scoped.empty()) return;
  rows_.assign(n, {});
  conditions_.decide(plan_.scoped, first, n, nullptr);
  for (std::size_t i = 0; i < n; ++i) {
    decided mine = conditions_.row(i);
    const account_now account{first + i, std::numeric_limits<double>::quiet_NaN()};
    const account_facts facts(inputs_, account);
    const decider holds(facts);
    for (const std::size_t r : conditions_.left()) mine.note(r, holds(plan_.conditions[r]), plan_.spec.rules[r].on_unknown);
    rows_[i].fired = mine.fired;
    rows_[i].unknown = mine.unknown;
  }
}

double scoped_rules::apply(const std::vector<std::size_t>& rules, std::size_t i, double s, std::int16_t& binding) {
  rule_order all;
  for (const std::size_t r : rules) {
    if (!fired(r, i)) continue;
    const rule& one = plan_.spec.rules[r];
    const auto by = static_cast<rule_order::mover>(r);
    switch (one.action) {
      case rule_action::add:
        all.add(one.value, by);
        break;
      case rule_action::cap:
        all.lower(one.value, by);
        break;
      case rule_action::floor:
        all.raise(one.value, by);
        break;
      case rule_action::set:
        all.offer(one.value, by, one.priority);
        break;
      case rule_action::exclude:
        binding = static_cast<std::int16_t>(by);
        return std::numeric_limits<double>::quiet_NaN();
      default:
        break;
    }
  }
  adjustment ignored;
  const double moved = all.apply(100 * s, ignored);
  if (all.binding() == rule_order::nobody) return s;  // not even the rounding of a multiplication
  binding = static_cast<std::int16_t>(all.binding());
  return moved / 100;
}

void scoped_rules::on_signal(std::size_t k, double* s) {
  const auto& rules = plan_.leaves[k].rules;
  if (rules.empty()) return;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (std::isnan(s[i]) || (rows_[i].fired & plan_.leaves[k].rule_bits) == 0) continue;
    std::int16_t unweighed = no_rule;
    s[i] = apply(rules, i, s[i], plan_.leaves[k].share > 0 ? rows_[i].binding : unweighed);
  }
}

void scoped_rules::blank(std::size_t k, double* s) {
  const leaf& l = plan_.leaves[k];
  if (l.excluded_by == 0) return;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint64_t by = rows_[i].fired & l.excluded_by;
    if (by == 0 || std::isnan(s[i])) continue;
    s[i] = std::numeric_limits<double>::quiet_NaN();
    if (l.share > 0) rows_[i].binding = static_cast<std::int16_t>(std::countr_zero(by));
  }
}

double scoped_rules::on_value(std::size_t g, std::size_t i, double value) {
  return std::isnan(value) ? value : apply(plan_.groups[g].rules, i, value, rows_[i].binding);
}

}  // namespace sojourn::inline v0_1::health::detail
