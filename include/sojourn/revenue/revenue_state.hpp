// One pass over the ledger: everything the revenue metrics of a row of periods need, as mergeable integers.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sojourn/revenue/account_history.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/retention.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One period. Amounts are ticks; counts of movements are movements, so an account that leaves twice counts twice.
struct revenue_period {
  detail::int128 new_business = 0;
  detail::int128 reactivation = 0;
  detail::int128 expansion = 0;
  detail::int128 contraction = 0;
  detail::int128 churn = 0;
  std::int64_t accounts_new = 0;
  std::int64_t accounts_reactivated = 0;
  std::int64_t accounts_churned = 0;
  std::int64_t new_lost = 0;          ///< new in this period and gone at its end
  std::int64_t free_opening = 0;      ///< customers without MRR (free, paused, in a trial) at the opening,
  std::int64_t free_closing = 0;      ///< at the closing,
  std::int64_t free_new = 0;          ///< and among the new ones, on their first day
  detail::wide_int closing_square{};  ///< ticks squared, of all accounts
  retention_state base;               ///< the accounts of the opening, end to end
  loss_sums lost_in_events;           ///< their churn and contraction movements, each account capped at its opening

  [[nodiscard]] constexpr detail::int128 opening() const noexcept { return base.opening; }
  [[nodiscard]] constexpr detail::int128 closing() const noexcept {
    return base.opening + new_business + reactivation + expansion - contraction - churn;
  }
  [[nodiscard]] constexpr std::int64_t accounts_closing() const noexcept {
    return base.accounts_opening + accounts_new + accounts_reactivated - accounts_churned;
  }
  /// Those with MRR.
  [[nodiscard]] constexpr std::int64_t paying_closing() const noexcept { return accounts_closing() - free_closing; }
  [[nodiscard]] constexpr std::int64_t paying_new() const noexcept { return accounts_new - free_new; }

  /// Whether opening and closing can be added up; sums of a ledger always can, bytes from outside may not.
  [[nodiscard]] constexpr bool canonical() const noexcept {
    constexpr detail::int128 most = detail::int128{1} << 124;
    constexpr std::int64_t most_accounts = std::int64_t{1} << 60;
    for (const auto amount : {base.opening, new_business, reactivation, expansion, contraction, churn}) {
      if (amount > most || amount < -most) return false;
    }
    for (const auto accounts : {base.accounts_opening, accounts_new, accounts_reactivated, accounts_churned, free_opening,
                                free_closing, free_new}) {
      if (accounts > most_accounts || accounts < -most_accounts) return false;
    }
    return true;
  }

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.new_business, s.reactivation, s.expansion, s.contraction, s.churn, s.accounts_new, s.accounts_reactivated,
          s.accounts_churned, s.new_lost, s.free_opening, s.free_closing, s.free_new, s.closing_square, s.base,
          s.lost_in_events);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr revenue_period& operator+=(const revenue_period& o) { return detail::add_fields(*this, o, "revenue_period"); }
  constexpr revenue_period& operator-=(const revenue_period& o) {
    return detail::subtract_fields(*this, o, "revenue_period");
  }
  friend constexpr bool operator==(const revenue_period&, const revenue_period&) = default;
};

/// The periods of a grid. States of disjoint sets of accounts, over the same grid and policy, add up; others throw
/// `state_error`. A state without periods is the neutral one, and equals every state in which nothing was counted.
struct revenue_state {
  period_grid grid;
  day known_until = earliest_day;
  revenue_policy policy;
  std::vector<revenue_period> periods;

  /// A period that `as_of` cuts: its losses are not all known yet. Shown, but named.
  [[nodiscard]] bool complete(std::int32_t period) const { return grid.end(period) <= known_until; }

  revenue_state& operator+=(const revenue_state& o) {
    if (!aligned_with(o)) return *this;
    std::vector<revenue_period> sums = periods;  // an overflow leaves the state as it was
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += o.periods[i];
    periods = std::move(sums);
    return *this;
  }
  revenue_state& operator-=(const revenue_state& o) {
    if (!aligned_with(o)) return *this;
    std::vector<revenue_period> rests = periods;
    for (std::size_t i = 0; i < rests.size(); ++i) rests[i] -= o.periods[i];
    periods = std::move(rests);
    return *this;
  }
  friend bool operator==(const revenue_state& a, const revenue_state& b) {
    if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
    return a.grid == b.grid && a.known_until == b.known_until && a.policy == b.policy && a.periods == b.periods;
  }

  [[nodiscard]] bool nothing_counted() const {
    return std::all_of(periods.begin(), periods.end(), [](const revenue_period& p) { return p == revenue_period{}; });
  }

  static constexpr std::uint16_t bytes_kind = 36;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    if constexpr (std::is_const_v<Self>) {
      // Equal states have equal bytes: one in which nothing was counted is written as the neutral one.
      const revenue_state neutral;
      const revenue_state& s = self.nothing_counted() ? neutral : self;
      archive(s.grid, s.known_until.since_epoch, s.policy, s.periods);
    } else {
      archive(self.grid, self.known_until.since_epoch, self.policy, self.periods);
    }
  }
  [[nodiscard]] bool canonical() const {
    if (periods.empty()) return grid == period_grid{} && known_until == earliest_day && policy == revenue_policy{};
    return !nothing_counted() && grid.canonical() && periods.size() == static_cast<std::size_t>(grid.count) &&
           policy.canonical() &&
           std::all_of(periods.begin(), periods.end(), [](const revenue_period& p) { return p.canonical(); });
  }

 private:
  // Takes over the shape of `o` where this state has none yet. False: nothing to add.
  bool aligned_with(const revenue_state& o) {
    if (o.periods.empty()) return false;
    if (periods.empty()) {
      grid = o.grid, known_until = o.known_until, policy = o.policy;
      periods.resize(o.periods.size());
    }
    if (grid != o.grid || known_until != o.known_until || policy != o.policy) {
      throw state_error("revenue_state: states of different periods, policies or as-of days do not add up");
    }
    return true;
  }
};
static_assert(mergeable<revenue_state>);

namespace detail {

/// What an account did in a period, each kind in one place; the sums of a `revenue_period` follow from them.
struct period_count {
  int128 moved[5]{};  ///< ticks of each `movement_kind`, without sign
  std::int64_t movements[5]{};
  std::int64_t new_lost = 0;
  std::int64_t free_new = 0;
  std::int64_t free_more = 0;  ///< customers without MRR at the end of the period, less those at its start
  std::int64_t accounts_left = 0;
  loss_count left;            ///< accounts of the opening: gone at the end,
  loss_count less;            ///< with less,
  loss_count more;            ///< with as much or more
  product_sum joined_square;  ///< closing of the others
  loss_sums more_in_events;   ///< what events lost beyond what the ends show
};

/// Changes of one kind in one period; products are of the level before and the change, and of the change with itself.
struct alignas(64) change_count {
  uint128 moved = 0;
  uint128 cross = 0;
  uint128 square = 0;
  std::int64_t times = 0;
};

/// A step and its account, of which every customer pays.
struct account_step {
  std::uint32_t who;
  day when;
  mrr level;
};

/// Sorts the steps of accounts into the periods of a state.
///
/// An account rarely changes twice in a period, and most pay as long as they are customers. Then what events moved and what
/// the ends of the period show is one, and a step is a few additions without a branch; all others are looked at period by
/// period.
class revenue_tally {
 public:
  revenue_tally(const period_finder& finder, revenue_state& state);

  /// The steps of one account.
  void add(std::span<const mrr_step> steps);
  /// The steps of whole accounts, one after another.
  void add(std::span<const account_step> steps);

  /// Sums up, and carries openings forward: each period opens with what the one before closed with.
  void finish();

 private:
  // Levels below 2^47 ticks (8 million dollars a month): sums of fewer than 2^32 products of two stay in 128 bits.
  static constexpr int large_from_bit = 47;
  // `presence` of steps or'ed together: at most this where no customer is without MRR.
  static constexpr std::uint32_t paid_only = static_cast<std::uint32_t>(account_presence::paying);
  static constexpr std::size_t kinds = 5;

  // 0 before the periods, 1 .. n, n + 1 after them.
  [[nodiscard]] std::uint32_t bin_of(day when) const noexcept {
    const std::int64_t since = std::int64_t{when.since_epoch} - finder_.first_day() + 1;
    return bins_[static_cast<std::size_t>(std::clamp<std::int64_t>(since, 0, days_))];
  }
  void add_by_period(std::span<const mrr_step> steps);
  void count_alone(std::uint32_t bin, account_history& past, day when, std::uint64_t to) noexcept;
  void write(std::size_t period);
  void open_first();
  [[nodiscard]] bool in_period(const mrr_step& step, std::size_t period) const;
  account_history one_period(period_count& period, account_history past, std::span<const mrr_step> steps) const;
  void move(period_count& period, const account_history& from, const mrr_step& step) const;

  const period_finder& finder_;
  revenue_state& state_;
  std::int64_t days_;
  std::vector<std::uint32_t> bins_;    // by day
  std::vector<change_count> changes_;  // bin x kind: steps alone in their period
  std::vector<period_count> counts_;   // all others
};

[[nodiscard]] revenue_state tally_rows(const subscriptions& periods, const period_grid& grid, const ledger_options& options,
                                       const revenue_policy& policy, const any_executor& host, ledger_counts* counts);

/// `at(i)` names the i-th of `accounts` accounts.
template <class AccountAt, executor E>
[[nodiscard]] revenue_state tally_revenue_of(const ledger& book, std::size_t accounts, const AccountAt& at,
                                             const period_grid& grid, const revenue_policy& policy, E&& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_revenue: a grid needs at least one period");
  require_one_lane(book);
  const period_finder finder(grid);
  return tally_sharded(
      accounts,
      [&](std::size_t first, std::size_t last) {
        revenue_state state{grid, book.known_until(), policy,
                            std::vector<revenue_period>(static_cast<std::size_t>(grid.count))};
        revenue_tally tally(finder, state);
        for (std::size_t i = first; i < last; ++i) tally.add(book.steps(at(i)));
        tally.finish();
        return state;
      },
      host);
}

}  // namespace detail

/// Opening, movements and losses of every period of `grid`, per account. New: a customer for the first time. Reactivation:
/// one again. Expansion and contraction: more or less MRR of a customer (a second subscription is an expansion, one of two
/// cancelled a contraction). Churn: no customer any more. Customers are accounts with MRR and those whose rows say that they
/// are without (free, paused). All changes of an account on one day are one change.
///
/// Exact: opening + new + reactivation + expansion - contraction - churn = closing = the next opening, in ticks and in
/// accounts. Cost: one visit per step of the ledger, not per day or month; parallel over accounts, the same bytes for any
/// executor. Throws `schema_error` for a grid without periods.
template <executor E = serial_executor>
[[nodiscard]] revenue_state tally_revenue(const ledger& book, const period_grid& grid, const revenue_policy& policy = {},
                                          E&& host = {}) {
  return detail::tally_revenue_of(
      book, book.accounts(), [](std::size_t i) { return account{static_cast<std::uint32_t>(i)}; }, grid, policy, host);
}

/// The same straight from rows, for a question that is asked once: no ledger is kept, no account can be looked up or
/// corrected afterwards. The state is that of the ledger of these rows, and so are the errors; `counts` says what became of
/// the rows. No ledger is kept in memory (16 bytes a row while it runs), and it takes less time than building one
/// and reading it.
template <executor E = serial_executor>
[[nodiscard]] revenue_state tally_revenue(const subscriptions& periods, const period_grid& grid,
                                          const ledger_options& options = {}, const revenue_policy& policy = {},
                                          E&& host = {}, ledger_counts* counts = nullptr) {
  return detail::tally_rows(periods, grid, options, policy, any_executor(host), counts);
}

/// The same of some accounts, each named once: what they contribute to the state of the whole. O(their steps).
[[nodiscard]] inline revenue_state tally_revenue(const ledger& book, std::span<const account> some, const period_grid& grid,
                                                 const revenue_policy& policy = {}) {
  return detail::tally_revenue_of(
      book, some.size(), [&](std::size_t i) { return some[i]; }, grid, policy, serial_executor{});
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
