#include "sojourn/health/card/day_inputs.hpp"

#include <algorithm>
#include <variant>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/error.hpp"

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

void require_calendar_days(const column<std::int32_t>& days, const std::string& name) {
  for (std::size_t row = 0; row < days.size(); ++row) {
    if (!days.present(row)) continue;
    const day when{days[row]};
    if (earliest_day <= when && when <= latest_day) continue;
    throw data_error(
        {name, row, to_string(when), "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column"});
  }
}

}  // namespace sojourn::inline v0_1::health
