// The ledger: what every account pays on every day, as a step function of days.
// Layer: 3. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/input/subscriptions.hpp"

namespace sojourn {

struct ledger_options {
  /// The first day that is not known any more: rows are taken as known up to the day before. A start on or after it and an
  /// end on or after it have not happened yet; both are counted, and such an account is still a customer. Default: the day
  /// after the latest date in the rows. A library has no clock; say it.
  std::optional<day> as_of{};
  /// Size of the account universe; indices must lie below it. Default: dense indices, below the number of rows.
  std::size_t accounts = 0;
};

/// From `when` on the account pays `level` (until its next step).
struct mrr_step {
  day when;
  mrr level;
  friend constexpr bool operator==(const mrr_step&, const mrr_step&) = default;
};

/// What became of the rows. Nothing is left out in silence.
struct ledger_counts {
  std::int64_t rows = 0;
  std::int64_t empty_periods = 0;    ///< end = start: no paid day, no effect
  std::int64_t free_periods = 0;     ///< amount 0: no MRR, hence no customer (Baremetrics, Stripe)
  std::int64_t future_starts = 0;    ///< start on or after `as_of`: not yet known, no effect
  std::int64_t future_ends = 0;      ///< end on or after `as_of`: taken as still running
  friend constexpr bool operator==(const ledger_counts&, const ledger_counts&) = default;
};

/// Subscription periods [start, end) of any number per account, in any order, reduced to one step function per account:
/// periods that overlap add up, periods that touch join, changes on one day are one change.
///
/// Account-major and flat: the steps of account a are one contiguous run in order of days, so every metric is one pass over
/// events (two a row at most), not over days or months. The order of the rows has no influence on anything but `rows_of`.
/// Throws `data_error` (column, row, value, rule) for a missing account, start or amount, an unknown account, a negative
/// amount, an end before its start, a date outside 1900-2199; `schema_error` for lengths that differ; `overflow_error` when
/// an account passes 5.5e13 minor units a month. `validate` lists all such rows instead of the first. Cost: two passes over
/// the rows and a sort inside each account; O(rows log(rows of the largest account)); 16 bytes a step plus 4 bytes a row.
/// Immutable, hence safe to share between threads. What it does not tell you: what was invoiced or paid. It holds the price
/// in force.
class ledger {
 public:
  ledger() = default;
  explicit ledger(const subscriptions& periods, ledger_options options = {});

  [[nodiscard]] std::size_t accounts() const noexcept { return step_offsets_.empty() ? 0 : step_offsets_.size() - 1; }
  [[nodiscard]] std::span<const mrr_step> steps(account who) const noexcept { return slice(steps_, step_offsets_, who); }
  /// The numbers of the account's rows in the caller's table, ascending.
  [[nodiscard]] std::span<const std::uint32_t> rows_of(account who) const noexcept {
    return slice(rows_, row_offsets_, who);
  }
  /// MRR in force on that day.
  [[nodiscard]] mrr level(account who, day when) const noexcept;

  /// The first day that is not known any more.
  [[nodiscard]] day known_until() const noexcept { return known_until_; }
  [[nodiscard]] const ledger_counts& counts() const noexcept { return counts_; }

  /// The accounts [first, last) alone; account and row numbers stay, all other accounts are empty. States of disjoint parts
  /// add up to the state of the whole. `counts` is that of the whole. Throws `schema_error` unless first <= last <=
  /// accounts().
  [[nodiscard]] ledger part(std::size_t first, std::size_t last) const;

 private:
  template <class T>
  static std::span<const T> slice(const std::vector<T>& all, const std::vector<std::size_t>& offsets, account who) noexcept {
    if (std::size_t{who.index} + 1 >= offsets.size()) return {};
    return {all.data() + offsets[who.index], all.data() + offsets[std::size_t{who.index} + 1]};
  }

  std::vector<std::size_t> step_offsets_;
  std::vector<mrr_step> steps_;
  std::vector<std::size_t> row_offsets_;
  std::vector<std::uint32_t> rows_;
  day known_until_ = earliest_day;
  ledger_counts counts_;
};

/// Every problem of every row, at most `most` of them; empty when a ledger can be built. Lengths that differ still throw
/// `schema_error`, because then no row can be trusted.
[[nodiscard]] std::vector<problem> validate(const subscriptions& periods, ledger_options options = {},
                                            std::size_t most = 100);

}  // namespace sojourn
