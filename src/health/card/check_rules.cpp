#include "health/card/check_rules.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "health/card/condition.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

constexpr std::size_t max_found = 100;

class rule_checker {
 public:
  rule_checker(const scorecard_spec& spec, diagnostics& found) : spec_(spec), found_(found) {
    for (const signal_spec& s : spec.signals) signals_.push_back(s.name);
  }

  void run() {
    std::map<std::string, std::size_t> seen;
    for (std::size_t r = 0; r < spec_.rules.size(); ++r) {
      const rule& one = spec_.rules[r];
      const std::string at = "/rules" + json::step(r);
      if (one.id.empty() || one.id == "manual") error(at + "/id", "a rule needs a name of its own (\"manual\" is taken)");
      const auto [first, is_new] = seen.emplace(one.id, r);
      if (!is_new)
        error(at + "/id", "rule \"" + one.id + "\" exists already at position " + std::to_string(first->second + 1));
      const condition when = read_condition(one.when, spec_);
      if (!when.problem.empty()) error(at + "/if", when.problem, when.suggestion);
      check_scope(one, when, at);
      check_action(one, at);
      if (one.finding) check_finding(*one.finding, at);
      if (when.problem.empty()) look_over(one, when, at);
    }
    compare_rules();
  }

 private:
  void error(std::string at, std::string message, std::string suggestion = {}) {
    if (found_.size() < max_found)
      found_.push_back({std::move(at), std::move(message), std::move(suggestion), severity::error});
  }
  void warn(std::string at, std::string message, std::string suggestion = {}) {
    if (found_.size() < max_found)
      found_.push_back({std::move(at), std::move(message), std::move(suggestion), severity::warning});
  }

  void check_scope(const rule& one, const condition& when, const std::string& at) {
    if (one.scope == rule_scope::overall) return;
    using enum term_kind;
    if (asks_about(when, {score, delta, tier, sub})) {
      error(at + "/if", "a rule on a signal or group acts before there is a score, so it cannot ask about one",
            "ask about signals, ages, segments and the cycle before");
    }
    if (one.action == rule_action::cap_tier || one.action == rule_action::floor_tier)
      error(at, "a signal or group has points, not a tier", "use \"cap\" or \"floor\"");
    if (one.strength == cap_strength::yields_to_manual)
      error(at + "/yields_to_manual", "values by hand are about the score, not about a signal or group");
    if (one.scope == rule_scope::signal) return named(one.target, signals_, "signal", at + "/signal");
    if (spec_.missing_scope == redistribution_scope::global)
      return error(at + "/group", "with \"missing_scope\": \"global\" groups have no value of their own");
    std::vector<std::string> ids = group_ids(spec_);
    if (one.target == ids.front()) return error(at + "/group", "the root is the score itself", "leave \"group\" out");
    ids.erase(ids.begin());
    named(one.target, ids, "group", at + "/group");
  }
  void named(const std::string& name, const std::vector<std::string>& names, const std::string& what,
             const std::string& at) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) != names.end()) return;
    error(at, what + " \"" + name + "\" is not declared", json::did_you_mean(name, names));
  }

  void check_action(const rule& one, const std::string& at) {
    const bool caps = one.action == rule_action::cap || one.action == rule_action::cap_tier;
    if (one.strength == cap_strength::yields_to_manual && !caps) error(at + "/yields_to_manual", "only a cap can yield");
    if (one.priority != 0 && one.action != rule_action::set) error(at + "/priority", "only \"set\" has a priority");
    switch (one.action) {
      case rule_action::add:
        return points(one, at + "/add", -100);
      case rule_action::cap:
        return points(one, at + "/cap", 0);
      case rule_action::floor:
        return points(one, at + "/floor", 0);
      case rule_action::set:
        return points(one, at + "/set", 0);
      case rule_action::cap_tier:
        return check_tier(one, at + "/cap_tier");
      case rule_action::floor_tier:
        return check_tier(one, at + "/floor_tier");
      case rule_action::exclude:
        return;
      case rule_action::none:
        if (!one.finding) error(at, "the rule does nothing", "give it an action or a \"diagnosis\"");
    }
  }
  void points(const rule& one, const std::string& at, double low) {
    if (!(one.value >= low && one.value <= 100))
      error(at, "must lie between " + std::string(low < 0 ? "-100" : "0") + " and 100 points");
  }
  void check_tier(const rule& one, const std::string& at) {
    std::vector<std::string> names;
    for (const tier& t : spec_.tiers.tiers) {
      if (t.name == one.tier) return;
      names.push_back(t.name);
    }
    error(at, "there is no tier \"" + one.tier + "\"", json::did_you_mean(one.tier, names));
  }

  void check_finding(const rule_diagnosis& found, const std::string& at) {
    if (found.code.empty()) error(at + "/diagnosis", "a diagnosis needs a code", "for example \"stakeholder.sponsor_left\"");
    for (std::size_t i = 0; i < found.evidence.size(); ++i)
      named(found.evidence[i], signals_, "signal", at + "/evidence" + json::step(i));
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < found.remedies.size(); ++i) {
      if (found.remedies[i].empty()) error(at + "/remedy" + json::step(i), "a remedy needs a name");
      if (!seen.insert(found.remedies[i]).second)
        error(at + "/remedy" + json::step(i), "remedy \"" + found.remedies[i] + "\" is listed twice");
    }
    if (found.due_days && !(*found.due_days >= 0 && *found.due_days <= 36500))
      error(at + "/due_days", "must be a number of days, 0 or more");
  }

  /// What is allowed and hardly meant.
  void look_over(const rule& one, const condition& when, const std::string& at) {
    if (one.action == rule_action::set && one.value > 0 && one.scope == rule_scope::overall &&
        !stands_above(when, one.value)) {
      warn(at + "/set", "a \"set\" also raises scores that stood lower", "use \"cap\" if it should only lower them");
    }
    const bool idle = (one.action == rule_action::add && one.value == 0) ||
                      (one.action == rule_action::cap && one.value == 100) ||
                      (one.action == rule_action::floor && one.value == 0);
    if (idle) warn(at, "the rule changes nothing: every value is there already");
    for (const term& t : when.terms) {
      if (t.kind != term_kind::between || t.args.size() != 3) continue;
      const term &low = when.terms[t.args[1]], &high = when.terms[t.args[2]];
      if (low.kind == term_kind::number && high.kind == term_kind::number && low.number > high.number) {
        warn(at + "/if", "nothing lies between the two: the lower end comes first");
      }
    }
  }
  /// Whether the condition holds only for scores that stand at `value` or above.
  static bool stands_above(const condition& when, double value) {
    const auto above = [&](const term& t) {
      const bool flipped = t.kind == term_kind::less || t.kind == term_kind::less_equal;
      if (!flipped && t.kind != term_kind::greater && t.kind != term_kind::greater_equal) return false;
      const term &big = when.terms[t.args[flipped ? 1 : 0]], &small = when.terms[t.args[flipped ? 0 : 1]];
      return big.kind == term_kind::score && small.kind == term_kind::number && small.number >= value;
    };
    const term& whole = when.terms.back();
    if (whole.kind != term_kind::all_of) return above(whole);
    return std::any_of(whole.args.begin(), whole.args.end(), [&](std::size_t at) { return above(when.terms[at]); });
  }

  /// Two rules under the same condition and on the same thing of which one can never count.
  void compare_rules() {
    for (std::size_t r = 0; r < spec_.rules.size(); ++r) {
      for (std::size_t before = 0; before < r; ++before) {
        const rule &a = spec_.rules[before], &b = spec_.rules[r];
        if (a.when != b.when || a.scope != b.scope || a.target != b.target) continue;
        const std::string at = "/rules" + json::step(r), other = "rule \"" + a.id + "\"";
        const bool opposed = (a.action == rule_action::cap && b.action == rule_action::floor && a.value <= b.value) ||
                             (a.action == rule_action::floor && b.action == rule_action::cap && b.value <= a.value);
        if (opposed) warn(at, "under the same condition as " + other + ", and a cap beats a floor: the floor never counts");
        const bool same = a.action == b.action && a.action != rule_action::add && a.action != rule_action::none;
        if (same)
          warn(at, "does under the same condition what " + other + " does: only one of them can count",
               "leave one of the two out");
      }
    }
  }

  const scorecard_spec& spec_;
  diagnostics& found_;
  std::vector<std::string> signals_;
};

}  // namespace

void check_rules(const scorecard_spec& spec, bool number_only, diagnostics& found) {
  if (spec.rules.size() > max_rules) {
    found.push_back({"/rules", "more than " + std::to_string(max_rules) + " rules", {}, severity::error});
  } else if (!number_only) {
    rule_checker(spec, found).run();
  }
}

}  // namespace sojourn::inline v0_1::health::detail
