#include "rules.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace sojourn::health::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Kleene's three values, in order: and is the least, or the greatest.
enum class truth : std::uint8_t { no, unknown, yes };
truth from(bool known) { return known ? truth::yes : truth::no; }

/// A number, text, or nothing (a NaN without text).
struct cell {
  double number = nan;
  std::string_view text{};
  bool is_text = false;
  [[nodiscard]] bool missing() const { return !is_text && std::isnan(number); }
};

cell cell_at(const input& column, std::size_t row) {
  if (column.is_text()) {
    const std::int64_t code = code_at(column, row);
    const auto& labels = column.source->labels;
    if (code < 0 || static_cast<std::size_t>(code) >= labels.size()) return {};
    return {nan, labels[static_cast<std::size_t>(code)], true};
  }
  return std::visit([row](const auto& values) { return values.present(row) ? cell{static_cast<double>(values[row])} : cell{}; },
                    column.source->values);
}

class evaluator {
 public:
  evaluator(const bound_inputs& inputs, const account_now& account) : inputs_(inputs), account_(account) {}

  truth decide(const condition& what) { return decide(what, what.terms.size() - 1); }

 private:
  truth decide(const condition& c, std::size_t at) {
    const term& t = c.terms[at];
    switch (t.kind) {
      case term_kind::all_of:
      case term_kind::any_of: {
        truth result = t.kind == term_kind::all_of ? truth::yes : truth::no;
        for (const std::size_t arg : t.args) {
          const truth part = decide(c, arg);
          result = t.kind == term_kind::all_of ? std::min(result, part) : std::max(result, part);
        }
        return result;
      }
      case term_kind::negation: {
        const truth part = decide(c, t.args[0]);
        return part == truth::unknown ? part : from(part == truth::no);
      }
      case term_kind::missing: return from(cell_at(inputs_.columns[t.index], account_.row).missing());
      case term_kind::one_of: {
        truth result = truth::no;
        for (std::size_t j = 1; j < t.args.size(); ++j) {
          result = std::max(result, compare(term_kind::equal, value(c, t.args[0]), value(c, t.args[j])));
        }
        return result;
      }
      case term_kind::between: {
        const cell x = value(c, t.args[0]);
        return std::min(compare(term_kind::greater_equal, x, value(c, t.args[1])), compare(term_kind::less_equal, x, value(c, t.args[2])));
      }
      default: return compare(t.kind, value(c, t.args[0]), value(c, t.args[1]));
    }
  }

  static truth compare(term_kind how, const cell& a, const cell& b) {
    if (a.missing() || b.missing() || a.is_text != b.is_text) return truth::unknown;
    if (a.is_text) {
      if (how == term_kind::equal) return from(a.text == b.text);
      if (how == term_kind::unequal) return from(a.text != b.text);
      return truth::unknown;
    }
    switch (how) {
      case term_kind::less: return from(a.number < b.number);
      case term_kind::less_equal: return from(a.number <= b.number);
      case term_kind::greater: return from(a.number > b.number);
      case term_kind::greater_equal: return from(a.number >= b.number);
      case term_kind::equal: return from(a.number == b.number);
      default: return from(a.number != b.number);
    }
  }

  cell value(const condition& c, std::size_t at) const {
    const term& t = c.terms[at];
    switch (t.kind) {
      case term_kind::number: return {t.number};
      case term_kind::text: return {nan, t.text, true};
      case term_kind::signal: return cell_at(inputs_.columns[t.index], account_.row);
      case term_kind::age: return {age(t.index)};
      case term_kind::sub: return {account_.sub(t.index)};
      case term_kind::score: return {account_.raw};
      case term_kind::previous_score: return {before()};
      case term_kind::delta: return {account_.raw - before()};
      case term_kind::tier: return tier_cell(inputs_.plan().ladder.of(account_.raw));
      default: return tier_cell(inputs_.options.previous_tier.empty() ? no_tier : inputs_.options.previous_tier[account_.row]);
    }
  }
  [[nodiscard]] double before() const {
    return inputs_.options.previous_score.empty() ? nan : inputs_.options.previous_score[account_.row];
  }
  [[nodiscard]] cell tier_cell(tier_code tier) const {
    return tier < inputs_.plan().ladder.size() ? cell{static_cast<double>(tier)} : cell{};
  }
  [[nodiscard]] double age(std::size_t k) const {
    const leaf& l = inputs_.plan().leaves[k];
    cell seen;
    if (l.observed != nowhere) {
      seen = cell_at(inputs_.columns[l.observed], account_.row);
    } else {
      const auto& days = inputs_.columns[k].source->observed_at;
      if (account_.row < days.size() && days.present(account_.row)) seen = {static_cast<double>(days[account_.row])};
    }
    return std::isfinite(seen.number) ? std::max(0.0, inputs_.options.as_of.since_epoch - seen.number) : nan;
  }

  const bound_inputs& inputs_;
  const account_now& account_;
};

/// The rules that fired and the manual values in force, gathered; then settled in the order of the definition.
class referee {
 public:
  referee(const bound_inputs& inputs, const account_now& account) : plan_(inputs.plan()) {
    result_.score = account.raw;
    gather_manual(inputs, account.row);
    evaluator ask(inputs, account);
    for (std::size_t r = 0; r < plan_.conditions.size(); ++r) {
      const rule& one = plan_.spec.rules[r];
      const truth held = ask.decide(plan_.conditions[r]);
      if (held == truth::unknown) result_.flags |= flag::undecided_rule;
      if (held == truth::no || (held == truth::unknown && one.on_unknown == undecided::rests)) continue;
      result_.fired |= std::uint64_t{1} << r;
      gather(one, static_cast<std::int16_t>(r));
    }
  }

  ruled settle() {
    const double raw = result_.score;
    if (std::isnan(raw)) return result_;
    if (excluded_) {
      result_.score = nan;
      result_.flags |= flag::excluded;
      return result_;
    }
    double h = raw + added_;
    result_.terms.add = h - raw;
    if (h != raw) result_.binding = adder_;
    if (floor_.value > h) move(h, result_.terms.floor, floor_);
    if (set_.by != no_rule) move(h, result_.terms.set, set_);
    cap(h, firm_);
    if (!by_hand_upwards_) cap(h, yielding_);
    const double inside = std::clamp(h, 0.0, 100.0);
    result_.terms.clamp = inside - h;
    result_.score = inside;
    if (result_.score != raw) result_.flags |= flag::adjusted;
    return result_;
  }

 private:
  struct candidate {
    double value;
    std::int16_t by = no_rule;
    int priority = 0;
    std::int32_t set_at = std::numeric_limits<std::int32_t>::min();
  };

  void move(double& h, double& term, const candidate& to) {
    if (to.value == h) return;
    term += to.value - h;
    h = to.value;
    result_.binding = to.by;
  }
  void cap(double& h, const candidate& limit) {
    if (limit.value < h) move(h, result_.terms.cap, limit);
  }

  void gather(const rule& one, std::int16_t r) {
    switch (one.action) {
      case rule_action::add: return add(one.value, r);
      case rule_action::cap: return lower(limit_of(one), one.value, r);
      case rule_action::floor: return raise(one.value, r);
      case rule_action::set: return offer({one.value, r, one.priority});
      case rule_action::exclude: excluded_ = true; return;
      case rule_action::cap_tier: return cap_at(one, r);
      case rule_action::floor_tier: return floor_at(one, r);
    }
  }
  void gather_manual(const bound_inputs& inputs, std::size_t row) {
    const auto before = [](const manual_value& m, std::size_t at) { return m.row < at; };
    for (auto m = std::lower_bound(inputs.manual.begin(), inputs.manual.end(), row, before); m != inputs.manual.end() && m->row == row; ++m) {
      if (m->mode == manual_mode::cap) {
        lower(firm_, m->value, by_hand);
      } else {
        by_hand_upwards_ = true;
        if (m->mode == manual_mode::floor) raise(m->value, by_hand);
        else offer({m->value, by_hand, m->priority, m->set_at.since_epoch});
      }
    }
  }
  candidate& limit_of(const rule& one) { return one.strength == cap_strength::firm ? firm_ : yielding_; }

  void add(double points, std::int16_t r) {
    added_ += points;
    if (std::abs(points) > largest_) largest_ = std::abs(points), adder_ = r;
  }
  static void lower(candidate& limit, double value, std::int16_t r) {
    if (value < limit.value) limit = {value, r};
  }
  void raise(double value, std::int16_t r) {
    if (value > floor_.value) floor_ = {value, r};
  }
  /// Highest priority, then latest, then first.
  void offer(const candidate& one) {
    const bool better = set_.by == no_rule || one.priority > set_.priority || (one.priority == set_.priority && one.set_at > set_.set_at);
    if (better) set_ = one;
  }

  [[nodiscard]] std::size_t tier_at(const rule& one) const {
    const auto& tiers = plan_.spec.tiers.tiers;
    const auto same = [&](const tier& t) { return t.name == one.tier; };
    return static_cast<std::size_t>(std::find_if(tiers.begin(), tiers.end(), same) - tiers.begin());
  }
  void cap_at(const rule& one, std::int16_t r) {
    if (one.strength == cap_strength::yields_to_manual && by_hand_upwards_) return;
    const std::size_t t = tier_at(one);
    const auto starts = plan_.ladder.thresholds();
    if (t >= starts.size()) return;
    const double bottom = t == 0 ? 0.0 : starts[t - 1];
    lower(firm_, std::max(bottom, starts[t] - tier_epsilon), r);
    result_.highest_tier = std::min(result_.highest_tier, static_cast<tier_code>(t));
  }
  void floor_at(const rule& one, std::int16_t r) {
    const std::size_t t = tier_at(one);
    if (t == 0) return;
    const bool above = plan_.ladder.closed() == closed_side::right;
    raise(std::min(100.0, plan_.ladder.thresholds()[t - 1] + (above ? tier_epsilon : 0.0)), r);
    result_.lowest_tier = std::max(result_.lowest_tier, static_cast<tier_code>(t));
  }

  const struct plan& plan_;
  ruled result_{};
  double added_ = 0, largest_ = 0;
  std::int16_t adder_ = no_rule;
  candidate floor_{-std::numeric_limits<double>::infinity()};
  candidate set_{0};
  candidate firm_{std::numeric_limits<double>::infinity()};
  candidate yielding_{std::numeric_limits<double>::infinity()};
  bool excluded_ = false;
  bool by_hand_upwards_ = false;
};

}  // namespace

ruled apply_rules(const bound_inputs& inputs, const account_now& account) { return referee(inputs, account).settle(); }

}  // namespace sojourn::health::detail
