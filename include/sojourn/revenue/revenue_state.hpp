// One pass over the ledger: everything the revenue metrics of a row of periods need, as mergeable integers.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

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

  revenue_state& operator+=(const revenue_state& o);
  revenue_state& operator-=(const revenue_state& o);
  friend SOJOURN_EXPORT bool operator==(const revenue_state& a, const revenue_state& b);

  [[nodiscard]] bool nothing_counted() const;

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
  [[nodiscard]] bool canonical() const;

 private:
  // Takes over the shape of `o` where this state has none yet. False: nothing to add.
  bool aligned_with(const revenue_state& o);
};

namespace detail {

[[nodiscard]] revenue_state tally_rows(const subscriptions& periods, const period_grid& grid, const ledger_options& options,
                                       const revenue_policy& policy, const any_executor& host, ledger_counts* counts);

[[nodiscard]] revenue_state tally_revenue(const ledger& book, const period_grid& grid, const revenue_policy& policy,
                                          const any_executor& host);
[[nodiscard]] revenue_state tally_revenue(const ledger& book, std::span<const account> some, const period_grid& grid,
                                          const revenue_policy& policy, const any_executor& host);

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
  return detail::tally_revenue(book, grid, policy, any_executor(host));
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
[[nodiscard]] revenue_state tally_revenue(const ledger& book, std::span<const account> some, const period_grid& grid,
                                          const revenue_policy& policy = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
