#include "health/score/rules.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "detail/nan.hpp"
#include "health/score/rule_order.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

/// Collects the rules that fired and the manual values in force, then applies them in the order of the definition.
class referee {
 public:
  referee(const bound_inputs& inputs, const account_now& account, decided mine, std::span<const std::size_t> left)
      : plan_(inputs.plan()), account_(account) {
    gather_manual(inputs, account.row);
    const account_facts facts(inputs, account);
    const decider decide(facts);
    for (const std::size_t r : left) mine.note(r, decide(plan_.conditions[r]), plan_.spec.rules[r].on_unknown);
    for (std::uint64_t fired = mine.fired; fired != 0; fired &= fired - 1) {
      const int r = std::countr_zero(fired);
      gather(plan_.spec.rules[static_cast<std::size_t>(r)], r);
    }
    result_.fired = account.scoped.fired | mine.fired;
    result_.unknown = account.scoped.unknown | mine.unknown;
    result_.binding = account.scoped.binding;
    if (result_.unknown != 0) result_.flags |= flag::undecided_rule;
  }

  ruled apply() {
    const double raw = account_.raw;
    result_.score = raw;
    if (std::isnan(raw)) return result_;
    if (all_.excluded()) {
      result_.score = nan;
      result_.flags |= flag::excluded;
      return result_;
    }
    result_.score = all_.apply(raw, result_.terms);
    note(all_.binding());
    if (result_.score != raw || account_.scoped.binding != no_rule) result_.flags |= flag::adjusted;
    return result_;
  }

 private:
  void note(rule_order::mover by) {
    if (by == rule_order::nobody) return;
    const bool is_rule = by >= 0;
    result_.binding = is_rule ? static_cast<std::int16_t>(by) : by_hand;
    if (!is_rule) result_.manual = -2 - by;
  }
  void gather(const rule& one, rule_order::mover r) {
    switch (one.action) {
      case rule_action::add:
        return all_.add(one.value, r);
      case rule_action::cap:
        return all_.lower(one.value, r, one.strength);
      case rule_action::floor:
        return all_.raise(one.value, r);
      case rule_action::set:
        return all_.offer(one.value, r, one.priority);
      case rule_action::exclude:
        return all_.exclude();
      case rule_action::cap_tier:
        return cap_at(one, r);
      case rule_action::floor_tier:
        return floor_at(one, r);
      case rule_action::none:
        return;
    }
  }
  void gather_manual(const bound_inputs& inputs, std::size_t row) {
    const auto before = [](const manual_in_force& m, std::size_t at) { return m.row < at; };
    for (auto m = std::lower_bound(inputs.manual.begin(), inputs.manual.end(), row, before);
         m != inputs.manual.end() && m->row == row; ++m) {
      const rule_order::mover by = rule_order::hand(m->index);
      if (m->mode == manual_mode::cap) {
        all_.lower(m->value, by);
        continue;
      }
      all_.raised_by_hand();
      if (m->mode == manual_mode::floor)
        all_.raise(m->value, by);
      else
        all_.offer(m->value, by, m->priority, m->set_at);
    }
  }

  [[nodiscard]] std::size_t tier_at(const rule& one) const {
    const auto& tiers = plan_.spec.tiers.tiers;
    const auto same = [&](const tier& t) { return t.name == one.tier; };
    return static_cast<std::size_t>(std::find_if(tiers.begin(), tiers.end(), same) - tiers.begin());
  }
  void cap_at(const rule& one, rule_order::mover r) {
    if (one.strength == cap_strength::yields_to_manual && all_.by_hand()) return;
    const std::size_t t = tier_at(one);
    const auto starts = plan_.ladder.thresholds();
    if (t >= starts.size()) return;
    const double bottom = t == 0 ? 0.0 : starts[t - 1];
    all_.lower(std::max(bottom, starts[t] - tier_epsilon), r);
    result_.highest_tier = std::min(result_.highest_tier, static_cast<tier_code>(t));
  }
  void floor_at(const rule& one, rule_order::mover r) {
    const std::size_t t = tier_at(one);
    if (t == 0) return;
    const bool above = plan_.ladder.closed() == closed_side::right;
    all_.raise(std::min(100.0, plan_.ladder.thresholds()[t - 1] + (above ? tier_epsilon : 0.0)), r);
    result_.lowest_tier = std::max(result_.lowest_tier, static_cast<tier_code>(t));
  }

  const struct plan& plan_;
  const account_now& account_;
  ruled result_{};
  rule_order all_;
};

}  // namespace

cell account_facts::value(const term& t) const {
  switch (t.kind) {
    case term_kind::signal:
    case term_kind::column:
      return cell_at(*inputs_.columns[t.index].source, account_.row);
    case term_kind::previous_signal:
      return before(t.index);
    case term_kind::change:
      return {shown_difference(cell_at(*inputs_.columns[t.index].source, account_.row).number, before(t.index).number)};
    case term_kind::age:
      return {age(t.index)};
    case term_kind::sub:
      return {account_.sub(t.index)};
    case term_kind::score:
      return {account_.raw};
    case term_kind::previous_score:
      return {before()};
    case term_kind::delta:
      return {shown_difference(account_.raw, before())};
    case term_kind::tier:
      return tier_cell(inputs_.plan().ladder.of(account_.raw));
    case term_kind::previous_tier:
      return tier_cell(inputs_.options.previous_tier.empty() ? no_tier : inputs_.options.previous_tier[account_.row]);
    default:
      return {};
  }
}

double account_facts::before() const {
  return inputs_.options.previous_score.empty() ? nan : inputs_.options.previous_score[account_.row];
}

cell account_facts::before(std::size_t signal) const {
  const input& then = previous_of(inputs_, signal);
  return then.is_there() ? cell_at(*then.source, account_.row) : cell{};
}

cell account_facts::tier_cell(tier_code tier) const {
  return tier < inputs_.plan().ladder.size() ? cell{static_cast<double>(tier)} : cell{};
}

double account_facts::age(std::size_t k) const {
  cell seen;
  if (const input* days = days_column(inputs_, k)) {
    seen = cell_at(*days->source, account_.row);
  } else {
    const auto& days_seen = inputs_.columns[k].source->observed_at;
    if (account_.row < days_seen.size() && days_seen.present(account_.row))
      seen = {static_cast<double>(days_seen[account_.row])};
  }
  return std::isfinite(seen.number) ? std::max(0.0, inputs_.options.as_of.since_epoch - seen.number) : nan;
}

ruled apply_rules(const bound_inputs& inputs, const account_now& account, decided known, std::span<const std::size_t> left) {
  return referee(inputs, account, known, left).apply();
}

}  // namespace sojourn::inline v0_1::health::detail
