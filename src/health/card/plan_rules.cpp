#include "health/card/plan_rules.hpp"

#include <algorithm>

namespace sojourn::health::detail {
void place_columns(condition& when, std::vector<std::string>& inputs) {
  std::vector<std::size_t> places;
  for (const std::string& name : when.columns) {
    const auto at = std::find(inputs.begin(), inputs.end(), name);
    places.push_back(static_cast<std::size_t>(at - inputs.begin()));
    if (at == inputs.end()) inputs.push_back(name);
  }
  for (term& t : when.terms) {
    if (t.kind == term_kind::column) t.index = places[t.index];
  }
}

namespace {

/// Without its signals a group has nothing.
void exclude(std::size_t r, std::size_t group, plan& result) {
  for (leaf& l : result.leaves) {
    for (std::size_t g = l.group; g != nowhere; g = result.groups[g].parent) {
      if (g == group) l.excluded_by |= std::uint64_t{1} << r, l.reads_once = false;
    }
  }
}

void place_target(std::size_t r, plan& result) {
  const rule& one = result.spec.rules[r];
  if (one.scope == rule_scope::overall) return;
  result.scoped.push_back(r);
  if (one.scope == rule_scope::signal) {
    const auto named = [&](const signal_spec& s) { return s.name == one.target; };
    const auto& all = result.spec.signals;
    leaf& target = result.leaves[static_cast<std::size_t>(std::find_if(all.begin(), all.end(), named) - all.begin())];
    target.rules.push_back(r);
    target.rule_bits |= std::uint64_t{1} << r;
    target.reads_once = false;
    return;
  }
  const std::vector<std::string> ids = group_ids(result.spec);
  const auto g = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), one.target) - ids.begin());
  if (one.action == rule_action::exclude) return exclude(r, g, result);
  if (one.action == rule_action::none) return;
  result.groups[g].rules.push_back(r);
  result.moves_groups = true;
}

}  // namespace

void plan_rules(plan& result) {
  const std::size_t numbers = result.inputs.size();
  for (std::size_t r = 0; r < result.spec.rules.size(); ++r) {
    result.conditions.push_back(read_condition(result.spec.rules[r].when, result.spec));
    place_columns(result.conditions.back(), result.inputs);
    place_target(r, result);
  }
  result.compared.assign(result.inputs.size(), false);
  std::fill(result.compared.begin() + static_cast<std::ptrdiff_t>(numbers), result.compared.end(), true);
}

}  // namespace sojourn::health::detail
