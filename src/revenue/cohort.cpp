#include "sojourn/revenue/cohort.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "revenue/cohort_count.hpp"
#include "sojourn/exec/sharded.hpp"

namespace sojourn::inline v0_1 {
namespace {

// Gives `mine` the shape of `other` where it has none. False: nothing to add.
bool align(cohort_state& mine, const cohort_state& other) {
  if (other.start.empty()) return false;
  if (mine.start.empty()) {
    mine = {other.grid,
            other.observed,
            std::vector<cohort_cell>(other.start.size()),
            std::vector<cohort_cell>(other.cells.size()),
            0,
            other.age_in,
            other.known_until,
            std::vector<std::int64_t>(other.reached.size())};
  }
  if (mine.grid != other.grid || mine.observed != other.observed || mine.age_in != other.age_in ||
      mine.known_until != other.known_until) {
    throw state_error("cohort_state: states of different periods, ages or as-of days do not add up");
  }
  return true;
}

double amount(const cohort_cell& cell, cohort_measure measure) {
  if (measure == cohort_measure::accounts) return static_cast<double>(cell.accounts);
  return detail::to_double(cell.ticks) / static_cast<double>(mrr::ticks_per_minor);
}

/// `at(i)` names the i-th of `accounts` accounts.
template <class AccountAt>
cohort_state tally_cohorts_of(const ledger& book, std::size_t accounts, const AccountAt& at, const period_grid& grid,
                              cohort_rules rules, const any_executor& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_cohorts: a grid needs at least one period");
  detail::require_one_lane(book);
  const detail::period_finder finder(grid);
  const cohort_state empty = detail::empty_cohorts(grid, book.known_until(), rules.age_in);
  return tally_sharded(
      accounts,
      [&](std::size_t first, std::size_t last) {
        cohort_state state = empty;
        for (std::size_t i = first; i < last; ++i) {
          auto steps = book.steps(at(i));
          if (rules.presence == cohort_presence::never_churned) steps = detail::until_first_churn(steps);
          if (rules.age_in == cohort_index::tenure_days)
            detail::add_to_tenure_cohorts(state, finder, steps);
          else
            detail::add_to_cohorts(state, finder, steps);
        }
        if (rules.age_in == cohort_index::calendar_period) detail::add_up_ages(state);
        return state;
      },
      host);
}

}  // namespace

cohort_state detail::tally_cohorts(const ledger& book, const period_grid& grid, cohort_rules rules,
                                   const any_executor& host) {
  return tally_cohorts_of(
      book, book.accounts(), [](std::size_t i) { return account{static_cast<std::uint32_t>(i)}; }, grid, rules, host);
}

cohort_state detail::tally_cohorts(const ledger& book, std::span<const account> some, const period_grid& grid,
                                   cohort_rules rules, const any_executor& host) {
  return tally_cohorts_of(book, some.size(), [&](std::size_t i) { return some[i]; }, grid, rules, host);
}

cohort_state tally_cohorts(const ledger& book, std::span<const account> some, const period_grid& grid, cohort_rules rules) {
  serial_executor host;
  return detail::tally_cohorts(book, some, grid, rules, any_executor(host));
}

bool cohort_state::nothing_counted() const {
  const auto zero = [](const cohort_cell& c) { return c == cohort_cell{}; };
  return accounts_earlier == 0 && std::all_of(reached.begin(), reached.end(), [](std::int64_t n) { return n == 0; }) &&
         std::all_of(start.begin(), start.end(), zero) && std::all_of(cells.begin(), cells.end(), zero);
}

bool cohort_state::canonical() const {
  const bool tenures = age_in == cohort_index::tenure_days;
  if (start.empty()) {
    return grid == period_grid{} && observed == 0 && cells.empty() && accounts_earlier == 0 && !tenures &&
           known_until == day{} && reached.empty();
  }
  if (static_cast<std::size_t>(age_in) >= values_of(age_in).size() || (!tenures && known_until != day{})) return false;
  return reached.size() == (tenures ? cells.size() : 0) && !nothing_counted() && grid.canonical() &&
         start.size() == static_cast<std::size_t>(grid.count) && observed >= 0 && observed <= grid.count &&
         cells.size() == start.size() * start.size();
}

cohort_state& cohort_state::operator+=(const cohort_state& o) {
  cohort_state sum = *this;  // an overflow leaves the state as it was
  if (!align(sum, o)) return *this;
  for (std::size_t i = 0; i < sum.start.size(); ++i) sum.start[i] += o.start[i];
  for (std::size_t i = 0; i < sum.cells.size(); ++i) sum.cells[i] += o.cells[i];
  for (std::size_t i = 0; i < sum.reached.size(); ++i) detail::checked_add(sum.reached[i], o.reached[i], "cohort_state");
  detail::checked_add(sum.accounts_earlier, o.accounts_earlier, "cohort_state");
  return *this = std::move(sum);
}

cohort_state& cohort_state::operator-=(const cohort_state& o) {
  cohort_state rest = *this;
  if (!align(rest, o)) return *this;
  for (std::size_t i = 0; i < rest.start.size(); ++i) rest.start[i] -= o.start[i];
  for (std::size_t i = 0; i < rest.cells.size(); ++i) rest.cells[i] -= o.cells[i];
  for (std::size_t i = 0; i < rest.reached.size(); ++i)
    detail::checked_subtract(rest.reached[i], o.reached[i], "cohort_state");
  detail::checked_subtract(rest.accounts_earlier, o.accounts_earlier, "cohort_state");
  return *this = std::move(rest);
}

bool operator==(const cohort_state& a, const cohort_state& b) {
  if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
  return a.grid == b.grid && a.observed == b.observed && a.start == b.start && a.cells == b.cells &&
         a.accounts_earlier == b.accounts_earlier && a.age_in == b.age_in && a.known_until == b.known_until &&
         a.reached == b.reached;
}

std::optional<std::int64_t> cohort_count(const cohort_state& state, std::int32_t cohort, std::int32_t age,
                                         cohort_measure measure) {
  const auto periods = static_cast<std::int32_t>(state.start.size());
  if (cohort < 0 || age < 0 || cohort >= periods || age >= periods || !state.mature(cohort, age)) return std::nullopt;
  const cohort_cell& cell = state.at(cohort, age);
  return measure == cohort_measure::accounts ? cell.accounts : round_to_minor(cell.ticks);
}

cohort_triangle cohort_retention(const cohort_state& state, cohort_measure measure) {
  const auto periods = static_cast<std::int32_t>(state.start.size());
  cohort_triangle triangle;
  triangle.ages = state.start.size();
  triangle.share.assign(triangle.ages * triangle.ages, std::numeric_limits<double>::quiet_NaN());
  for (std::int32_t c = 0; c < periods; ++c) {
    const double size = amount(state.start[static_cast<std::size_t>(c)], measure);
    triangle.cohorts.push_back(state.grid.label(c));
    triangle.sizes.push_back(size);
    for (std::int32_t a = 0; c + a < periods && size > 0; ++a) {
      if (state.mature(c, a)) triangle.share[state.index(c, a)] = amount(state.at(c, a), measure) / size;
    }
  }
  return triangle;
}

std::vector<double> cohort_average(const cohort_triangle& triangle, cohort_mean mean) {
  std::vector<double> average(triangle.ages, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t age = 0; age < triangle.ages; ++age) {
    double sum = 0;
    double weights = 0;
    for (std::size_t c = 0; c < triangle.cohorts.size(); ++c) {
      const double share = triangle.at(c, age);
      if (std::isnan(share)) continue;
      const double weight = mean == cohort_mean::simple ? 1.0 : triangle.sizes[c];
      sum += weight * share;
      weights += weight;
    }
    if (weights > 0) average[age] = sum / weights;
  }
  return average;
}

}  // namespace sojourn::inline v0_1
