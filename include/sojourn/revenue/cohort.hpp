// Cohorts: customers by the period in which they started, followed by age.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/element.hpp"
#include "sojourn/exec/any_executor.hpp"
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
  [[nodiscard]] const cohort_cell& at(std::int32_t cohort, std::int32_t age) const {
    return detail::element(cells, index(cohort, age), "cell");
  }
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
  friend SOJOURN_EXPORT bool operator==(const cohort_state& a, const cohort_state& b);
};

namespace detail {

[[nodiscard]] cohort_state tally_cohorts(const ledger& book, const period_grid& grid, cohort_rules rules,
                                         const any_executor& host);
[[nodiscard]] cohort_state tally_cohorts(const ledger& book, std::span<const account> some, const period_grid& grid,
                                         cohort_rules rules, const any_executor& host);

}  // namespace detail

/// Follows every customer from the period of their first day; ages are periods, and age 0 is shown, so that a loss within
/// the first period is visible. A customer who returns is active again in the original cohort, or under
/// `cohort_presence::never_churned` stays out of it. With `cohort_index::tenure_days` everybody has had the same time at an
/// age, whatever the day of the month they started on; a cell is known when every account of the cohort has been seen to it.
/// Cost: one visit per step, of tenures also one per age; parallel over accounts, the same bytes for any executor. Throws
/// `schema_error` for an empty grid.
template <executor E = serial_executor>
[[nodiscard]] cohort_state tally_cohorts(const ledger& book, const period_grid& grid, cohort_rules rules, E&& host = {}) {
  return detail::tally_cohorts(book, grid, rules, any_executor(host));
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
[[nodiscard]] cohort_state tally_cohorts(const ledger& book, std::span<const account> some, const period_grid& grid,
                                         cohort_rules rules = {});

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

  [[nodiscard]] double at(std::size_t cohort, std::size_t age) const {
    return detail::element(share, cohort * ages + age, "cell");
  }
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
