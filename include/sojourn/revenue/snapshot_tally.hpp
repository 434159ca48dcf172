// Movements and cohorts from month snapshots in one pass, without a ledger.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/snapshots.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/stats/fieldwise.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct snapshot_options {
  /// The first month that is not known: its rows and later ones have not happened yet and are counted. Default: the month
  /// after the latest in the rows.
  std::optional<month> as_of{};
  /// Size of the account universe; indices must lie below it. Default: below the number of rows.
  std::size_t accounts = 0;
};

/// The states of all metrics from snapshots. States of disjoint sets of accounts add up.
struct snapshot_state {
  revenue_state revenue;
  cohort_state cohorts;
  std::int64_t rows = 0;
  std::int64_t free_rows = 0;    ///< amount 0: no MRR in the month
  std::int64_t future_rows = 0;  ///< month on or after `as_of`: no effect

  template <class Self, class Visit>
  static void all(Self& s, const Visit& visit) {
    visit(s.revenue, s.cohorts, s.rows, s.free_rows, s.future_rows);
  }
  static constexpr std::uint16_t bytes_kind = 43;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  /// Each part is a state, and both are over one grid.
  [[nodiscard]] bool canonical() const;

  snapshot_state& operator+=(const snapshot_state& o);
  snapshot_state& operator-=(const snapshot_state& o);
  friend SOJOURN_EXPORT bool operator==(const snapshot_state& a, const snapshot_state& b);
};

namespace detail {

[[nodiscard]] snapshot_state tally_snapshots(const snapshots& table, const period_grid& grid,
                                             const snapshot_options& options, const revenue_policy& policy,
                                             const any_executor& host);
[[nodiscard]] snapshot_state tally_snapshots(const snapshots_by_id& table, const period_grid& grid,
                                             std::optional<month> as_of, const revenue_policy& policy,
                                             const any_executor& host);

}  // namespace detail

/// `tally_revenue` and `tally_cohorts` at once. The states are those of a ledger in which every row is a period from the
/// first day of its month to the first day of the next: an account of the last known month is still a customer, one without
/// a row in it has churned on the day after its last month.
///
/// Rows in any order; rows sorted by account and month cost one comparison each where nothing changes, others are sorted
/// first (24 bytes a row). Throws `data_error` for a missing cell, an unknown account, a negative or too large amount, a
/// month outside 1900-2199, two rows of one account and month; `schema_error` for lengths that differ and an empty grid.
/// Parallel over accounts, the same bytes for any executor. Cohorts are of `cohort_index::calendar_period`. What it does not
/// tell you: what happened between two month starts.
template <executor E = serial_executor>
[[nodiscard]] snapshot_state tally_snapshots(const snapshots& table, const period_grid& grid, snapshot_options options = {},
                                             const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_snapshots(table, grid, options, policy, any_executor(host));
}

/// The same by 64-bit ids; `as_of` as in `snapshot_options`. Rows in order of id and month are read as they are, whatever
/// the ids; in any other order ids of a range without many gaps cost nothing more either, others are numbered first (see
/// `account_index`).
template <executor E = serial_executor>
[[nodiscard]] snapshot_state tally_snapshots(const snapshots_by_id& table, const period_grid& grid,
                                             std::optional<month> as_of = {}, const revenue_policy& policy = {},
                                             E&& host = {}) {
  return detail::tally_snapshots(table, grid, as_of, policy, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
