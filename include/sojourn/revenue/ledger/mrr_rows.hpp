// Subscription periods that own their memory: what every source of MRR turns its rows into, and a ledger is made of.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/input/subscriptions.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What became of the rows. Nothing is left out in silence.
struct row_counts {
  std::int64_t rows = 0;
  std::int64_t metered = 0;        ///< left out: `usage_rule::exclude`
  std::int64_t trials = 0;         ///< with a trial (left out of `paid`)
  std::int64_t no_trial = 0;       ///< left out of `trial`
  std::int64_t not_committed = 0;  ///< left out of `committed`
  std::int64_t past_due = 0;       ///< cut because unpaid for too long
  std::int64_t paused = 0;         ///< with a pause that changes MRR
  std::int64_t free = 0;           ///< at price 0 after discounts
  std::int64_t bridges = 0;        ///< rows added by `bridge_lapses`
  std::int64_t grouped = 0;        ///< changes moved to the day of the one before: `grouping_minutes`
  std::int64_t same_moment = 0;    ///< days on which the order of rows decided which of two changes was the last
  std::int64_t one_off = 0;        ///< left out: lines of invoices that do not recur
  std::int64_t refunds = 0;        ///< left out: `refund_rule::ignore`
  std::int64_t undated = 0;        ///< left out: refunds without the period that they take back
  std::int64_t clamped = 0;        ///< refunds of more than there was to take back
  std::int64_t prorations = 0;     ///< credits for the unused time of a change of plan, said or found to be such
  std::int64_t never_paid = 0;     ///< free or paused before its customer paid: no customer yet
  friend constexpr bool operator==(const row_counts&, const row_counts&) = default;
};

/// Where causes come from.
enum class cause_rule : std::uint8_t {
  stated,   ///< from rows that name one
  derived,  ///< also from what facts say: dates, seats, prices, other products (docs/guide/causes.md)
};
constexpr std::array<std::string_view, 2> values_of(cause_rule) {
  return {"stated", "derived"};
}

/// What a period says besides its days and its MRR.
struct row_marks {
  std::uint16_t lane = 0;
  /// Of a period without MRR whose account is a customer all the same; absent: it is none.
  account_presence kept = account_presence::absent;
  change_cause began = change_cause::unknown;  ///< why its MRR starts
  change_cause ended = change_cause::unknown;  ///< why it ends
  /// Nanoseconds of its first day and of the day of its end: changes of an account at other moments of one day stay apart.
  std::int64_t began_at = 0, ended_at = 0;
  friend constexpr bool operator==(const row_marks&, const row_marks&) = default;
};

/// A part of the MRR with which a row begins that has a cause of its own; the rest has that of its marks.
struct begin_share {
  std::uint32_t at;  ///< place of the row
  change_cause cause;
  std::int64_t ticks;
};

/// Subscription periods that own their memory; `view()` is what a ledger of one lane takes.
struct mrr_rows {
  static constexpr std::uint32_t no_source = 0xffff'ffff;

  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start;
  std::vector<std::int32_t> end;
  std::vector<std::uint8_t> end_known;  ///< validity bitmap of `end`
  std::vector<std::int64_t> amount;
  std::vector<std::uint32_t> source;  ///< row of the caller's table; `no_source` for a bridge
  std::vector<row_marks> marks;       ///< of each row; empty where none says anything
  std::vector<begin_share> shares;    ///< ascending by row; only of rows with marks
  std::size_t lanes = 1;
  std::int64_t ticks_per_unit = 1;
  std::size_t accounts = 0;  ///< highest account of the caller's rows, plus 1
  row_counts counts;

  void add(std::uint32_t who, std::int32_t from, std::int32_t to, bool ends, std::int64_t ticks, std::uint32_t row,
           row_marks marks = {});
  [[nodiscard]] row_marks marks_of(std::size_t row) const { return marks.empty() ? row_marks{} : marks[row]; }
  [[nodiscard]] std::span<const begin_share> shares_of(std::size_t row) const;
  [[nodiscard]] subscriptions view() const noexcept;
  /// The ledger of these rows, marks included. Throws as `ledger`.
  [[nodiscard]] ledger book(as_of_day as_of = {}) const;
};

/// The rows of a table with MRR as they are, owned, so that bridges can be added. Throws `data_error` for a missing account,
/// start or amount and an account outside the universe; what else a ledger refuses is refused by the ledger.
[[nodiscard]] mrr_rows copy_rows(const subscriptions& periods, std::size_t accounts = 0);

/// Bridges gaps: where an account is no customer for at most `grace_days` days, rows with what it had in each lane on the
/// day before are added, so that the ledger shows neither churn nor reactivation there. A gap that lasts until `as_of`
/// stays: its length is not known yet. Errors as `ledger`.
void bridge_lapses(mrr_rows& rows, std::int32_t grace_days, as_of_day as_of = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
