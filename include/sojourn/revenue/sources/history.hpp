// Ledgers as they were known on a day: corrections and back-dated rows without losing what was reported before.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/input/recorded_subscriptions.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a ledger history knows of its rows on a day. Nothing is left out in silence.
struct knowledge {
  std::int64_t rows = 0;
  std::int64_t known = 0;
  std::int64_t not_yet_known = 0;
  std::int64_t taken_back = 0;   ///< believed once, not any more
  std::int64_t never_known = 0;  ///< known_until = known_from
  friend constexpr bool operator==(const knowledge&, const knowledge&) = default;
};

/// A ledger and the day whose knowledge it holds.
struct known_ledger {
  day known_on = earliest_day;
  ledger book;
};

/// Subscription rows with the days on which they were recorded and taken back; owns a copy of them (32 bytes a row and 8
/// bytes an account).
///
/// Knowledge and `as_of` are two questions. Knowledge picks rows: which of them had been recorded by the end of that day?
/// `ledger_options::as_of` cuts time: which days had happened? A close of January as it was reported on 5 February is the
/// knowledge of 5 February with every day of January behind it. `as_of` is one for all ledgers of a history, by default the
/// day after the latest date in its rows.
///
/// Throws as `ledger` does, and `data_error` for a `known_until` before its `known_from` and for such days outside
/// 1900-2199. What it does not tell you: what was known about rows that were overwritten in the source, or never recorded.
class ledger_history {
 public:
  ledger_history() = default;
  explicit ledger_history(const recorded_subscriptions& rows, ledger_options options = {});

  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_; }
  [[nodiscard]] day as_of() const noexcept { return as_of_; }
  /// The days on which knowledge changed, first and last; none when every row was always known.
  [[nodiscard]] std::optional<day> first_change() const noexcept;
  [[nodiscard]] std::optional<day> last_change() const noexcept;
  [[nodiscard]] knowledge known(day when) const;

  /// The ledger as it was known at the end of that day, from its rows. The same for any executor. O(rows).
  template <executor E = serial_executor>
  [[nodiscard]] known_ledger as_known(day when, E&& host = {}) const {
    return {when, ledger(rows_known(when).view(), {as_of_, accounts_}, host)};
  }
  /// The same from what was known on another day, earlier or later: rows that came are applied, rows that went retracted.
  /// Levels and counts are those of `as_known`, bit for bit. Throws `overflow_error` as `ledger::apply`; then nothing has
  /// changed. O(log rows + the rows that differ and the steps of their accounts).
  ///
  /// A state follows without a recount, through `accounts_changed`:
  ///
  ///     const auto who = history.accounts_changed(close.known_on, today);
  ///     state -= tally_revenue(close.book, who, grid);
  ///     history.move(close, today);
  ///     state += tally_revenue(close.book, who, grid);
  void move(known_ledger& close, day when) const;

  /// The accounts with rows that were known on one of the two days only, ascending.
  [[nodiscard]] std::vector<account> accounts_changed(day a, day b) const;
  /// What an account paid as known on that day. O(its rows).
  [[nodiscard]] std::vector<mrr_step> steps(account who, day when) const;
  /// The numbers of the account's rows in the caller's table that were known on that day, ascending.
  [[nodiscard]] std::vector<std::uint32_t> rows_of(account who, day when) const;
  /// All rows known on that day, in the order of the caller's table; `source` holds their numbers there.
  [[nodiscard]] mrr_rows rows_known(day when) const;

 private:
  [[nodiscard]] bool known_on(std::size_t row, day when) const noexcept {
    return from_[row] <= when.since_epoch && when.since_epoch < until_[row];
  }
  [[nodiscard]] std::vector<std::uint32_t> only_on(day there, day not_there) const;
  [[nodiscard]] mrr_rows some(std::span<const std::uint32_t> numbers) const;

  mrr_rows rows_;
  std::vector<std::int32_t> from_, until_;
  std::vector<std::uint32_t> learned_;     // rows that become known, by that day
  std::vector<std::uint32_t> dropped_;     // rows that are taken back, by that day
  std::vector<std::uint32_t> by_account_;  // row numbers, account after account
  std::vector<std::size_t> first_of_;      // where an account begins in them
  std::size_t accounts_ = 0;
  day as_of_ = earliest_day;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
