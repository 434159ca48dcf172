// Cohorts: customers by the period in which they started, followed by age.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/exec/sharded.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/policy_options.hpp"
#include "sojourn/stats/fieldwise.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Customers and MRR of one cohort at the end of one period.
struct cohort_cell {
  std::int64_t accounts = 0;
  detail::int128 ticks = 0;

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.accounts, s.ticks);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr cohort_cell& operator+=(const cohort_cell& o) { return detail::add_fields(*this, o, "cohort_cell"); }
  constexpr cohort_cell& operator-=(const cohort_cell& o) { return detail::subtract_fields(*this, o, "cohort_cell"); }
  friend constexpr bool operator==(const cohort_cell&, const cohort_cell&) = default;
};

/// Who is in a cohort, and in what its age is counted.
struct cohort_rules {
  constexpr cohort_rules(cohort_presence who = cohort_presence::active_at_end,
                         cohort_index ages = cohort_index::calendar_period) noexcept
      : presence(who), age_in(ages) {}
  cohort_presence presence;
  cohort_index age_in;
};

/// A triangle in one flat vector: cohort c (period of the first day as a customer) by age a, both counted in periods of the
/// grid; under `cohort_index::tenure_days` age a ends 30 days x months of a period x (a + 1) after an account's own first
/// day. Cells with c + a beyond the grid do not exist. States of disjoint sets of accounts over one grid add up; others
/// throw `state_error`.
struct cohort_state {
  period_grid grid;
  std::int32_t observed = 0;          ///< periods of the grid that end by `known_until`; later cells are immature
  std::vector<cohort_cell> start;     ///< who started in the period, with the MRR of their first day
  std::vector<cohort_cell> cells;     ///< `at(c, a)`
  std::int64_t accounts_earlier = 0;  ///< started before the grid: in no cohort, never made to start again inside it
  cohort_index age_in = cohort_index::calendar_period;
  day known_until{};                    ///< of `tenure_days` only: the first day that is not known
  std::vector<std::int64_t> reached{};  ///< of `tenure_days` only, as `cells`: accounts of the cohort seen to that age

  [[nodiscard]] std::size_t index(std::int32_t cohort, std::int32_t age) const noexcept {
    return static_cast<std::size_t>(cohort) * start.size() + static_cast<std::size_t>(age);
  }
  [[nodiscard]] const cohort_cell& at(std::int32_t cohort, std::int32_t age) const { return cells.at(index(cohort, age)); }
  /// Whether a cell is known: the period has ended, or every account of the cohort has been seen to that age.
  [[nodiscard]] bool mature(std::int32_t cohort, std::int32_t age) const noexcept {
    if (age_in == cohort_index::calendar_period) return cohort + age < observed;
    const std::int64_t size = start[static_cast<std::size_t>(cohort)].accounts;
    return size > 0 && reached[index(cohort, age)] == size;
  }
  static constexpr std::int32_t days_a_month = 30;
  /// Days from an account's first day to the first day after the age.
  [[nodiscard]] static constexpr std::int32_t tenure_end(const period_grid& grid, std::int32_t age) noexcept {
    return days_a_month * grid.months_each * (age + 1);
  }

  [[nodiscard]] bool nothing_counted() const;

  static constexpr std::uint16_t bytes_kind = 34;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    if constexpr (std::is_const_v<Self>) {
      // Equal states have equal bytes: one in which nothing was counted is written as the neutral one.
      const cohort_state neutral;
      const cohort_state& s = self.nothing_counted() ? neutral : self;
      archive(s.grid, s.observed, s.start, s.cells, s.accounts_earlier, s.age_in, s.known_until.since_epoch, s.reached);
    } else {
      archive(self.grid, self.observed, self.start, self.cells, self.accounts_earlier, self.age_in,
              self.known_until.since_epoch, self.reached);
    }
  }
  [[nodiscard]] bool canonical() const;

  cohort_state& operator+=(const cohort_state& o);
  cohort_state& operator-=(const cohort_state& o);
  friend bool operator==(const cohort_state& a, const cohort_state& b);
};
static_assert(mergeable<cohort_state>);

namespace detail {

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

/// `at(i)` names the i-th of `accounts` accounts.
template <class AccountAt, executor E>
[[nodiscard]] cohort_state tally_cohorts_of(const ledger& book, std::size_t accounts, const AccountAt& at,
                                            const period_grid& grid, cohort_rules rules, E&& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_cohorts: a grid needs at least one period");
  require_one_lane(book);
  const period_finder finder(grid);
  const cohort_state empty = empty_cohorts(grid, book.known_until(), rules.age_in);
  return tally_sharded(
      accounts,
      [&](std::size_t first, std::size_t last) {
        cohort_state state = empty;
        for (std::size_t i = first; i < last; ++i) {
          auto steps = book.steps(at(i));
          if (rules.presence == cohort_presence::never_churned) steps = until_first_churn(steps);
          if (rules.age_in == cohort_index::tenure_days)
            add_to_tenure_cohorts(state, finder, steps);
          else
            add_to_cohorts(state, finder, steps);
        }
        if (rules.age_in == cohort_index::calendar_period) add_up_ages(state);
        return state;
      },
      host);
}

}  // namespace detail

/// Follows every customer from the period of their first day; ages are periods, and age 0 is shown, so that a loss within
/// the first period is visible. A customer who returns is active again in the original cohort, or under
/// `cohort_presence::never_churned` stays out of it. With `cohort_index::tenure_days` everybody has had the same time at an
/// age, whatever the day of the month they started on; a cell is known when every account of the cohort has been seen to it.
/// Cost: one visit per step, of tenures also one per age; parallel over accounts, the same bytes for any executor. Throws
/// `schema_error` for an empty grid.
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_cohorts(const ledger& book, const period_grid& grid, cohort_rules rules, E&& host = {}) {
  return detail::tally_cohorts_of(
      book, book.accounts(), [](std::size_t i) { return account{static_cast<std::uint32_t>(i)}; }, grid, rules, host);
}
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_cohorts(const ledger& book, const period_grid& grid, E&& host = {}) {
  return tally_cohorts(book, grid, cohort_rules{}, host);
}

/// In several currencies at the rates of the last day of the grid, or of what is known; tenures at those of the last known
/// day: see `ask_cohorts`.
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_cohorts(const keyed_ledger& book, const period_grid& grid, cohort_rules rules = {},
                                         E&& host = {}) {
  if (grid.count <= 0) throw schema_error("tally_cohorts: a grid needs at least one period");
  return ask_cohorts(book, grid.end(grid.count - 1), rules.age_in == cohort_index::tenure_days,
                     [&](const ledger& one) { return tally_cohorts(one, grid, rules, host); });
}

/// The same of some accounts, each named once: what they contribute to the state of the whole. O(their steps).
[[nodiscard]] inline cohort_state tally_cohorts(const ledger& book, std::span<const account> some, const period_grid& grid,
                                                cohort_rules rules = {}) {
  return detail::tally_cohorts_of(book, some.size(), [&](std::size_t i) { return some[i]; }, grid, rules, serial_executor{});
}

enum class cohort_measure : std::uint8_t { accounts, mrr };
constexpr std::array<std::string_view, 2> values_of(cohort_measure) {
  return {"accounts", "mrr"};
}

/// Customers of a cell, or its MRR in minor units; nothing where the cell is not known or does not exist.
[[nodiscard]] std::optional<std::int64_t> cohort_count(const cohort_state& state, std::int32_t cohort, std::int32_t age,
                                                       cohort_measure measure = cohort_measure::accounts);

/// Shares by cohort and age. NaN where it is not known (immature, or a cohort without customers), never 0.
struct cohort_triangle {
  std::vector<std::string> cohorts;  ///< labels of the rows
  std::vector<double> sizes;         ///< customers, or starting MRR in minor units
  std::size_t ages = 0;
  std::vector<double> share;  ///< cohorts x ages, row-major

  [[nodiscard]] double at(std::size_t cohort, std::size_t age) const { return share.at(cohort * ages + age); }
};

/// Retention triangle: active customers (or MRR in force) at the end of each age over customers (or MRR on their first day)
/// at the start; NaN for a share of MRR where nobody paid then. Shares of MRR pass 1 where a cohort grew. O(periods
/// squared). What it does not tell you: why a cohort is good. Mix and price change from cohort to cohort.
[[nodiscard]] cohort_triangle cohort_retention(const cohort_state& state, cohort_measure measure = cohort_measure::accounts);

/// One number per age over the cohorts that are known at that age; NaN where none is.
[[nodiscard]] std::vector<double> cohort_average(const cohort_triangle& triangle,
                                                 cohort_mean mean = cohort_mean::size_weighted);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
