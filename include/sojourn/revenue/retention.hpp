// Retention: how much of what was there at the start is still there. Logo retention, net and gross revenue retention.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>

#include "sojourn/detail/wide_int.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/stats/fieldwise.hpp"
#include "sojourn/stats/proportion.hpp"
#include "sojourn/stats/ratio.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What accounts lost, in ticks: the sum of the losses y and what the variance of their ratio to the opening MRR x needs.
/// Range as in `ratio_state`: any 64-bit values of fewer than 2^63 accounts, so a tally cannot overflow.
struct loss_sums {
  detail::int128 lost = 0;    ///< sum of y
  detail::wide_int cross{};   ///< sum of x*y
  detail::wide_int square{};  ///< sum of y^2

  constexpr void add(std::int64_t opening, std::int64_t loss) noexcept {
    lost += loss;
    (void)detail::add_overflow(cross, detail::wide_int::product(opening, loss));
    (void)detail::add_overflow(square, detail::wide_int::product(loss, loss));
  }

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.lost, s.cross, s.square);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr loss_sums& operator+=(const loss_sums& o) { return detail::add_fields(*this, o, "loss_sums"); }
  constexpr loss_sums& operator-=(const loss_sums& o) { return detail::subtract_fields(*this, o, "loss_sums"); }
  friend constexpr bool operator==(const loss_sums&, const loss_sums&) = default;
};

/// The customers of the opening, with MRR or without, and what became of them at the closing. Those who came later are not
/// in it.
struct retention_state {
  std::int64_t accounts_opening = 0;
  std::int64_t accounts_lost = 0;     ///< of these: no customers at the closing
  detail::int128 opening = 0;         ///< ticks
  detail::wide_int opening_square{};  ///< ticks squared
  loss_sums net;                      ///< opening - closing of each account; negative where it grew
  loss_sums gross;                    ///< max(0, opening - closing)
  loss_sums left;                     ///< the opening MRR of lost accounts

  /// One customer of the opening; lost without MRR at the closing, unless it stays a customer.
  constexpr void add(std::int64_t opening_ticks, std::int64_t closing_ticks) noexcept {
    add(opening_ticks, closing_ticks, closing_ticks > 0);
  }
  constexpr void add(std::int64_t opening_ticks, std::int64_t closing_ticks, bool stays) noexcept {
    add_opening(opening_ticks);
    add_change(opening_ticks, closing_ticks, stays);
  }
  constexpr void add_opening(std::int64_t opening_ticks) noexcept {
    ++accounts_opening;
    opening += opening_ticks;
    (void)detail::add_overflow(opening_square, detail::wide_int::product(opening_ticks, opening_ticks));
  }
  /// What became of an account that stands in the opening already. Accounts that did not change need no call.
  constexpr void add_change(std::int64_t opening_ticks, std::int64_t closing_ticks, bool stays) noexcept {
    const std::int64_t loss = opening_ticks - closing_ticks;
    net.add(opening_ticks, loss);
    if (loss > 0) gross.add(opening_ticks, loss);
    if (stays) return;
    ++accounts_lost;
    left.add(opening_ticks, opening_ticks);
  }

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.accounts_opening, s.accounts_lost, s.opening, s.opening_square, s.net, s.gross, s.left);
  }
  static constexpr std::uint16_t bytes_kind = 32;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr retention_state& operator+=(const retention_state& o) { return detail::add_fields(*this, o, "retention_state"); }
  constexpr retention_state& operator-=(const retention_state& o) {
    return detail::subtract_fields(*this, o, "retention_state");
  }
  friend constexpr bool operator==(const retention_state&, const retention_state&) = default;
};

/// A loss over the opening MRR, and what is left over the opening MRR, as ratios with account-level uncertainty.
[[nodiscard]] ratio_state loss_ratio(const retention_state& state, const loss_sums& loss);
[[nodiscard]] ratio_state kept_ratio(const retention_state& state, const loss_sums& loss);
/// What accounts grew by over the opening MRR: net and gross losses differ by nothing else.
[[nodiscard]] ratio_state gain_ratio(const retention_state& state);

namespace detail {

/// Losses y of openings x while they are counted: one multiplication per sum and no carry runs through.
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

/// A `retention_state` while it is counted.
struct retention_count {
  std::int64_t accounts_opening = 0;
  std::int64_t accounts_lost = 0;
  int128 opening = 0;
  product_sum opening_square;
  loss_count net;
  loss_count gross;
  loss_count left;

  constexpr void add(std::int64_t opening_ticks, std::int64_t closing_ticks, bool stays) noexcept {
    ++accounts_opening;
    opening += opening_ticks;
    opening_square.add(opening_ticks, opening_ticks);
    const std::int64_t loss = opening_ticks - closing_ticks;
    if (loss == 0 && stays) return;
    net.add(opening_ticks, loss);
    if (loss > 0) gross.add(opening_ticks, loss);
    if (stays) return;
    ++accounts_lost;
    left.add(opening_ticks, opening_ticks);
  }
  [[nodiscard]] constexpr retention_state total() const noexcept {
    return {accounts_opening, accounts_lost, opening, opening_square.total(), net.total(), gross.total(), left.total()};
  }
};

[[nodiscard]] retention_state tally_retention(const ledger& book, day from, day to, const any_executor& host);
[[nodiscard]] retention_state tally_retention(const ledger& book, std::span<const account> some, day from, day to,
                                              const any_executor& host);

}  // namespace detail

/// Point to point: who was a customer at the end of the day before `from`, and what has each at the end of the day before
/// `to`. What happens in between (a lapse, a return) has no influence. For the year 2024: from 2024-01-01 to 2025-01-01.
/// Throws `schema_error` when `to` is not after `from`. O(accounts and their steps), parallel over accounts, the same bytes
/// for any executor.
template <executor E = serial_executor>
[[nodiscard]] retention_state tally_retention(const ledger& book, day from, day to, E&& host = {}) {
  return detail::tally_retention(book, from, to, any_executor(host));
}

/// The same of some accounts, each named once: what they contribute to the state of the whole. O(their steps).
[[nodiscard]] retention_state tally_retention(const ledger& book, std::span<const account> some, day from, day to);

inline constexpr metric_label nrr_label{"nrr", "share"};
inline constexpr metric_label grr_label{"grr", "share"};
inline constexpr metric_label logo_retention_label{"logo_retention", "share"};

/// Net revenue retention: MRR now of the customers of then, over their MRR then. `1 - net loss / opening`; at least 0, above
/// 1 when the customers who stayed grew more than the others lost. New customers do not enter it.
///
/// Interval: `options.interval`, by default the score interval of loss and gain (stats/loss_interval.hpp); both kinds are
/// found from the account-level sums. Undefined: no customers at the opening (`no_observations`), or none who pays
/// (`zero_denominator`). O(1). Source: SaaS Capital's benchmark
/// definition. What it does not tell you: whether few large accounts carry it; look at GRR.
[[nodiscard]] estimate nrr(const retention_state& state, const rate_options& options = {});

/// Gross revenue retention: as NRR, with each account capped at what it paid then, so that growth hides no loss. In [0, 1]
/// and never above NRR. `grr_basis::churn_only` forgives downgrades, `totals_min` is min(1, NRR) and carries no interval.
/// Interval and undefined as `nrr`; the interval ends at 1. Throws `schema_error` for `event_sum` and `running_min`, which
/// depend on what happened in between: read them with `grr_of` (revenue/rates.hpp).
[[nodiscard]] estimate grr(const retention_state& state, const rate_options& options = {});

/// The same with losses counted elsewhere, at most the opening MRR of each account.
[[nodiscard]] estimate gross_retention(const retention_state& state, const loss_sums& loss,
                                       const rate_options& options = {});

/// A share of the opening lost, between 0 and 1, with the interval of the options: MRR churn, and what GRR leaves over.
[[nodiscard]] estimate lost_share(const retention_state& state, const loss_sums& loss, const rate_options& options = {});

/// Customers of then who are still customers, over customers of then. Wilson interval. = 1 - logo churn of the same window.
[[nodiscard]] estimate logo_retention(const retention_state& state, const rate_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
