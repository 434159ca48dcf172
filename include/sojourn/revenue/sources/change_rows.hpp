// Month snapshots and change events as subscription periods: the same ledger from every kind of input.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/input/mrr_changes.hpp"
#include "sojourn/input/snapshots.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/policy_options.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What the amount of a change says.
enum class change_amount : std::uint8_t {
  level,  ///< MRR from that day on; 0 ends it
  delta,  ///< how much more it is from that day on; negative: less
};
constexpr std::array<std::string_view, 2> values_of(change_amount) {
  return {"level", "delta"};
}

/// Several changes of one subscription on one day.
enum class same_day_changes : std::uint8_t {
  usual,   ///< levels: `last`; deltas: `sum`
  last,    ///< the last one counts: by its moment; within one moment rows are in the order in which they happened
  sum,     ///< they add up
  refuse,  ///< a `data_error` that names the second one
};
constexpr std::array<std::string_view, 4> values_of(same_day_changes) {
  return {"usual", "last", "sum", "refuse"};
}

struct change_options {
  change_amount amount = change_amount::level;
  same_day_changes same_day = same_day_changes::usual;
  std::size_t accounts = 0;  ///< size of the universe; 0: dense indices, below the number of rows
  /// A change within this many minutes of the account's previous change counts on the day of that one. Needs times of day.
  std::int32_t grouping_minutes = 0;
  /// Under `timed_events` changes at other moments of one day stay apart, where times are known; `refuse` knows no such
  /// days.
  movement_mode movements = movement_mode::gross_events;
  as_of_day as_of{};  ///< what has not happened by a named day is not moved before it
};

/// One period per row, from its day to the next change of its subscription; `source` is the row itself. Levels of
/// subscriptions add up to that of their account, because periods that overlap do.
///
/// In the ledger's `counts` a change to 0 is a free period, and a change that another one of its day replaces or completes
/// an empty one. Rows in any order, except that under `last` the order of rows decides between changes of one moment
/// (without times: of one day) that say different amounts; `same_moment` counts the days on which it did. With times and
/// `grouping_minutes`, changes that follow each other closely share the day of the first of them: a sign-up at 23:50 and an
/// upgrade at 00:20 are one new customer. Throws `data_error` with the row for a missing cell, an unknown account, a date
/// outside 1900-2199, a time outside the day, a negative level (deltas: a sum below zero), a level above 5.5e13 minor units;
/// `schema_error` for lengths that differ. O(rows log rows). What it does not tell you: what an account paid before its
/// first change; a log that starts late starts at zero.
[[nodiscard]] mrr_rows rows_from_changes(const mrr_changes& changes, const change_options& options = {});

/// The first month that is not known: the one after the latest in the rows. Nothing for a table without rows.
[[nodiscard]] std::optional<month> month_after(const snapshots& table);

/// One period per row: its month. With `ledger_options::as_of` the first day of the first month that is not known, an
/// account of the last known month is still a customer, and one without a row in it has churned; the ledger is that of
/// `tally_snapshots`. Throws `data_error` for a missing cell, an unknown account, a negative or too large amount, a month
/// outside 1900-2199, two rows of one account and month; `schema_error` for lengths that differ. O(rows), O(rows log rows)
/// where rows come unsorted.
[[nodiscard]] mrr_rows rows_from_snapshots(const snapshots& table, std::size_t accounts = 0);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
