#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "health/card/aggregator_words.hpp"
#include "sojourn/health/card/scorecard.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using ordered_json = nlohmann::ordered_json;

/// 40, not 40.0: a whole number has one spelling, whoever wrote it.
ordered_json number(double value) {
  constexpr double exact = 9007199254740992.0;
  if (std::trunc(value) == value && std::abs(value) < exact) return static_cast<std::int64_t>(value);
  return value;
}

ordered_json numbers(const std::vector<double>& values) {
  ordered_json result = ordered_json::array();
  for (const double value : values) result.push_back(number(value));
  return result;
}

/// null where a table leaves a score open.
ordered_json cell(double s) {
  return std::isnan(s) ? ordered_json() : number(s);
}

ordered_json write_bands(const std::vector<band>& bands) {
  ordered_json result = ordered_json::array();
  for (const band& b : bands) {
    ordered_json& one = result.emplace_back(ordered_json::object());
    const bool from = b.ends == band_ends::low || b.ends == band_ends::both,
               to = b.ends == band_ends::high || b.ends == band_ends::both;
    if (!std::isinf(b.low)) one[from ? "from" : "above"] = number(b.low);
    if (!std::isinf(b.high)) one[to ? "to" : "below"] = number(b.high);
  }
  return result;
}

const char* name_of(closed_side side) {
  return side == closed_side::left ? "left" : "right";
}

struct write_norm {
  ordered_json operator()(const identity&) const { return "identity"; }
  ordered_json operator()(const ramp& r) const {
    ordered_json result = {{"ramp", ordered_json::array({number(r.bad), number(r.good)})}};
    if (r.outside == ramp_outside::ignore) result["outside"] = "ignore";
    return result;
  }
  ordered_json operator()(const piecewise& p) const {
    ordered_json knots = ordered_json::array();
    for (const knot& k : p.knots) knots.push_back(ordered_json::array({number(k.x), number(k.s)}));
    return {{"piecewise", knots}};
  }
  ordered_json operator()(const bins& b) const {
    ordered_json scores = ordered_json::array();
    for (const double s : b.s) scores.push_back(cell(s));
    ordered_json result = {{"edges", numbers(b.edges)}, {"s", std::move(scores)}, {"closed", name_of(b.closed)}};
    if (b.gaps == gap_policy::missing) result["allow_gap"] = true;
    return {{"bins", std::move(result)}};
  }
  ordered_json operator()(const value_map& m) const {
    ordered_json table = ordered_json::object();
    for (const auto& [name, s] : m.table) table[name] = number(s);
    return {{"map", table}};
  }
  ordered_json operator()(const boolean& b) const {
    if (b == boolean{}) return "bool";
    return {{"bool", {{"false", number(b.when_false)}, {"true", number(b.when_true)}}}};
  }
  ordered_json operator()(const target& t) const {
    return {{"target", ordered_json::array({number(t.low), number(t.high), number(t.falloff)})}};
  }
  ordered_json operator()(const logistic& l) const {
    return {{"logistic", ordered_json::array({number(l.mid), number(l.slope)})}};
  }
  ordered_json operator()(const log_ramp& r) const {
    ordered_json result = {{"log_ramp", ordered_json::array({number(r.bad), number(r.good)})}};
    if (r.scale == log_scale::asinh) result["scale"] = "asinh";
    return result;
  }
  ordered_json operator()(const recency& r) const {
    return {{"recency", {{"half_life", number(r.half_life)}, {"grace", number(r.grace)}}}};
  }
  ordered_json operator()(const zscore& z) const {
    return sided({{"zscore", ordered_json::array({number(z.mean), number(z.sd)})}}, z.better);
  }
  ordered_json operator()(const robust_z& z) const {
    return sided({{"robust_z", ordered_json::array({number(z.median), number(z.mad)})}}, z.better);
  }
  ordered_json operator()(const percentile& p) const {
    ordered_json result = sided({{"percentile", numbers(p.reference)}}, p.better);
    if (!p.segment.empty()) result["segment"] = p.segment;
    if (p.by.empty()) return result;
    ordered_json& by = result["by"] = ordered_json::object();
    for (const auto& [name, reference] : p.by) by[name] = numbers(reference);
    return result;
  }
  static ordered_json sided(ordered_json result, better_side better) {
    if (better == better_side::lower) result["better"] = "lower";
    return result;
  }
  ordered_json operator()(const saturating& s) const {
    ordered_json result = {{"saturating", number(s.half)}};
    if (s.curve == saturating_curve::exponential) result["curve"] = "exponential";
    return result;
  }
  ordered_json operator()(const change& c) const {
    ordered_json result = {{"change", ordered_json::array({number(c.bad), number(c.good)})}, {"floor", number(c.floor)}};
    if (!c.from.empty()) result["from"] = c.from;
    return result;
  }
  ordered_json operator()(const ratio& r) const {
    return {{"ratio", ordered_json::array({number(r.bad), number(r.good)})}, {"denominator", r.denominator}};
  }
  ordered_json operator()(const lookup2d& t) const {
    ordered_json rows = ordered_json::array();
    for (std::size_t i = 0; i < t.s.size(); ++i) {
      const std::size_t width = std::max<std::size_t>(1, t.context_bands.size());
      if (i % width == 0) rows.push_back(ordered_json::array());
      rows.back().push_back(cell(t.s[i]));
    }
    return {{"lookup2d",
             {{"bands", write_bands(t.bands)},
              {"context", t.context},
              {"context_bands", write_bands(t.context_bands)},
              {"s", rows}}}};
  }
};

ordered_json write_impute(const missing_policy& policy) {
  ordered_json result = {{"impute", policy.segment.empty() ? "median" : "segment_median"}};
  if (!policy.segment.empty()) result["segment"] = policy.segment;
  if (policy.typical) result["value"] = number(*policy.typical);
  if (policy.typical_by.empty()) return result;
  ordered_json& by = result["by"] = ordered_json::object();
  for (const auto& [name, typical] : policy.typical_by) by[name] = number(typical);
  return result;
}

ordered_json write_missing(const missing_policy& policy) {
  constexpr const char* names[] = {"redistribute", "neutral", "worst", "best", "not_applicable", "fail"};
  if (policy.kind == missing_kind::neutral) return {{"neutral", number(policy.value)}};
  if (policy.kind == missing_kind::carry_forward) return {{"carry_forward", number(policy.max_age)}};
  if (policy.kind == missing_kind::impute) return write_impute(policy);
  return names[static_cast<std::size_t>(policy.kind)];
}

ordered_json write_stale(const staleness& stale) {
  ordered_json result = ordered_json::object();
  if (stale.validity) result["validity"] = number(*stale.validity);
  if (const auto& d = stale.decay_weight)
    result["decay_weight"] = {{"half_life", number(d->half_life)}, {"grace", number(d->grace)}};
  if (const auto& d = stale.to_neutral) {
    result["to_neutral"] = {
        {"half_life", number(d->half_life)}, {"grace", number(d->grace)}, {"neutral", number(d->neutral)}};
  }
  if (const auto& d = stale.linear) result["linear"] = {{"rate", number(d->rate)}, {"period", number(d->period)}};
  return result;
}

ordered_json write_signal(const signal_spec& s) {
  ordered_json result = {{"norm", std::visit(write_norm{}, s.norm)}, {"missing", write_missing(s.missing)}};
  if (!s.per.empty()) result["per"] = s.per;
  if (s.valid) {
    constexpr const char* otherwise[] = {"missing", "clamp", "error"};
    result["valid"] = ordered_json::array({number(s.valid->low), number(s.valid->high)});
    result["invalid"] = otherwise[static_cast<std::size_t>(s.valid->otherwise)];
  }
  if (!s.observed_at.empty()) result["observed_at"] = s.observed_at;
  if (s.stale) result["stale"] = write_stale(*s.stale);
  if (s.kind != signal_class::unspecified) result["class"] = s.kind == signal_class::objective ? "objective" : "subjective";
  if (s.critical == criticality::critical) result["critical"] = true;
  if (s.state == activity::inactive) result["inactive"] = true;
  return result;
}

ordered_json write_group(const group& g) {
  ordered_json result = ordered_json::object();
  if (!g.id.empty()) result["id"] = g.id;
  if (g.min_coverage != 0) result["min_coverage"] = number(g.min_coverage);
  if (g.own_weight == group_weight::by_coverage) result["propagate"] = true;
  ordered_json members = ordered_json::array();
  for (const branch& b : g.mean) {
    const auto* inner = std::get_if<group>(&b.node);
    ordered_json weight = b.at_worst == 0 ? number(b.weight) : ordered_json::array({number(b.at_worst), number(b.weight)});
    members.push_back(ordered_json::array(
        {std::move(weight), inner != nullptr ? write_group(*inner) : ordered_json(std::get<std::string>(b.node))}));
  }
  for (const auto& [key, value] : detail::parameters_of(g.how)) result[std::string(key)] = number(value);
  result[std::string(detail::key_of(g.how))] = std::move(members);
  return result;
}

void write_finding(const rule_diagnosis& found, ordered_json& result) {
  constexpr const char* classes[] = {"motivation", "ability", "trigger", "stakeholder", "data"};
  constexpr const char* severities[] = {"low", "medium", "high", "critical"};
  result["diagnosis"] = found.code;
  result["class"] = classes[static_cast<std::size_t>(found.kind)];
  result["severity"] = severities[static_cast<std::size_t>(found.severity)];
  if (!found.evidence.empty()) result["evidence"] = found.evidence;
  if (!found.remedies.empty()) result["remedy"] = found.remedies;
  if (!found.owner_role.empty()) result["owner_role"] = found.owner_role;
  if (found.due_days) result["due_days"] = *found.due_days;
}

ordered_json write_rule(const rule& r) {
  constexpr const char* actions[] = {"add", "cap", "floor", "cap_tier", "floor_tier", "set", "exclude"};
  ordered_json result = {{"id", r.id}, {"if", r.when}};
  if (r.scope != rule_scope::overall) result[r.scope == rule_scope::signal ? "signal" : "group"] = r.target;
  if (r.action != rule_action::none) {
    ordered_json& action = result[actions[static_cast<std::size_t>(r.action)]];
    if (r.action == rule_action::cap_tier || r.action == rule_action::floor_tier)
      action = r.tier;
    else if (r.action == rule_action::exclude)
      action = true;
    else
      action = number(r.value);
  }
  if (r.priority != 0) result["priority"] = r.priority;
  if (r.on_unknown == undecided::fires) result["on_unknown"] = "fire";
  if (r.strength == cap_strength::yields_to_manual) result["yields_to_manual"] = true;
  if (!r.reason.empty()) result["reason"] = r.reason;
  if (r.finding) write_finding(*r.finding, result);
  return result;
}

ordered_json write_tiers(const tier_spec& spec) {
  ordered_json result = ordered_json::object();
  for (const tier& t : spec.tiers) result[t.name] = number(t.from);
  result["up"] = number(spec.up);
  result["down"] = number(spec.down);
  result["closed"] = name_of(spec.closed);
  if (spec.dwell != 1) result["dwell"] = spec.dwell;
  if (spec.hold_unknown != 0) result["unknown"] = {{"hold", spec.hold_unknown}};
  return result;
}

ordered_json write_smoothing(const smoothing_spec& spec) {
  ordered_json result = ordered_json::object();
  if (spec.half_life_days != 0) result["half_life_days"] = number(spec.half_life_days);
  if (spec.lambda != 0) result["lambda"] = number(spec.lambda);
  result["max_gap"] = spec.max_gap;
  return result;
}

}  // namespace

std::string to_json(const scorecard_spec& spec) {
  ordered_json result = {{"sojourn", 1}, {"card", spec.card}};
  if (!spec.version.empty()) result["version"] = spec.version;
  if (!spec.event.empty()) result["event"] = spec.event;
  if (!spec.segment.empty()) result["segment"] = spec.segment;
  result["min_coverage"] = number(spec.min_coverage);
  result["missing_scope"] = spec.missing_scope == redistribution_scope::group ? "group" : "global";
  ordered_json all = ordered_json::object();
  for (const signal_spec& s : spec.signals) all[s.name] = write_signal(s);
  result["signals"] = std::move(all);
  result["tree"] = write_group(spec.tree);
  result["tiers"] = write_tiers(spec.tiers);
  if (spec.smoothing) result["smoothing"] = write_smoothing(*spec.smoothing);
  if (!spec.rules.empty()) {
    ordered_json rules = ordered_json::array();
    for (const rule& r : spec.rules) rules.push_back(write_rule(r));
    result["rules"] = std::move(rules);
  }
  // Names built in C++ may hold bytes that are no UTF-8; a card must still be printable.
  return result.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace sojourn::inline v0_1::health
