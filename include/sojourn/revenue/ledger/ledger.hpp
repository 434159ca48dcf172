// The ledger: what every account pays on every day, as a step function of days.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sojourn/detail/lifetimebound.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/subscriptions.hpp"
#include "sojourn/revenue/ledger/as_of_day.hpp"
#include "sojourn/revenue/ledger/ledger_block.hpp"
#include "sojourn/stats/fieldwise.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {
struct ledger_maker;
}

struct ledger_options {
  /// The first day that is not known any more: rows are taken as known up to the day before. A start on or after it and an
  /// end on or after it have not happened yet; both are counted, and such an account is still a customer. To be named where
  /// some row ends after the last start; see `as_of_day`.
  as_of_day as_of{};
  /// Size of the account universe; indices must lie below it. Default: dense indices, below the number of rows.
  std::size_t accounts = 0;
};

/// What became of the rows. Nothing is left out in silence.
struct ledger_counts {
  std::int64_t rows = 0;
  std::int64_t empty_periods = 0;  ///< end = start: no paid day, no effect
  std::int64_t free_periods = 0;   ///< amount 0: no MRR, hence no customer (Baremetrics, Stripe)
  std::int64_t future_starts = 0;  ///< start on or after `as_of`: not yet known, no effect
  std::int64_t future_ends = 0;    ///< end on or after `as_of`: taken as still running

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.rows, s.empty_periods, s.free_periods, s.future_starts, s.future_ends);
  }
  static constexpr std::uint16_t bytes_kind = 41;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr ledger_counts& operator+=(const ledger_counts& o) { return detail::add_fields(*this, o, "ledger_counts"); }
  constexpr ledger_counts& operator-=(const ledger_counts& o) { return detail::subtract_fields(*this, o, "ledger_counts"); }
  friend constexpr bool operator==(const ledger_counts&, const ledger_counts&) = default;
};

/// Subscription periods [start, end) of any number per account, in any order, reduced to one step function per account:
/// periods that overlap add up, periods that touch join, changes on one day are one change.
///
/// Account-major and flat: the steps of account a are one contiguous run in order of days, so every metric is one pass over
/// events (two a row at most), not over days or months. The order of the rows has no influence on anything but `rows_of`.
/// Throws `data_error` (column, row, value, rule) for a missing account, start or amount, an unknown account, a negative
/// amount, an end before its start, a date outside 1900-2199; `schema_error` for lengths that differ; `as_of_not_named`
/// when `as_of` decides and is missing; `overflow_error` when an account passes 5.5e13 minor units a month. `validate` lists
/// all such rows instead of the first.
///
/// Cost: one pass that checks the rows, one that sorts them by account (none when they come so), and a sort inside each
/// account; O(rows log(rows of the largest account)); parallel over accounts, the same ledger for any executor. 16 bytes a
/// step plus 4 bytes per row; 16 to 24 per row while it is built. Reading is safe from many threads as long as no one
/// corrects it. What it does not tell you: what was invoiced or paid. It holds the price in force.
class ledger {
 public:
  ledger() = default;
  ledger(const ledger&) = default;
  ledger& operator=(const ledger&) = default;
  /// A ledger that was moved from is empty.
  ledger(ledger&& other) noexcept { swap(other); }
  ledger& operator=(ledger&& other) noexcept {
    ledger taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~ledger() = default;
  template <executor E = serial_executor>
  explicit ledger(const subscriptions& periods, ledger_options options = {}, E&& host = {}) {
    build(periods, options, any_executor(host));
  }

  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_; }
  [[nodiscard]] std::span<const mrr_step> steps(account who) const noexcept SOJOURN_LIFETIMEBOUND {
    if (who.index >= accounts_) return {};
    return blocks_[who.index / detail::accounts_per_block]->steps[who.index % detail::accounts_per_block];
  }
  /// The numbers of the account's rows in the caller's table, ascending. Rows of `apply` and `retract` are numbered on, in
  /// the order of the calls.
  [[nodiscard]] std::span<const std::uint32_t> rows_of(account who) const noexcept SOJOURN_LIFETIMEBOUND {
    if (who.index >= accounts_) return {};
    return blocks_[who.index / detail::accounts_per_block]->rows[who.index % detail::accounts_per_block];
  }
  /// Where a step has the cause `several`: the parts, in order of days and lanes.
  [[nodiscard]] std::span<const cause_share> shares(account who) const noexcept SOJOURN_LIFETIMEBOUND {
    if (who.index >= accounts_) return {};
    const auto& lists = blocks_[who.index / detail::accounts_per_block]->shares;
    return lists.size() == 0 ? std::span<const cause_share>{} : lists[who.index % detail::accounts_per_block];
  }
  /// How many lanes (currencies or labels) amounts are kept apart in; the readings of one number need a ledger with one.
  [[nodiscard]] std::size_t lanes() const noexcept { return lanes_; }
  /// MRR in force on that day, in a ledger with one lane.
  [[nodiscard]] mrr level(account who, day when) const noexcept;
  /// Whether the account is a customer on that day, and of which kind.
  [[nodiscard]] account_presence presence(account who, day when) const noexcept;

  /// The first day that is not known any more.
  [[nodiscard]] day known_until() const noexcept { return known_until_; }
  [[nodiscard]] const ledger_counts& counts() const noexcept { return counts_; }

  /// The accounts [first, last) alone; account and row numbers stay, all other accounts are empty. States of disjoint parts
  /// add up to the state of the whole. `counts` is that of the whole. Throws `schema_error` unless first <= last <=
  /// accounts().
  [[nodiscard]] ledger part(std::size_t first, std::size_t last) const;
  /// The same of any accounts: those with a 1 in `keep`. Throws `schema_error` unless it has one entry per account.
  [[nodiscard]] ledger part(std::span<const std::uint8_t> keep) const;

  /// The accounts of `some` alone, each named once, renumbered: account i of the result is `some[i]`. Row numbers stay, and
  /// `counts` is that of the whole. Throws `data_error` for an account outside the ledger. O(their steps and rows).
  [[nodiscard]] ledger only(std::span<const account> some) const;

  /// Adds rows to an existing ledger: afterwards it is the ledger of the old and the new rows together, `known_until`
  /// unchanged. Where there are several lanes, `lanes` is that of each row. A back-dated row restates history. New account
  /// numbers lie below `universe`; by default they follow on from `accounts()`. Throws as the constructor does, and then
  /// nothing has changed; so do `retract` and `split`, and all three throw `schema_error` for a ledger that holds customers
  /// without MRR. O(changed rows and the steps of their accounts), amortised.
  ///
  /// A state follows without a recount: take the accounts of the rows out before, put them in after, the same bytes as a
  /// full tally.
  ///
  ///     const auto who = accounts_of(rows);
  ///     state -= tally_revenue(book, who, grid);
  ///     book.apply(rows);
  ///     state += tally_revenue(book, who, grid);
  void apply(const subscriptions& rows, std::size_t universe = 0, std::span<const std::uint16_t> lanes = {});

  /// Takes rows out again, the exact inverse of `apply`: a correction is the wrong row retracted and the right one applied.
  /// Throws `data_error` when the account never paid as much as the rows say, and then nothing has changed. Rows that could
  /// have been there but were not are not noticed: a ledger holds levels, not rows. `rows_of` keeps the retracted row and
  /// the retraction: both explain the state of the account.
  void retract(const subscriptions& rows, std::span<const std::uint16_t> lanes = {});

  /// Two accounts turn out to be one customer: from the day `since` on `into` pays what both paid and `from` pays nothing.
  /// By default that is all of the past too, `from` is empty, and what looked like churn and new business on one day is no
  /// movement any more. With a day, history before it stays as it was, and on that day `from` leaves and `into` grows by as
  /// much; a day that is not known yet changes nothing. Throws `data_error` for an account outside the ledger or merged with
  /// itself, `overflow_error` as the constructor does, and then nothing has changed.
  void merge(account from, account into, day since = earliest_day);

  /// Some rows turn out to be another customer's: from the day `since` on `into` pays what they say, and the accounts of the
  /// rows do not. The ledger of the rows cut in two on that day; by default of the rows under the other account. `into` may
  /// be the next new account, `accounts()`, or any below `universe`. Throws `data_error` when an account never paid as much
  /// as its rows say, as the constructor does for the rows, and for `into` beyond that; then nothing has changed. Counts
  /// stay: a row that is cut is one row. O(changed rows and the steps of their accounts).
  void split(const subscriptions& rows, account into, day since = earliest_day, std::size_t universe = 0,
             std::span<const std::uint16_t> lanes = {});

 private:
  friend struct detail::ledger_maker;
  void swap(ledger& other) noexcept {
    blocks_.swap(other.blocks_);
    std::swap(accounts_, other.accounts_);
    std::swap(known_until_, other.known_until_);
    std::swap(counts_, other.counts_);
    std::swap(rows_seen_, other.rows_seen_);
    std::swap(lanes_, other.lanes_);
    std::swap(free_customers_, other.free_customers_);
  }
  void build(const subscriptions& periods, const ledger_options& options, const any_executor& host);
  void require_lanes(const subscriptions& rows, std::span<const std::uint16_t> lanes) const;
  void change(const subscriptions& rows, int sign, std::size_t universe, std::span<const std::uint16_t> lanes);
  void require_rows_with_mrr() const;
  void replace(account who, std::span<const mrr_step> steps, std::span<const std::uint32_t> rows);
  void grow(std::size_t accounts);
  template <class Which>
  [[nodiscard]] ledger picked(std::size_t accounts, const Which& which) const;
  detail::ledger_block& block_of(account who);

  std::vector<std::shared_ptr<detail::ledger_block>> blocks_;  // copies share them until one of them is written
  std::size_t accounts_ = 0;
  day known_until_ = earliest_day;
  ledger_counts counts_;
  std::size_t rows_seen_ = 0;  // the number of the next row
  std::size_t lanes_ = 1;
  bool free_customers_ = false;  // some rows keep customers without MRR, which steps with MRR may hide
};

namespace detail {

/// Throws `schema_error` for a ledger of several lanes: what asks for one number per account cannot read it.
void require_one_lane(const ledger& book);

}  // namespace detail

/// The first day on which anybody is a customer; none for a ledger without customers. O(accounts).
[[nodiscard]] std::optional<day> first_day(const ledger& book);

/// The distinct accounts of these rows, ascending. Throws `data_error` for a missing account.
[[nodiscard]] std::vector<account> accounts_of(const subscriptions& rows);

/// Every problem of every row, at most `most` of them; empty when a ledger can be built. Lengths that differ still throw
/// `schema_error`, because then no row can be trusted.
[[nodiscard]] std::vector<problem> validate(const subscriptions& periods, ledger_options options = {},
                                            std::size_t most = 100);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
