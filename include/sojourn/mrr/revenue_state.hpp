// One pass over the ledger: everything the revenue metrics of a row of periods need, as mergeable integers.
// Layer: 3. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "sojourn/mrr/account_history.hpp"
#include "sojourn/mrr/ledger.hpp"
#include "sojourn/mrr/period_grid.hpp"
#include "sojourn/mrr/policy.hpp"
#include "sojourn/retention.hpp"

namespace sojourn {

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
  std::int64_t new_lost = 0;               ///< new in this period and without MRR at its end
  detail::wide_int closing_square{};       ///< ticks squared, of all accounts
  retention_state base;                    ///< the accounts of the opening, end to end
  loss_sums lost_in_events;                ///< their churn and contraction movements, each account capped at its opening

  [[nodiscard]] constexpr detail::int128 opening() const noexcept { return base.opening; }
  [[nodiscard]] constexpr detail::int128 closing() const noexcept {
    return base.opening + new_business + reactivation + expansion - contraction - churn;
  }
  [[nodiscard]] constexpr std::int64_t accounts_closing() const noexcept {
    return base.accounts_opening + accounts_new + accounts_reactivated - accounts_churned;
  }

  /// Whether opening and closing can be added up; sums of a ledger always can, bytes from outside may not.
  [[nodiscard]] constexpr bool canonical() const noexcept {
    constexpr detail::int128 most = detail::int128{1} << 124;
    constexpr std::int64_t most_accounts = std::int64_t{1} << 60;
    for (const auto amount : {base.opening, new_business, reactivation, expansion, contraction, churn}) {
      if (amount > most || amount < -most) return false;
    }
    for (const auto accounts : {base.accounts_opening, accounts_new, accounts_reactivated, accounts_churned}) {
      if (accounts > most_accounts || accounts < -most_accounts) return false;
    }
    return true;
  }

  template <class Self>
  static constexpr auto all(Self& s) {
    return std::tie(s.new_business, s.reactivation, s.expansion, s.contraction, s.churn, s.accounts_new,
                    s.accounts_reactivated, s.accounts_churned, s.new_lost, s.closing_square, s.base, s.lost_in_events);
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
    std::vector<revenue_period> sums = periods;   // an overflow leaves the state as it was
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

  static constexpr std::uint16_t bytes_kind = 33;
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
           policy.canonical() && std::all_of(periods.begin(), periods.end(), [](const revenue_period& p) { return p.canonical(); });
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

/// Losses y of openings x while they are counted: one multiplication a sum and no carry runs through.
struct loss_count {
  int128 lost = 0;
  product_sum cross;
  product_sum square;

  constexpr void add(std::int64_t opening, std::int64_t loss) noexcept {
    lost += loss;
    cross.add(opening, loss);
    square.add(loss, loss);
  }
  [[nodiscard]] constexpr loss_sums total() const noexcept { return {lost, cross.total(), square.total()}; }
};

/// What an account did in a period, each kind in one place; the sums of a `revenue_period` follow from them.
struct period_count {
  int128 moved[5]{};                       ///< ticks of each `movement_kind`, without sign
  std::int64_t movements[5]{};
  std::int64_t new_lost = 0;
  std::int64_t accounts_left = 0;
  loss_count left;                         ///< accounts of the opening: gone at the end,
  loss_count less;                         ///< with less,
  loss_count more;                         ///< with as much or more
  product_sum joined_square;               ///< closing of the others
  loss_sums more_in_events;                ///< what events lost beyond what the ends show
};

/// Sorts the steps of accounts into the periods of a state.
class revenue_tally {
 public:
  revenue_tally(const period_finder& finder, revenue_state& state)
      : finder_(finder), state_(state), counts_(state.periods.size()) {}

  void add(std::span<const mrr_step> steps) {
    std::size_t i = 0;
    account_history past;
    for (; i < steps.size() && steps[i].when.since_epoch < finder_.first_day(); ++i) past.follow(steps[i]);
    if (past.level > 0) state_.periods.front().base.add_opening(past.level);
    while (i < steps.size() && steps[i].when.since_epoch < finder_.end_day()) {
      const auto period = static_cast<std::size_t>(finder_(steps[i].when.since_epoch));
      std::size_t last = i + 1;
      while (last < steps.size() && in_period(steps[last], period)) ++last;
      past = one_period(counts_[period], past, steps.subspan(i, last - i));
      i = last;
    }
  }

  /// Sums up, and carries openings forward: each period opens with what the one before closed with.
  void finish() {
    for (std::size_t p = 0; p < state_.periods.size(); ++p) {
      revenue_period& now = state_.periods[p];
      write(counts_[p], now);
      if (p + 1 == state_.periods.size()) break;
      retention_state& next = state_.periods[p + 1].base;
      next.accounts_opening = now.accounts_closing();
      next.opening = now.closing();
      next.opening_square = now.closing_square;
    }
  }

 private:
  [[nodiscard]] bool in_period(const mrr_step& step, std::size_t period) const {
    const std::int32_t when = step.when.since_epoch;
    return when < finder_.end_day() && static_cast<std::size_t>(finder_(when)) == period;
  }

  account_history one_period(period_count& period, account_history past, std::span<const mrr_step> steps) const {
    const account_history before = past;
    for (const mrr_step& step : steps) past.follow(step);
    const std::int64_t closing = past.level;
    const std::int64_t loss = before.level - closing;
    if (before.level == 0) period.joined_square.add(closing, closing);
    else if (closing == 0) period.left.add(before.level, loss), ++period.accounts_left;
    else if (loss > 0) period.less.add(before.level, loss);
    else period.more.add(before.level, loss);
    if (steps.size() == 1) {
      move(period, before, steps.front());
      return past;
    }

    const bool joined = before.level == 0 && before.is_new(steps.front().when, state_.policy.reactivation_max_gap);
    if (joined && closing == 0) {
      if (state_.policy.new_and_churned == same_period_new_churn::drop) return past;
      if (state_.policy.movements == movement_mode::gross_events) ++period.new_lost;
    }
    if (state_.policy.movements == movement_mode::net_endpoints) {
      move(period, before, {steps.front().when, mrr::from_ticks(closing)});
      return past;
    }
    int128 lost = 0;
    account_history at = before;
    for (const mrr_step& step : steps) {
      lost += std::max<std::int64_t>(at.level - step.level.ticks(), 0);
      move(period, at, step);
      at.follow(step);
    }
    if (before.level > 0) {
      const auto capped = static_cast<std::int64_t>(std::min(lost, int128{before.level}));
      add_beyond(period.more_in_events, before.level, capped, std::max<std::int64_t>(loss, 0));
    }
    return past;
  }

  // The difference of two losses of one account, as sums.
  static void add_beyond(loss_sums& sums, std::int64_t opening, std::int64_t lost, std::int64_t shown) {
    if (lost == shown) return;
    sums.lost += lost - shown;
    (void)add_overflow(sums.cross, wide_int::product(opening, lost - shown));
    (void)add_overflow(sums.square, wide_int::product(lost, lost));
    (void)sub_overflow(sums.square, wide_int::product(shown, shown));
  }

  void move(period_count& period, const account_history& from, const mrr_step& step) const {
    const std::int64_t change = step.level.ticks() - from.level;
    if (change == 0) return;
    const auto kind =
        static_cast<std::size_t>(from.name_of(step.level.ticks(), step.when, state_.policy.reactivation_max_gap));
    period.moved[kind] += change < 0 ? -change : change;
    ++period.movements[kind];
  }

  static void write(const period_count& count, revenue_period& period) {
    const auto moved = [&](movement_kind kind) { return count.moved[static_cast<std::size_t>(kind)]; };
    const auto times = [&](movement_kind kind) { return count.movements[static_cast<std::size_t>(kind)]; };
    period.new_business = moved(movement_kind::new_business);
    period.reactivation = moved(movement_kind::reactivation);
    period.expansion = moved(movement_kind::expansion);
    period.contraction = moved(movement_kind::contraction);
    period.churn = moved(movement_kind::churn);
    period.accounts_new = times(movement_kind::new_business);
    period.accounts_reactivated = times(movement_kind::reactivation);
    period.accounts_churned = times(movement_kind::churn);
    period.new_lost = count.new_lost;
    retention_state& base = period.base;
    base.left = count.left.total();
    base.gross = base.left;
    base.gross += count.less.total();
    base.net = base.gross;
    base.net += count.more.total();
    base.accounts_lost = count.accounts_left;
    period.lost_in_events = base.gross;
    period.lost_in_events += count.more_in_events;
    // closing = opening - loss, so its square is opening^2 - 2 opening loss + loss^2.
    period.closing_square = count.joined_square.total();
    (void)add_overflow(period.closing_square, base.opening_square);
    (void)add_overflow(period.closing_square, base.net.square);
    (void)sub_overflow(period.closing_square, base.net.cross);
    (void)sub_overflow(period.closing_square, base.net.cross);
  }

  const period_finder& finder_;
  revenue_state& state_;
  std::vector<period_count> counts_;
};

/// `at(i)` names the i-th of `accounts` accounts.
template <class AccountAt, executor E>
[[nodiscard]] revenue_state tally_revenue_of(const ledger& book, std::size_t accounts, const AccountAt& at,
                                             const period_grid& grid, const revenue_policy& policy, E&& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_revenue: a grid needs at least one period");
  const period_finder finder(grid);
  return tally_sharded(accounts, [&](std::size_t first, std::size_t last) {
    revenue_state state{grid, book.known_until(), policy, std::vector<revenue_period>(static_cast<std::size_t>(grid.count))};
    revenue_tally tally(finder, state);
    for (std::size_t i = first; i < last; ++i) tally.add(book.steps(at(i)));
    tally.finish();
    return state;
  }, host);
}

}  // namespace detail

/// Opening, movements and losses of every period of `grid`, per account. New: first MRR ever. Reactivation: MRR again after
/// none. Expansion and contraction: more or less of it (a second subscription is an expansion, one of two cancelled a
/// contraction). Churn: none any more. All changes of an account on one day are one change.
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

/// The same of some accounts, each named once: what they contribute to the state of the whole. O(their steps).
[[nodiscard]] inline revenue_state tally_revenue(const ledger& book, std::span<const account> some, const period_grid& grid,
                                                 const revenue_policy& policy = {}) {
  return detail::tally_revenue_of(book, some.size(), [&](std::size_t i) { return some[i]; }, grid, policy, serial_executor{});
}

}  // namespace sojourn
