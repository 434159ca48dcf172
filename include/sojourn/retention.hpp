// Retention: how much of what was there at the start is still there. Logo retention, net and gross revenue retention.
// Layer: 3. Needs: links sojourn.
#pragma once

#include <cstdint>

#include "sojourn/detail/int128.hpp"
#include "sojourn/mrr/ledger.hpp"
#include "sojourn/mrr/linearised.hpp"
#include "sojourn/mrr/policy.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn {

/// What accounts lost against their opening MRR x: the exact sum of the losses y in ticks, and the sums of x*y and y*y for the
/// variance. Those use whole minor units a account (halves away from zero): at most 5.5e13 squared each, so 128 bits hold 5e10
/// accounts of the largest size, and no tally can overflow.
struct loss_sums {
  detail::int128 ticks = 0;
  detail::int128 cross = 0;
  detail::int128 square = 0;

  constexpr void add(std::int64_t opening_ticks, std::int64_t lost_ticks) noexcept {
    const detail::int128 x = detail::whole_minor(opening_ticks);
    const detail::int128 y = detail::whole_minor(lost_ticks);
    ticks += lost_ticks;
    cross += x * y;
    square += y * y;
  }
  constexpr loss_sums& operator+=(const loss_sums& o) noexcept {
    ticks += o.ticks, cross += o.cross, square += o.square;
    return *this;
  }
  constexpr loss_sums& operator-=(const loss_sums& o) noexcept {
    ticks -= o.ticks, cross -= o.cross, square -= o.square;
    return *this;
  }
  friend constexpr bool operator==(const loss_sums&, const loss_sums&) = default;
};

/// The accounts with MRR at the opening, and what became of them at the closing. Accounts that came later are not in it.
struct retention_state {
  std::int64_t accounts_opening = 0;
  std::int64_t accounts_lost = 0;          ///< of these: without MRR at the closing
  detail::int128 opening = 0;              ///< ticks
  detail::int128 opening_square = 0;       ///< whole minor units, squared
  loss_sums net;                           ///< opening - closing of each account; negative where it grew
  loss_sums gross;                         ///< max(0, opening - closing)
  loss_sums left;                          ///< the opening MRR of lost accounts

  /// One account that had MRR at the opening.
  constexpr void add(std::int64_t opening_ticks, std::int64_t closing_ticks) noexcept {
    const detail::int128 x = detail::whole_minor(opening_ticks);
    ++accounts_opening;
    opening += opening_ticks;
    opening_square += x * x;
    add_change(opening_ticks, closing_ticks);
  }
  /// The change of an account whose opening is counted already.
  constexpr void add_change(std::int64_t opening_ticks, std::int64_t closing_ticks) noexcept {
    const std::int64_t lost = opening_ticks - closing_ticks;
    net.add(opening_ticks, lost);
    if (lost > 0) gross.add(opening_ticks, lost);
    if (closing_ticks == 0) {
      ++accounts_lost;
      left.add(opening_ticks, opening_ticks);
    }
  }
  constexpr retention_state& operator+=(const retention_state& o) noexcept {
    accounts_opening += o.accounts_opening, accounts_lost += o.accounts_lost;
    opening += o.opening, opening_square += o.opening_square;
    net += o.net, gross += o.gross, left += o.left;
    return *this;
  }
  constexpr retention_state& operator-=(const retention_state& o) noexcept {
    accounts_opening -= o.accounts_opening, accounts_lost -= o.accounts_lost;
    opening -= o.opening, opening_square -= o.opening_square;
    net -= o.net, gross -= o.gross, left -= o.left;
    return *this;
  }
  friend constexpr bool operator==(const retention_state&, const retention_state&) = default;
};
static_assert(mergeable<retention_state>);

/// Point to point: who had MRR at the end of the day before `from`, and what has each at the end of the day before `to`. What
/// happens in between (a lapse, a return) has no influence. For the year 2024: from 2024-01-01 to 2025-01-01.
/// Throws `schema_error` when `to` is not after `from`. O(accounts), parallel over accounts, the same bytes for any executor.
template <executor E = serial_executor>
[[nodiscard]] retention_state tally_retention(const ledger& book, day from, day to, E&& host = {}) {
  if (to <= from) throw schema_error("retention: the window " + to_string(from) + " .. " + to_string(to) + " is empty");
  const day opening{from.since_epoch - 1};
  const day closing{to.since_epoch - 1};
  return tally_sharded(book.accounts(), [&](std::size_t first, std::size_t last) {
    retention_state state;
    for (std::size_t i = first; i < last; ++i) {
      const account who{static_cast<std::uint32_t>(i)};
      const std::int64_t before = book.level(who, opening).ticks();
      if (before > 0) state.add(before, book.level(who, closing).ticks());
    }
    return state;
  }, host);
}

/// Net revenue retention: MRR now of the customers of then, over their MRR then. `1 - net loss / opening`; at least 0, above 1
/// when the customers who stayed grew more than the others lost. New customers do not enter it.
///
/// Interval: account-level linearised variance. No opening MRR: undefined (`no_observations`). O(1).
/// Source: SaaS Capital's benchmark definition. What it does not tell you: whether few large accounts carry it; look at GRR.
[[nodiscard]] estimate nrr(const retention_state& state, const rate_options& options = {});

/// Gross revenue retention: as NRR, with each account capped at what it paid then, so that growth hides no loss. In [0, 1] and
/// never above NRR. `grr_basis::churn_only` forgives downgrades. Interval and undefined as `nrr`; the interval ends at 1.
[[nodiscard]] estimate grr(const retention_state& state, const rate_options& options = {});

/// Customers of then who are still customers, over customers of then. Wilson interval. = 1 - logo churn of the same window.
[[nodiscard]] estimate logo_retention(const retention_state& state, const rate_options& options = {});

}  // namespace sojourn
