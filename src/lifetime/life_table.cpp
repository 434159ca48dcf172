#include "sojourn/lifetime/life_table.hpp"

#include <cmath>
#include <limits>

namespace sojourn::inline v0_1 {

life_table_rows life_table(const survival_state& state, std::int32_t width) {
  if (width < 1) throw schema_error("life_table: an interval is at least one unit of age wide");
  life_table_rows table;
  table.width = width;
  for (const auto& cell : state.cells) {
    if (cell.entry != survival_cell::from_start) {
      throw schema_error("life_table: the half-exposure rule is not defined for late entry; use kaplan_meier");
    }
    // Cells are sorted by time here, so intervals open in order; empty ones in between get their row too.
    const auto interval = static_cast<std::size_t>(cell.time / width);
    while (table.start.size() <= interval) {
      table.start.push_back(static_cast<std::int32_t>(table.start.size()) * width);
      table.events.push_back(0);
      table.censored.push_back(0);
    }
    table.events[interval] += cell.events;
    table.censored[interval] += cell.censored;
  }
  std::int64_t entering = state.accounts();
  double survival = 1, sum = 0;
  for (std::size_t k = 0; k < table.start.size(); ++k) {
    const auto events = static_cast<double>(table.events[k]);
    const double exposed = static_cast<double>(entering) - static_cast<double>(table.censored[k]) / 2;
    const double rate = events / exposed;
    survival *= 1 - rate;
    // At rate 1 the term is infinite: no account is left.
    sum += rate < 1 ? rate / (exposed * (1 - rate)) : std::numeric_limits<double>::quiet_NaN();
    table.entering.push_back(entering);
    table.effective_n.push_back(exposed);
    table.churn_rate.push_back(rate);
    table.survival.push_back(survival);
    table.standard_error.push_back(survival * std::sqrt(sum));
    table.hazard.push_back(events / (width * (exposed - events / 2)));
    entering -= table.events[k] + table.censored[k];
  }
  return table;
}

}  // namespace sojourn::inline v0_1
