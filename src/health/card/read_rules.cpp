#include "health/card/read_rules.hpp"

#include "json/reader.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

class rule_reader : json::reader {
 public:
  using reader::reader;

  void all(const json::json_value& value, std::vector<rule>& result) {
    if (!is(value, "/rules", type::array, "\"rules\"")) return;
    for (std::size_t i = 0; i < value.items.size(); ++i)
      one(value.items[i], "/rules" + json::step(i), result.emplace_back());
  }

 private:
  void one(const json::json_value& value, const std::string& at, rule& result) {
    if (!is(value, at, type::object, "a rule")) return;
    std::vector<std::string> allowed = {"id",       "if",       "priority", "on_unknown", "yields_to_manual",
                                        "reason",   "signal",   "group",    "diagnosis",  "class",
                                        "severity", "evidence", "remedy",   "owner_role", "due_days"};
    for (const auto& [word, action] : actions) allowed.emplace_back(word);
    keys(value, at, std::move(allowed));
    text(value, at, "id", result.id);
    if (value.find("if") == nullptr)
      error(at, "\"if\" is missing: when does the rule apply?", "for example \"if\": \"sponsor_left == 1\"");
    text(value, at, "if", result.when);
    text(value, at, "reason", result.reason);
    scope(value, at, result);
    action(value, at, result);
    whole(value, at, "priority", -1e6, 1e6, result.priority);
    choice(value, at, "on_unknown", result.on_unknown, {{"rest", undecided::rests}, {"fire", undecided::fires}});
    if (truth(value, at, "yields_to_manual")) result.strength = cap_strength::yields_to_manual;
    diagnosis(value, at, result);
  }

  void scope(const json::json_value& value, const std::string& at, rule& result) {
    if (value.find("signal") != nullptr) result.scope = rule_scope::signal;
    if (value.find("group") != nullptr) {
      if (result.scope == rule_scope::signal) error(at, "a rule acts on a signal or on a group, not on both");
      result.scope = rule_scope::group;
    }
    if (result.scope == rule_scope::signal) text(value, at, "signal", result.target);
    if (result.scope == rule_scope::group) text(value, at, "group", result.target);
  }

  static constexpr std::pair<std::string_view, rule_action> actions[] = {{"add", rule_action::add},
                                                                         {"cap", rule_action::cap},
                                                                         {"floor", rule_action::floor},
                                                                         {"cap_tier", rule_action::cap_tier},
                                                                         {"floor_tier", rule_action::floor_tier},
                                                                         {"set", rule_action::set},
                                                                         {"exclude", rule_action::exclude}};

  void action(const json::json_value& value, const std::string& at, rule& result) {
    std::size_t given = 0;
    for (const auto& [word, action] : actions) {
      const json::json_value* found = value.find(word);
      if (found == nullptr) continue;
      ++given;
      result.action = action;
      if (action == rule_action::cap_tier || action == rule_action::floor_tier)
        text(value, at, word, result.tier);
      else if (action != rule_action::exclude)
        number(value, at, word, result.value);
      else if (found->kind != type::boolean || !found->truth)
        error(at + "/exclude", "must be true");
    }
    if (given == 0 && value.find("diagnosis") != nullptr)
      result.action = rule_action::none;
    else if (given != 1)
      error(at, "needs exactly one of add, cap, floor, cap_tier, floor_tier, set, exclude",
            given == 0 ? "or a \"diagnosis\"" : "");
  }

  static constexpr std::pair<std::string_view, diagnosis_class> classes[] = {{"motivation", diagnosis_class::motivation},
                                                                             {"ability", diagnosis_class::ability},
                                                                             {"trigger", diagnosis_class::trigger},
                                                                             {"stakeholder", diagnosis_class::stakeholder},
                                                                             {"data", diagnosis_class::data}};

  void diagnosis(const json::json_value& value, const std::string& at, rule& result) {
    if (value.find("diagnosis") == nullptr) {
      for (const std::string_view key : {"class", "severity", "evidence", "remedy", "owner_role", "due_days"}) {
        if (value.find(key) != nullptr)
          error(at + json::step(key), "belongs to a diagnosis, and the rule has none",
                "add \"diagnosis\": \"ability.not_trained\"");
      }
      return;
    }
    rule_diagnosis& found = result.finding.emplace();
    text(value, at, "diagnosis", found.code);
    bool classified = value.find("class") != nullptr;
    for (const auto& [word, kind] : classes) {
      if (classified || !found.code.starts_with(std::string(word) + ".")) continue;
      found.kind = kind;
      classified = true;
    }
    if (!classified)
      error(at, "\"class\" is missing: motivation, ability, trigger, stakeholder or data",
            "or begin the code with it, as in \"ability.not_trained\"");
    choice(value, at, "class", found.kind,
           {{"motivation", diagnosis_class::motivation},
            {"ability", diagnosis_class::ability},
            {"trigger", diagnosis_class::trigger},
            {"stakeholder", diagnosis_class::stakeholder},
            {"data", diagnosis_class::data}});
    choice(value, at, "severity", found.severity,
           {{"low", diagnosis_severity::low},
            {"medium", diagnosis_severity::medium},
            {"high", diagnosis_severity::high},
            {"critical", diagnosis_severity::critical}});
    texts(value, at, "evidence", found.evidence);
    texts(value, at, "remedy", found.remedies);
    text(value, at, "owner_role", found.owner_role);
    int days = 0;
    if (whole(value, at, "due_days", 0, 36500, days)) found.due_days = days;
  }
};

}  // namespace

void read_rules(const json::json_value& value, std::vector<rule>& result, diagnostics& found) {
  rule_reader(found).all(value, result);
}

}  // namespace sojourn::inline v0_1::health::detail
