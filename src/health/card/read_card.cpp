#include "health/card/read_card.hpp"

#include <algorithm>
#include <set>

#include "health/card/aggregator_words.hpp"
#include "health/card/read_missing.hpp"
#include "health/card/read_normaliser.hpp"
#include "health/card/read_rules.hpp"
#include "json/json_value.hpp"
#include "json/reader.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using type = json::json_value::type;

class card_reader : json::reader {
 public:
  using reader::reader;

  bool card(const json::json_value& root, scorecard_spec& spec) {
    if (!is(root, "", type::object, "a card")) return false;
    keys(root, "",
         {"sojourn", "card", "version", "event", "segment", "scale", "min_coverage", "missing_scope", "signals", "tree",
          "tiers", "rules", "smoothing"});
    format(root);
    text(root, "", "card", spec.card);
    text(root, "", "version", spec.version);
    text(root, "", "event", spec.event);
    text(root, "", "segment", spec.segment);
    number(root, "", "min_coverage", spec.min_coverage);
    choice(root, "", "missing_scope", spec.missing_scope,
           {{"group", redistribution_scope::group}, {"global", redistribution_scope::global}});
    if (const json::json_value* tiers = root.find("tiers")) read_tiers(*tiers, spec.tiers);
    if (const json::json_value* smoothing = root.find("smoothing")) read_smoothing(*smoothing, spec.smoothing.emplace());
    if (const json::json_value* rules = root.find("rules")) read_rules(*rules, spec.rules, found_);
    const json::json_value* all = root.find("signals");
    const json::json_value* tree = root.find("tree");
    if (all == nullptr) error("", "\"signals\" is missing", "add \"signals\": {\"logins\": {\"norm\": {\"ramp\": [0, 5]}}}");
    if (tree == nullptr) error("", "\"tree\" is missing", "add \"tree\": {\"mean\": [[1, \"logins\"]]}");
    const bool read_all = all != nullptr && read_signals(*all, spec.signals);
    const bool read_tree = tree != nullptr && read_group(*tree, "/tree", spec.tree);
    return read_all && read_tree;
  }

 private:
  void format(const json::json_value& root) {
    const json::json_value* number = root.find("sojourn");
    if (number == nullptr)
      error("", "\"sojourn\" is missing", "add \"sojourn\": 1, the version of the format");
    else if (number->kind != type::number || number->number != 1)
      error("/sojourn", "only format 1 is known", "write 1");
    const json::json_value* scale = root.find("scale");
    if (scale == nullptr) return;
    const bool usual = scale->kind == type::array && scale->items.size() == 2 && scale->items[0].kind == type::number &&
                       scale->items[0].number == 0 && scale->items[1].kind == type::number && scale->items[1].number == 100;
    if (!usual) error("/scale", "only the scale [0, 100] exists", "leave the key out");
  }

  bool read_signals(const json::json_value& value, std::vector<signal_spec>& result) {
    if (!is(value, "/signals", type::object, "\"signals\"")) return false;
    for (const auto& [name, body] : value.members) {
      signal_spec& one = result.emplace_back();
      one.name = name;
      read_signal(body, "/signals" + json::step(name), one);
    }
    return true;
  }

  void read_signal(const json::json_value& body, const std::string& at, signal_spec& result) {
    if (!is(body, at, type::object, "a signal")) return;
    keys(body, at, {"norm", "missing", "per", "valid", "invalid", "class", "critical", "observed_at", "stale", "inactive"});
    if (const json::json_value* norm = body.find("norm"))
      read_norm(*norm, at + "/norm", result.norm, found_);
    else
      error(at, "\"norm\" is missing: how does the raw value become 0..1?", "for example \"norm\": {\"ramp\": [0, 5]}");
    if (const json::json_value* missing = body.find("missing"))
      read_missing(*missing, at + "/missing", result.missing, found_);
    text(body, at, "per", result.per);
    text(body, at, "observed_at", result.observed_at);
    if (const json::json_value* stale = body.find("stale")) read_stale(*stale, at + "/stale", result.stale.emplace());
    choice(body, at, "class", result.kind,
           {{"objective", signal_class::objective}, {"subjective", signal_class::subjective}});
    if (const json::json_value* critical = body.find("critical")) {
      if (is(*critical, at + "/critical", type::boolean, "\"critical\"") && critical->truth)
        result.critical = criticality::critical;
    }
    if (truth(body, at, "inactive")) result.state = activity::inactive;
    valid_range range;
    choice(body, at, "invalid", range.otherwise,
           {{"missing", invalid_policy::missing}, {"clamp", invalid_policy::clamp}, {"error", invalid_policy::error}});
    if (const json::json_value* valid = body.find("valid")) {
      if (numbers(*valid, at + "/valid", {&range.low, &range.high}, "low, high")) result.valid = range;
    } else if (body.find("invalid") != nullptr) {
      error(at + "/invalid", "says what happens outside \"valid\", but there is no \"valid\"", "add \"valid\": [low, high]");
    }
  }

  void read_stale(const json::json_value& value, const std::string& at, staleness& result) {
    if (!is(value, at, type::object, "\"stale\"")) return;
    keys(value, at, {"validity", "decay_weight", "to_neutral", "linear"});
    if (value.find("validity") != nullptr) {
      double days = 0;
      if (number(value, at, "validity", days)) result.validity = days;
    }
    if (const json::json_value* decay = value.find("decay_weight")) {
      weight_decay& d = result.decay_weight.emplace();
      parameters(*decay, at + "/decay_weight", {{"half_life", &d.half_life}}, {{"grace", &d.grace}});
    }
    if (const json::json_value* decay = value.find("to_neutral")) {
      neutral_decay& d = result.to_neutral.emplace();
      parameters(*decay, at + "/to_neutral", {{"half_life", &d.half_life}}, {{"grace", &d.grace}, {"neutral", &d.neutral}});
    }
    if (const json::json_value* decay = value.find("linear")) {
      linear_decay& d = result.linear.emplace();
      parameters(*decay, at + "/linear", {{"rate", &d.rate}}, {{"period", &d.period}});
    }
  }

  // The depth of the text is bounded, so the recursion is.
  bool read_group(const json::json_value& value, const std::string& at, group& result) {
    if (!is(value, at, type::object, "a group")) return false;
    const aggregator_word* word = read_aggregator(value, at, result.how);
    if (const json::json_value* propagate = value.find("propagate")) {
      if (is(*propagate, at + "/propagate", type::boolean, "\"propagate\"") && propagate->truth)
        result.own_weight = group_weight::by_coverage;
    }
    text(value, at, "id", result.id);
    number(value, at, "min_coverage", result.min_coverage);
    if (word == nullptr) return false;
    const json::json_value* members = value.find(word->key);
    const std::string here = at + json::step(word->key);
    if (!is(*members, here, type::array, "\"" + std::string(word->key) + "\"")) return false;
    bool complete = true;
    for (std::size_t i = 0; i < members->items.size(); ++i) {
      complete &= read_branch(members->items[i], here + json::step(i), result.mean.emplace_back());
    }
    return complete;
  }
  /// Which aggregator the keys of a group name, with its parameters; null where it is not exactly one.
  const aggregator_word* read_aggregator(const json::json_value& value, const std::string& at, aggregator& result) {
    std::vector<std::string> allowed = {"id", "min_coverage", "propagate"};
    const aggregator_word* found = nullptr;
    for (const aggregator_word& word : aggregator_words()) {
      allowed.emplace_back(word.key);
      if (value.find(word.key) == nullptr) continue;
      if (found != nullptr)
        error(at, "names both \"" + std::string(found->key) + "\" and \"" + std::string(word.key) + "\"");
      else
        found = &word;
    }
    if (found == nullptr) {
      error(at,
            "\"mean\" is missing: what does the group weigh? (or power, geometric, harmonic, min, max, mean_min, points, "
            "worst_of, best_n)",
            "\"mean\": [[weight, \"signal\"], ...]");
    } else {
      std::vector<double> values;
      for (const aggregator_parameter& one : found->parameters) {
        allowed.emplace_back(one.key);
        values.push_back(one.value);
        if (one.need == presence::required && value.find(one.key) == nullptr)
          error(at, "\"" + std::string(one.key) + "\" is missing");
        number(value, at, one.key, values.back());
      }
      result = found->make(values.data());
    }
    keys(value, at, std::move(allowed));
    return found;
  }
  bool read_branch(const json::json_value& value, const std::string& at, branch& result) {
    if (value.kind != type::array || value.items.size() != 2) {
      return error(at, "must be [weight, \"signal\"] or [weight, {\"id\": .., \"mean\": [..]}]"), false;
    }
    if (value.items[0].kind == type::array) {
      if (!numbers(value.items[0], at + "/0", {&result.at_worst, &result.weight}, "points at worst, points at best"))
        return false;
    } else if (!is(value.items[0], at + "/0", type::number, "a weight")) {
      return false;
    } else {
      result.weight = value.items[0].number;
    }
    const json::json_value& node = value.items[1];
    if (node.kind == type::text) {
      result.node = node.text;
      return true;
    }
    return read_group(node, at + "/1", result.node.emplace<group>());
  }

  void read_smoothing(const json::json_value& value, smoothing_spec& result) {
    if (!is(value, "/smoothing", type::object, "\"smoothing\"")) return;
    keys(value, "/smoothing", {"lambda", "half_life_days", "max_gap"});
    number(value, "/smoothing", "lambda", result.lambda);
    number(value, "/smoothing", "half_life_days", result.half_life_days);
    whole(value, "/smoothing", "max_gap", -10000, 10000, result.max_gap);
  }
  void read_unknown(const json::json_value& value, tier_spec& result) {
    if (value.kind == type::text && value.text == "report") return;
    const std::string at = "/tiers/unknown";
    if (value.kind == type::number)
      return error(at, "\"unknown\" cannot name a tier: it says what becomes of accounts without a score");
    if (value.kind != type::object || value.find("hold") == nullptr)
      return error(at, "must be \"report\" or {\"hold\": cycles}");
    keys(value, at, {"hold"});
    whole(value, at, "hold", -10000, 10000, result.hold_unknown);
    if (result.hold_unknown < 1) error(at + "/hold", "must be at least 1 cycle", "\"report\" holds nothing");
  }

  void read_tiers(const json::json_value& value, tier_spec& result) {
    if (!is(value, "/tiers", type::object, "\"tiers\"")) return;
    result.tiers.clear();
    number(value, "/tiers", "up", result.up);
    number(value, "/tiers", "down", result.down);
    choice(value, "/tiers", "closed", result.closed, {{"left", closed_side::left}, {"right", closed_side::right}});
    whole(value, "/tiers", "dwell", -10000, 10000, result.dwell);
    if (const json::json_value* unknown = value.find("unknown")) read_unknown(*unknown, result);
    std::set<std::string_view> options;
    for (const auto& [name, from] : value.members) {
      if (name == "up" || name == "down" || name == "closed" || name == "dwell" || name == "unknown") {
        if (!options.insert(name).second) error("/tiers" + json::step(name), "key \"" + name + "\" is given twice");
      } else if (is(from, "/tiers" + json::step(name), type::number, "the start of a tier")) {
        result.tiers.push_back({name, from.number});
      }
    }
  }
};

}  // namespace

card_text read_card(std::string_view json) {
  card_text result;
  json::json_value root;
  if (!json::read_json(json, root, result.found)) return result;
  return read_card(root);
}

card_text read_card(const json::json_value& root) {
  card_text result;
  result.readable = card_reader(result.found).card(root, result.spec);
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

}  // namespace sojourn::inline v0_1::health::detail
