#include "health/card/extend_card.hpp"

#include <algorithm>
#include <map>

#include "json/reader.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

json::json_value* find(json::json_value& object, std::string_view key) {
  const auto at =
      std::find_if(object.members.begin(), object.members.end(), [&](const json::json_member& m) { return m.name == key; });
  return at == object.members.end() ? nullptr : &at->value;
}
void erase(json::json_value& object, std::string_view key) {
  std::erase_if(object.members, [&](const json::json_member& m) { return m.name == key; });
}
/// Null takes the key away.
void put(json::json_value& object, const json::json_member& one) {
  if (one.value.kind == json::json_value::type::null) return erase(object, one.name);
  if (json::json_value* there = find(object, one.name))
    *there = one.value;
  else
    object.members.push_back(one);
}

std::string name_of_card(const json::json_value& card) {
  const json::json_value* name = card.find("card");
  return name != nullptr && name->kind == json::json_value::type::text ? name->text : "";
}

class extender : json::reader {
 public:
  extender(const std::vector<json::json_value>& cards, diagnostics& found)
      : reader(found), cards_(cards), done_(cards.size()), state_(cards.size()) {
    for (std::size_t c = 0; c < cards.size(); ++c) {
      const std::string name = name_of_card(cards[c]);
      const auto [first, is_new] = position_.emplace(name, c);
      if (!is_new && !name.empty()) {
        error("/cards" + json::step(c) + "/card",
              "card \"" + name + "\" exists already at position " + std::to_string(first->second + 1));
      }
    }
  }

  std::vector<json::json_value> run() {
    for (std::size_t c = 0; c < cards_.size(); ++c) resolve(c);
    return std::move(done_);
  }

 private:
  enum class state : std::uint8_t { open, under_way, done };

  // As deep as the chain of bases, which is no longer than the list of cards.
  void resolve(std::size_t c) {
    if (state_[c] == state::done) return;
    const std::string at = "/cards" + json::step(c);
    done_[c] = cards_[c];
    state_[c] = state::done;
    const json::json_value* extends = cards_[c].find("extends");
    if (extends == nullptr) return;
    erase(done_[c], "extends");
    if (!is(*extends, at + "/extends", type::text, "\"extends\"")) return;
    const auto base = position_.find(extends->text);
    if (base == position_.end() || extends->text.empty()) {
      std::vector<std::string> names;
      names.reserve(position_.size());
      for (const auto& [name, where] : position_) names.push_back(name);
      return error(at + "/extends", "there is no card \"" + extends->text + "\" to extend",
                   json::did_you_mean(extends->text, names));
    }
    path_.push_back(c);
    state_[c] = state::under_way;
    if (state_[base->second] == state::under_way) {
      report_cycle(base->second, at);
    } else {
      resolve(base->second);
      done_[c] = merged(done_[base->second], cards_[c], at);
    }
    state_[c] = state::done;
    path_.pop_back();
  }

  void report_cycle(std::size_t again, const std::string& at) {
    std::string cycle;
    for (auto c = std::find(path_.begin(), path_.end(), again); c != path_.end(); ++c)
      cycle += name_of_card(cards_[*c]) + " -> ";
    error(at + "/extends", "cards extend each other in a circle: " + cycle + name_of_card(cards_[again]));
  }

  json::json_value merged(json::json_value base, const json::json_value& own, const std::string& at) {
    each_once(own, at);
    for (const json::json_member& m : own.members) {
      if (m.name == "extends" || m.name == "weights") continue;
      json::json_value* there = find(base, m.name);
      const bool both = there != nullptr && there->kind == m.value.kind;
      if (m.name == "signals" && both && there->kind == type::object)
        merge_signals(base, *there, m.value, at + "/signals");
      else if (m.name == "rules" && both && there->kind == type::array)
        merge_rules(*there, m.value, at + "/rules");
      else
        put(base, m);
    }
    if (const json::json_value* weights = own.find("weights")) set_weights(base, *weights, at + "/weights");
    return base;
  }

  /// Signal by signal, key by key; a signal that is null leaves the card and its tree.
  void merge_signals(json::json_value& card, json::json_value& base, const json::json_value& own, const std::string& at) {
    each_once(own, at);
    for (const json::json_member& m : own.members) {
      json::json_value* there = find(base, m.name);
      if (m.value.kind == type::null && there != nullptr) {
        if (json::json_value* tree = find(card, "tree")) prune(*tree, m.name);
      }
      if (there == nullptr || m.value.kind != type::object || there->kind != type::object) {
        put(base, m);
        continue;
      }
      each_once(m.value, at + json::step(m.name));
      for (const json::json_member& key : m.value.members) put(*there, key);
    }
  }

  /// Rules by id: the same id takes the place of the base's, a new one comes after; "drop": true takes one away.
  void merge_rules(json::json_value& base, const json::json_value& own, const std::string& at) {
    const auto id_of = [](const json::json_value& r) {
      return r.find("id") != nullptr ? r.find("id")->text : std::string();
    };
    for (std::size_t i = 0; i < own.items.size(); ++i) {
      const std::string id = id_of(own.items[i]);
      const auto there = std::find_if(base.items.begin(), base.items.end(),
                                      [&](const json::json_value& r) { return !id.empty() && id_of(r) == id; });
      if (truth(own.items[i], at + json::step(i), "drop")) {
        if (there == base.items.end())
          error(at + json::step(i), "the base has no rule \"" + id + "\" to drop");
        else
          base.items.erase(there);
      } else if (there != base.items.end()) {
        *there = own.items[i];
      } else {
        base.items.push_back(own.items[i]);
      }
    }
  }

  /// Calls `visit(list, position)` for every [weight, node] of the tree; it says whether to go on to the next position.
  template <class Visit>
  static void walk(json::json_value& group, Visit visit) {
    for (json::json_member& m : group.members) {
      if (m.value.kind != type::array) continue;
      for (std::size_t i = 0; i < m.value.items.size();) {
        json::json_value& pair = m.value.items[i];
        const bool branch = pair.kind == type::array && pair.items.size() == 2;
        if (branch && pair.items[1].kind == type::object) walk(pair.items[1], visit);
        if (!branch || visit(m.value, i)) ++i;
      }
    }
  }
  static std::string node_name(const json::json_value& pair) {
    const json::json_value& node = pair.items[1];
    if (node.kind == type::text) return node.text;
    const json::json_value* id = node.kind == type::object ? node.find("id") : nullptr;
    return id != nullptr ? id->text : "";
  }
  static void prune(json::json_value& tree, const std::string& signal) {
    walk(tree, [&](json::json_value& list, std::size_t i) {
      const bool gone = list.items[i].items[1].kind == type::text && list.items[i].items[1].text == signal;
      if (gone) list.items.erase(list.items.begin() + static_cast<std::ptrdiff_t>(i));
      return !gone;
    });
  }

  /// New weights of signals and groups of the inherited tree, by name.
  void set_weights(json::json_value& card, const json::json_value& weights, const std::string& at) {
    if (!is(weights, at, type::object, "\"weights\"")) return;
    each_once(weights, at);
    std::vector<std::string> names;
    json::json_value none;
    json::json_value* found = find(card, "tree");
    json::json_value& tree = found == nullptr ? none : *found;
    walk(tree, [&](json::json_value& list, std::size_t i) {
      const std::string name = node_name(list.items[i]);
      names.push_back(name);
      const json::json_value* weight = weights.find(name);
      if (weight != nullptr && !name.empty()) list.items[i].items[0] = *weight;
      return true;
    });
    for (const json::json_member& m : weights.members) {
      if (std::find(names.begin(), names.end(), m.name) != names.end() && !m.name.empty()) {
        is(m.value, at + json::step(m.name), type::number, "a weight");
      } else {
        error(at + json::step(m.name), "the tree has neither a signal nor a group \"" + m.name + "\"",
              json::did_you_mean(m.name, names));
      }
    }
  }

  void each_once(const json::json_value& object, const std::string& at) {
    std::set<std::string_view> seen;
    for (const json::json_member& m : object.members) {
      if (!seen.insert(m.name).second) error(at + json::step(m.name), "key \"" + m.name + "\" is given twice");
    }
  }

  const std::vector<json::json_value>& cards_;
  std::vector<json::json_value> done_;
  std::vector<state> state_;
  std::vector<std::size_t> path_;
  std::map<std::string, std::size_t> position_;
};

}  // namespace

std::vector<json::json_value> extend_cards(const std::vector<json::json_value>& cards, diagnostics& found) {
  return extender(cards, found).run();
}

}  // namespace sojourn::inline v0_1::health::detail
