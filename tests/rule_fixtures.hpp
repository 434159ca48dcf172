// Rules of literals, and a small card for them to act on.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "health_fixtures.hpp"

namespace health_test {

inline h::rule acting(std::string id, std::string condition, h::rule_action action, double value = 0) {
  h::rule r;
  r.id = std::move(id);
  r.when = std::move(condition);
  r.action = action;
  r.value = value;
  return r;
}
inline h::rule on_signal(std::string signal, std::string condition, h::rule_action action, double value = 0) {
  h::rule r = acting("on " + signal + " " + std::to_string(static_cast<int>(action)), std::move(condition), action, value);
  r.scope = h::rule_scope::signal;
  r.target = std::move(signal);
  return r;
}
inline h::rule on_group(std::string group, std::string condition, h::rule_action action, double value = 0) {
  h::rule r = on_signal(std::move(group), std::move(condition), action, value);
  r.scope = h::rule_scope::group;
  return r;
}

/// a, b in group "use" of weight 3 (1 : 1), c beside it with weight 1, x without weight.
inline h::scorecard_spec small(std::vector<h::rule> rules) {
  auto spec = card({signal("a"), signal("b"), signal("c"), signal("x")},
                   {sub(3, "use", {leaf(1, "a"), leaf(1, "b")}), leaf(1, "c"), leaf(0, "x")});
  spec.rules = std::move(rules);
  return spec;
}

inline table book(std::vector<std::vector<double>> values) {
  return {{"a", "b", "c", "x"}, std::move(values)};
}

}  // namespace health_test
