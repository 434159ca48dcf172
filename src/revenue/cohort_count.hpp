// The cells of a cohort state while they are counted.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/revenue/cohort.hpp"

namespace sojourn::inline v0_1::detail {

// Unchecked: fewer than 2^32 accounts of 64-bit levels cannot leave a cell.
inline void add_to_cell(cohort_cell& cell, int accounts, std::int64_t ticks) noexcept {
  cell.accounts += accounts;
  cell.ticks += ticks;
}

// Up to and with the first step on which the account is no customer any more.
inline std::span<const mrr_step> until_first_churn(std::span<const mrr_step> steps) {
  const auto gone = std::find_if(steps.begin(), steps.end(), [](const mrr_step& step) { return !step.present(); });
  return gone == steps.end() ? steps : steps.first(static_cast<std::size_t>(gone - steps.begin()) + 1);
}

// Changes of level become deltas along the age axis; `add_up_ages` sums them up.
inline void add_to_cohorts(cohort_state& state, const period_finder& finder, std::span<const mrr_step> steps) {
  if (steps.empty() || steps.front().when.since_epoch >= finder.end_day()) return;
  if (steps.front().when.since_epoch < finder.first_day()) {
    ++state.accounts_earlier;
    return;
  }
  const std::int32_t cohort = finder(steps.front().when.since_epoch);
  add_to_cell(state.start[static_cast<std::size_t>(cohort)], 1, steps.front().level.ticks());
  cohort_cell* const cells = state.cells.data() + state.index(cohort, -cohort);
  mrr_step before;
  for (const mrr_step& step : steps) {  // of several steps in a period only the last remains of their sum
    if (step.when.since_epoch >= finder.end_day()) break;
    add_to_cell(cells[finder(step.when.since_epoch)], step.present() - before.present(),
                step.level.ticks() - before.level.ticks());
    before = step;
  }
}

// Who has not been seen to an age is not in its cell, which then says so: its count of accounts is below that of the start.
inline void add_to_tenure_cohorts(cohort_state& state, const period_finder& finder, std::span<const mrr_step> steps) {
  if (steps.empty() || steps.front().when.since_epoch >= finder.end_day()) return;
  const std::int32_t first = steps.front().when.since_epoch;
  if (first < finder.first_day()) {
    ++state.accounts_earlier;
    return;
  }
  const std::int32_t cohort = finder(first);
  add_to_cell(state.start[static_cast<std::size_t>(cohort)], 1, steps.front().level.ticks());
  mrr_step now;
  std::size_t next = 0;
  for (std::int32_t age = 0; cohort + age < state.grid.count; ++age) {
    const std::int32_t end = first + cohort_state::tenure_end(state.grid, age);
    if (end > state.known_until.since_epoch) return;
    for (; next < steps.size() && steps[next].when.since_epoch < end; ++next) now = steps[next];
    add_to_cell(state.cells[state.index(cohort, age)], now.present(), now.level.ticks());
    ++state.reached[state.index(cohort, age)];
  }
}

[[nodiscard]] inline cohort_state empty_cohorts(const period_grid& grid, day known_until,
                                                cohort_index age_in = cohort_index::calendar_period) {
  // A cell for each cohort and age: two rows 300 years apart would take 800 MB.
  constexpr std::int32_t most_cohorts = 1'200;
  if (grid.count > most_cohorts) {
    throw schema_error("cohorts: " + std::to_string(grid.count) + " periods are more than " + std::to_string(most_cohorts) +
                       "; choose the first and the last cohort, or longer periods");
  }
  const auto periods = static_cast<std::size_t>(grid.count);
  std::int32_t observed = 0;
  while (observed < grid.count && grid.end(observed) <= known_until) ++observed;
  cohort_state state{grid, observed, std::vector<cohort_cell>(periods), std::vector<cohort_cell>(periods * periods)};
  if (age_in == cohort_index::tenure_days) {
    state.age_in = age_in;
    state.known_until = known_until;
    state.reached.resize(periods * periods);
  }
  return state;
}

inline void add_up_ages(cohort_state& state) {
  for (std::int32_t c = 0; c < state.grid.count; ++c) {
    for (std::int32_t a = 1; c + a < state.grid.count; ++a) state.cells[state.index(c, a)] += state.at(c, a - 1);
  }
}

}  // namespace sojourn::inline v0_1::detail
