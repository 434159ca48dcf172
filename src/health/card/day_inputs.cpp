#include "sojourn/health/card/day_inputs.hpp"

#include <algorithm>
#include <variant>

namespace sojourn::inline v0_1::health {

std::vector<std::string> day_inputs(const scorecard& card) {
  std::vector<std::string> days;
  const auto add = [&days](const std::string& name) {
    if (!name.empty() && std::ranges::find(days, name) == days.end()) days.push_back(name);
  };
  for (const signal_spec& one : card.spec().signals) {
    if (std::holds_alternative<recency>(one.norm)) add(one.name);
    add(one.observed_at);
  }
  return days;
}

}  // namespace sojourn::inline v0_1::health
