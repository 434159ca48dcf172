#include "read_card.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>

#include "json_value.hpp"

namespace sojourn::health::detail {
namespace {

using type = json_value::type;

// More would help nobody, and bounds the work that hostile text can cause.
constexpr std::size_t max_found = 100;

class card_reader {
 public:
  explicit card_reader(diagnostics& found) : found_(found) {}

  bool card(const json_value& root, scorecard_spec& spec) {
    if (!is(root, "", type::object, "a card")) return false;
    keys(root, "", {"sojourn", "card", "version", "event", "scale", "min_coverage", "missing_scope", "signals", "tree", "tiers", "rules"});
    format(root);
    text(root, "", "card", spec.card);
    text(root, "", "version", spec.version);
    text(root, "", "event", spec.event);
    number(root, "", "min_coverage", spec.min_coverage);
    choice(root, "", "missing_scope", spec.missing_scope,
           {{"group", redistribution_scope::group}, {"global", redistribution_scope::global}});
    if (const json_value* tiers = root.find("tiers")) read_tiers(*tiers, spec.tiers);
    if (const json_value* rules = root.find("rules")) read_rules(*rules, spec.rules);
    const json_value* all = root.find("signals");
    const json_value* tree = root.find("tree");
    if (all == nullptr) error("", "\"signals\" is missing", "add \"signals\": {\"logins\": {\"norm\": {\"ramp\": [0, 5]}}}");
    if (tree == nullptr) error("", "\"tree\" is missing", "add \"tree\": {\"mean\": [[1, \"logins\"]]}");
    const bool read_all = all != nullptr && read_signals(*all, spec.signals);
    const bool read_tree = tree != nullptr && read_group(*tree, "/tree", spec.tree);
    return read_all && read_tree;
  }

 private:
  template <class T>
  using choices = std::initializer_list<std::pair<std::string_view, T>>;

  void error(std::string pointer, std::string message, std::string suggestion = {}) {
    if (found_.size() < max_found) found_.push_back({std::move(pointer), std::move(message), std::move(suggestion), severity::error});
  }
  bool is(const json_value& value, const std::string& at, type wanted, std::string_view what) {
    if (value.kind == wanted) return true;
    error(at, std::string(what) + " must be " + std::string(name_of(wanted)) + ", not " + std::string(name_of(value.kind)));
    return false;
  }

  /// Unknown keys, and keys given twice (of which a usual JSON reader drops one in silence).
  void keys(const json_value& object, const std::string& at, std::vector<std::string> allowed) {
    std::set<std::string_view> seen;
    for (const auto& [key, value] : object.members) {
      if (found_.size() >= max_found) return;
      if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
        error(at + step(key), "unknown key \"" + key + "\"", did_you_mean(key, allowed));
      } else if (!seen.insert(key).second) {
        error(at + step(key), "key \"" + key + "\" is given twice");
      }
    }
  }

  void format(const json_value& root) {
    const json_value* number = root.find("sojourn");
    if (number == nullptr) error("", "\"sojourn\" is missing", "add \"sojourn\": 1, the version of the format");
    else if (number->kind != type::number || number->number != 1) error("/sojourn", "only format 1 is known", "write 1");
    const json_value* scale = root.find("scale");
    if (scale == nullptr) return;
    const bool usual = scale->kind == type::array && scale->items.size() == 2 && scale->items[0].kind == type::number &&
                       scale->items[0].number == 0 && scale->items[1].kind == type::number && scale->items[1].number == 100;
    if (!usual) error("/scale", "only the scale [0, 100] exists", "leave the key out");
  }

  void text(const json_value& object, const std::string& at, std::string_view key, std::string& result) {
    const json_value* value = object.find(key);
    if (value != nullptr && is(*value, at + step(key), type::text, "\"" + std::string(key) + "\"")) result = value->text;
  }
  bool number(const json_value& object, const std::string& at, std::string_view key, double& result) {
    const json_value* value = object.find(key);
    if (value == nullptr || !is(*value, at + step(key), type::number, "\"" + std::string(key) + "\"")) return false;
    result = value->number;
    return true;
  }
  template <class T>
  void choice(const json_value& object, const std::string& at, std::string_view key, T& result, choices<T> options) {
    const json_value* value = object.find(key);
    if (value != nullptr) choose(*value, at + step(key), "\"" + std::string(key) + "\"", result, options);
  }
  template <class T>
  bool choose(const json_value& value, const std::string& at, const std::string& what, T& result, choices<T> options) {
    std::vector<std::string> words;
    std::string listed;
    for (const auto& [word, meaning] : options) {
      if (value.kind == type::text && value.text == word) {
        result = meaning;
        return true;
      }
      words.emplace_back(word);
      listed += (listed.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    }
    error(at, what + " must be one of " + listed, value.kind == type::text ? did_you_mean(value.text, words) : "");
    return false;
  }
  /// An array of exactly these numbers, or of any number of them (`results` empty: appended to `any`).
  bool numbers(const json_value& value, const std::string& at, std::initializer_list<double*> results, std::string_view names) {
    if (value.kind != type::array || value.items.size() != results.size()) {
      error(at, "must be [" + std::string(names) + "]");
      return false;
    }
    std::size_t i = 0;
    for (double* result : results) {
      if (!is(value.items[i], at + step(i), type::number, "this")) return false;
      *result = value.items[i++].number;
    }
    return true;
  }
  bool list(const json_value& object, const std::string& at, std::string_view key, std::vector<double>& result) {
    const json_value* value = object.find(key);
    if (value == nullptr) return error(at, "\"" + std::string(key) + "\" is missing"), false;
    const std::string here = at + step(key);
    if (!is(*value, here, type::array, "\"" + std::string(key) + "\"")) return false;
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      if (!is(value->items[i], here + step(i), type::number, "this")) return false;
      result.push_back(value->items[i].number);
    }
    return true;
  }

  bool read_signals(const json_value& value, std::vector<signal_spec>& result) {
    if (!is(value, "/signals", type::object, "\"signals\"")) return false;
    for (const auto& [name, body] : value.members) {
      signal_spec& one = result.emplace_back();
      one.name = name;
      read_signal(body, "/signals" + step(name), one);
    }
    return true;
  }

  void read_signal(const json_value& body, const std::string& at, signal_spec& result) {
    if (!is(body, at, type::object, "a signal")) return;
    keys(body, at, {"norm", "missing", "per", "valid", "invalid", "class", "critical", "observed_at", "stale"});
    if (const json_value* norm = body.find("norm")) read_norm(*norm, at + "/norm", result.norm);
    else error(at, "\"norm\" is missing: how does the raw value become 0..1?", "for example \"norm\": {\"ramp\": [0, 5]}");
    if (const json_value* missing = body.find("missing")) read_missing(*missing, at + "/missing", result.missing);
    text(body, at, "per", result.per);
    text(body, at, "observed_at", result.observed_at);
    if (const json_value* stale = body.find("stale")) read_stale(*stale, at + "/stale", result.stale.emplace());
    choice(body, at, "class", result.kind, {{"objective", signal_class::objective}, {"subjective", signal_class::subjective}});
    if (const json_value* critical = body.find("critical")) {
      if (is(*critical, at + "/critical", type::boolean, "\"critical\"") && critical->truth) result.critical = criticality::critical;
    }
    valid_range range;
    choice(body, at, "invalid", range.otherwise,
           {{"missing", invalid_policy::missing}, {"clamp", invalid_policy::clamp}, {"error", invalid_policy::error}});
    if (const json_value* valid = body.find("valid")) {
      if (numbers(*valid, at + "/valid", {&range.low, &range.high}, "low, high")) result.valid = range;
    } else if (body.find("invalid") != nullptr) {
      error(at + "/invalid", "says what happens outside \"valid\", but there is no \"valid\"", "add \"valid\": [low, high]");
    }
  }

  void read_stale(const json_value& value, const std::string& at, staleness& result) {
    if (!is(value, at, type::object, "\"stale\"")) return;
    keys(value, at, {"validity", "decay_weight", "to_neutral", "linear"});
    if (value.find("validity") != nullptr) {
      double days = 0;
      if (number(value, at, "validity", days)) result.validity = days;
    }
    if (const json_value* decay = value.find("decay_weight")) {
      weight_decay& d = result.decay_weight.emplace();
      parameters(*decay, at + "/decay_weight", {{"half_life", &d.half_life}}, {{"grace", &d.grace}});
    }
    if (const json_value* decay = value.find("to_neutral")) {
      neutral_decay& d = result.to_neutral.emplace();
      parameters(*decay, at + "/to_neutral", {{"half_life", &d.half_life}}, {{"grace", &d.grace}, {"neutral", &d.neutral}});
    }
    if (const json_value* decay = value.find("linear")) {
      linear_decay& d = result.linear.emplace();
      parameters(*decay, at + "/linear", {{"rate", &d.rate}}, {{"period", &d.period}});
    }
  }

  using named = std::initializer_list<std::pair<std::string_view, double*>>;
  /// An object of named numbers, some of which may be left out.
  void parameters(const json_value& value, const std::string& at, named required, named optional) {
    if (!is(value, at, type::object, "this")) return;
    std::vector<std::string> allowed;
    for (const auto& [key, result] : required) {
      allowed.emplace_back(key);
      if (value.find(key) == nullptr) error(at, "\"" + std::string(key) + "\" is missing");
      number(value, at, key, *result);
    }
    for (const auto& [key, result] : optional) {
      allowed.emplace_back(key);
      number(value, at, key, *result);
    }
    keys(value, at, std::move(allowed));
  }

  void read_missing(const json_value& value, const std::string& at, missing_policy& result) {
    if (value.kind == type::object) {
      keys(value, at, {"neutral"});
      result.kind = missing_kind::neutral;
      if (value.find("neutral") == nullptr) error(at, "\"neutral\" is missing", "for example {\"neutral\": 0.5}");
      number(value, at, "neutral", result.value);
      return;
    }
    choose(value, at, "\"missing\"", result.kind,
           {{"redistribute", missing_kind::redistribute}, {"neutral", missing_kind::neutral}, {"worst", missing_kind::worst},
            {"best", missing_kind::best}, {"not_applicable", missing_kind::not_applicable}, {"fail", missing_kind::fail}});
  }

  void read_norm(const json_value& value, const std::string& at, normaliser& result) {
    if (value.kind == type::text) {
      choose(value, at, "a normaliser without parameters", result, {{"identity", identity{}}, {"bool", boolean{}}});
      return;
    }
    if (!is(value, at, type::object, "\"norm\"")) return;
    static const std::vector<std::string> kinds = {"ramp", "piecewise", "bins", "map", "bool", "target", "logistic", "log_ramp", "saturating",
                                                   "recency", "zscore", "robust_z", "percentile"};
    const auto is_kind = [](const auto& m) { return std::find(kinds.begin(), kinds.end(), m.name) != kinds.end(); };
    const auto kind = std::find_if(value.members.begin(), value.members.end(), is_kind);
    if (kind == value.members.end()) {
      const std::string hint = value.members.empty() ? "" : did_you_mean(value.members.front().name, kinds);
      error(at, "names no normaliser: identity, ramp, piecewise, bins, map, bool, target, logistic, log_ramp, saturating, recency, zscore, robust_z, percentile", hint);
      return;
    }
    if (std::count_if(value.members.begin(), value.members.end(), is_kind) > 1) error(at, "names more than one normaliser");
    std::vector<std::string> allowed = kinds;  // a second kind is reported above already
    if (kind->name == "ramp") allowed.push_back("outside");
    const bool has_side = kind->name == "zscore" || kind->name == "robust_z" || kind->name == "percentile";
    if (has_side) allowed.push_back("better");
    keys(value, at, std::move(allowed));
    read_kind(kind->name, kind->value, at + step(kind->name), result);
    if (auto* as_ramp = std::get_if<ramp>(&result)) {
      choice(value, at, "outside", as_ramp->outside, {{"clip", ramp_outside::clip}, {"ignore", ramp_outside::ignore}});
    }
    better_side side = better_side::higher;
    if (has_side) choice(value, at, "better", side, {{"higher", better_side::higher}, {"lower", better_side::lower}});
    if (auto* z = std::get_if<zscore>(&result)) z->better = side;
    if (auto* z = std::get_if<robust_z>(&result)) z->better = side;
    if (auto* p = std::get_if<percentile>(&result)) p->better = side;
  }

  void read_kind(const std::string& kind, const json_value& value, const std::string& at, normaliser& result) {
    if (kind == "ramp") {
      ramp r;
      if (numbers(value, at, {&r.bad, &r.good}, "bad, good")) result = r;
    } else if (kind == "log_ramp") {
      log_ramp r;
      if (numbers(value, at, {&r.bad, &r.good}, "bad, good")) result = r;
    } else if (kind == "target") {
      target t;
      if (numbers(value, at, {&t.low, &t.high, &t.falloff}, "low, high, falloff")) result = t;
    } else if (kind == "logistic") {
      logistic l;
      if (numbers(value, at, {&l.mid, &l.slope}, "mid, slope")) result = l;
    } else if (kind == "saturating") {
      if (is(value, at, type::number, "\"saturating\"")) result = saturating{value.number};
    } else if (kind == "recency") {
      recency r;
      parameters(value, at, {{"half_life", &r.half_life}}, {{"grace", &r.grace}});
      result = r;
    } else if (kind == "zscore") {
      zscore z;
      if (numbers(value, at, {&z.mean, &z.sd}, "mean, standard deviation")) result = z;
    } else if (kind == "robust_z") {
      robust_z z;
      if (numbers(value, at, {&z.median, &z.mad}, "median, median absolute deviation")) result = z;
    } else if (kind == "percentile") {
      read_percentile(value, at, result);
    } else if (kind == "piecewise") {
      read_piecewise(value, at, result);
    } else if (kind == "bins") {
      read_bins(value, at, result);
    } else if (kind == "map") {
      read_map(value, at, result);
    } else {
      read_boolean(value, at, result);
    }
  }

  void read_piecewise(const json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::array, "\"piecewise\"")) return;
    piecewise p;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      knot& k = p.knots.emplace_back();
      if (!numbers(value.items[i], at + step(i), {&k.x, &k.s}, "x, s")) return;
    }
    result = std::move(p);
  }
  void read_percentile(const json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::array, "\"percentile\"")) return;
    percentile p;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (!is(value.items[i], at + step(i), type::number, "this")) return;
      p.reference.push_back(value.items[i].number);
    }
    result = std::move(p);
  }
  void read_bins(const json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"bins\"")) return;
    keys(value, at, {"edges", "s", "closed"});
    bins b;
    const bool edges = list(value, at, "edges", b.edges);
    const bool s = list(value, at, "s", b.s);
    choice(value, at, "closed", b.closed, {{"left", closed_side::left}, {"right", closed_side::right}});
    if (edges && s) result = std::move(b);
  }
  void read_map(const json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"map\"")) return;
    value_map table;
    for (const auto& [name, s] : value.members) {
      if (!is(s, at + step(name), type::number, "a map entry")) return;
      table.table.emplace_back(name, s.number);
    }
    result = std::move(table);
  }
  void read_boolean(const json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"bool\" with values")) return;
    keys(value, at, {"false", "true"});
    boolean b;
    number(value, at, "false", b.when_false);
    number(value, at, "true", b.when_true);
    result = b;
  }

  // The depth of the text is bounded, so the recursion is.
  bool read_group(const json_value& value, const std::string& at, group& result) {
    if (!is(value, at, type::object, "a group")) return false;
    keys(value, at, {"id", "mean", "min_coverage", "propagate"});
    if (const json_value* propagate = value.find("propagate")) {
      if (is(*propagate, at + "/propagate", type::boolean, "\"propagate\"") && propagate->truth) result.own_weight = group_weight::by_coverage;
    }
    text(value, at, "id", result.id);
    number(value, at, "min_coverage", result.min_coverage);
    const json_value* mean = value.find("mean");
    if (mean == nullptr) return error(at, "\"mean\" is missing: what does the group weigh?", "\"mean\": [[weight, \"signal\"], ...]"), false;
    if (!is(*mean, at + "/mean", type::array, "\"mean\"")) return false;
    bool complete = true;
    for (std::size_t i = 0; i < mean->items.size(); ++i) {
      complete &= read_branch(mean->items[i], at + "/mean" + step(i), result.mean.emplace_back());
    }
    return complete;
  }
  bool read_branch(const json_value& value, const std::string& at, branch& result) {
    if (value.kind != type::array || value.items.size() != 2) {
      return error(at, "must be [weight, \"signal\"] or [weight, {\"id\": .., \"mean\": [..]}]"), false;
    }
    if (!is(value.items[0], at + "/0", type::number, "a weight")) return false;
    result.weight = value.items[0].number;
    const json_value& node = value.items[1];
    if (node.kind == type::text) {
      result.node = node.text;
      return true;
    }
    return read_group(node, at + "/1", result.node.emplace<group>());
  }

  void read_rules(const json_value& value, std::vector<rule>& result) {
    if (!is(value, "/rules", type::array, "\"rules\"")) return;
    for (std::size_t i = 0; i < value.items.size(); ++i) read_rule(value.items[i], "/rules" + step(i), result.emplace_back());
  }
  void read_rule(const json_value& value, const std::string& at, rule& result) {
    if (!is(value, at, type::object, "a rule")) return;
    static const std::vector<std::pair<std::string, rule_action>> actions = {
        {"add", rule_action::add}, {"cap", rule_action::cap}, {"floor", rule_action::floor}, {"cap_tier", rule_action::cap_tier},
        {"floor_tier", rule_action::floor_tier}, {"set", rule_action::set}, {"exclude", rule_action::exclude}};
    std::vector<std::string> allowed = {"id", "if", "priority", "on_unknown", "yields_to_manual", "reason"};
    for (const auto& [word, action] : actions) allowed.push_back(word);
    keys(value, at, std::move(allowed));
    text(value, at, "id", result.id);
    if (value.find("if") == nullptr) error(at, "\"if\" is missing: when does the rule apply?", "for example \"if\": \"sponsor_left == 1\"");
    text(value, at, "if", result.when);
    text(value, at, "reason", result.reason);
    std::size_t given = 0;
    for (const auto& [word, action] : actions) {
      const json_value* found = value.find(word);
      if (found == nullptr) continue;
      ++given;
      result.action = action;
      if (action == rule_action::cap_tier || action == rule_action::floor_tier) text(value, at, word, result.tier);
      else if (action != rule_action::exclude) number(value, at, word, result.value);
      else if (found->kind != type::boolean || !found->truth) error(at + "/exclude", "must be true");
    }
    if (given != 1) error(at, "needs exactly one of add, cap, floor, cap_tier, floor_tier, set, exclude");
    double priority = 0;
    number(value, at, "priority", priority);
    if (priority == static_cast<double>(static_cast<int>(std::clamp(priority, -1e6, 1e6)))) result.priority = static_cast<int>(priority);
    else error(at + "/priority", "must be a whole number between -1000000 and 1000000");
    choice(value, at, "on_unknown", result.on_unknown, {{"rest", undecided::rests}, {"fire", undecided::fires}});
    const json_value* yields = value.find("yields_to_manual");
    if (yields != nullptr && is(*yields, at + "/yields_to_manual", type::boolean, "\"yields_to_manual\"") && yields->truth) {
      result.strength = cap_strength::yields_to_manual;
    }
  }

  void read_tiers(const json_value& value, tier_spec& result) {
    if (!is(value, "/tiers", type::object, "\"tiers\"")) return;
    result.tiers.clear();
    number(value, "/tiers", "up", result.up);
    number(value, "/tiers", "down", result.down);
    choice(value, "/tiers", "closed", result.closed, {{"left", closed_side::left}, {"right", closed_side::right}});
    std::set<std::string_view> options;
    for (const auto& [name, from] : value.members) {
      if (name == "up" || name == "down" || name == "closed") {
        if (!options.insert(name).second) error("/tiers" + step(name), "key \"" + name + "\" is given twice");
      } else if (is(from, "/tiers" + step(name), type::number, "the start of a tier")) {
        result.tiers.push_back({name, from.number});
      }
    }
  }

  diagnostics& found_;
};

}  // namespace

card_text read_card(std::string_view json) {
  card_text result;
  json_value root;
  if (read_json(json, root, result.found)) result.readable = card_reader(result.found).card(root, result.spec);
  return result;
}

diagnostics all_problems(const card_text& card) {
  diagnostics found = card.found;
  if (!card.readable) return found;
  for (diagnostic& d : validate(card.spec)) {
    // What could not be read was replaced by a default, so a remark at or around that place would be about the default.
    const bool reported = std::any_of(card.found.begin(), card.found.end(), [&](const diagnostic& earlier) {
      return earlier.pointer.starts_with(d.pointer) || d.pointer.starts_with(earlier.pointer + "/");
    });
    if (!reported) found.push_back(std::move(d));
  }
  return found;
}

}  // namespace sojourn::health::detail
