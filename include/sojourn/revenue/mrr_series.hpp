// MRR and paid subscriptions at the end of each period, straight from the rows: no ledger, no sort.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/element.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/subscriptions.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/stats/fieldwise.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Subscriptions in force and what they pay, or changes of both.
struct subscription_sums {
  detail::int128 ticks = 0;
  std::int64_t subscriptions = 0;

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.ticks, s.subscriptions);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  constexpr subscription_sums& operator+=(const subscription_sums& o) {
    return detail::add_fields(*this, o, "subscription_sums");
  }
  constexpr subscription_sums& operator-=(const subscription_sums& o) {
    return detail::subtract_fields(*this, o, "subscription_sums");
  }
  friend constexpr bool operator==(const subscription_sums&, const subscription_sums&) = default;
};

/// States of any rows over one grid and one `known_until` add up, of the same account or not; others throw `state_error`.
/// A state without cells is the neutral one, and equals every state in which nothing was counted.
struct mrr_series_state {
  period_grid grid;
  day known_until = earliest_day;
  std::vector<subscription_sums> in_force;  ///< before the grid, then at the end of each period

  [[nodiscard]] const subscription_sums& at(std::int32_t period) const {
    return detail::element(in_force, static_cast<std::size_t>(period) + 1, "period");
  }
  [[nodiscard]] bool nothing_counted() const;

  static constexpr std::uint16_t bytes_kind = 40;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    if constexpr (std::is_const_v<Self>) {
      // Equal states have equal bytes: one in which nothing was counted is written as the neutral one.
      const mrr_series_state neutral;
      const mrr_series_state& s = self.nothing_counted() ? neutral : self;
      archive(s.grid, s.known_until.since_epoch, s.in_force);
    } else {
      archive(self.grid, self.known_until.since_epoch, self.in_force);
    }
  }
  [[nodiscard]] bool canonical() const {
    if (in_force.empty()) return grid == period_grid{} && known_until == earliest_day;
    return !nothing_counted() && grid.canonical() && in_force.size() == static_cast<std::size_t>(grid.count) + 1;
  }

  mrr_series_state& operator+=(const mrr_series_state& o);
  mrr_series_state& operator-=(const mrr_series_state& o);
  friend SOJOURN_EXPORT bool operator==(const mrr_series_state& a, const mrr_series_state& b);
};

namespace detail {

[[nodiscard]] mrr_series_state tally_mrr_series(const subscriptions& table, const period_grid& grid,
                                                const ledger_options& options, const any_executor& host);

}  // namespace detail

/// What runs at the end of each period: MRR in ticks, and the number of rows with MRR. A row is in force from its start to
/// the day before its end.
///
/// MRR is that of the ledger's `closing` for any rows whatsoever, since overlapping rows add up there too. The count is one
/// of subscriptions, not of customers: equal to the ledger's `accounts_closing` where no account has two rows with MRR in
/// force at the end of a period, and above it elsewhere. Same rows, `options` and errors as a ledger's, except that no sum
/// overflows and that the account column may be empty. Cost: two passes over the rows, which stay in cache in between;
/// parallel over rows, the same bytes for any executor. What it does not tell you: who came and who left. Two rows that
/// change hands show nothing; `tally_revenue` shows it.
template <executor E = serial_executor>
[[nodiscard]] mrr_series_state tally_mrr_series(const subscriptions& periods, const period_grid& grid,
                                                ledger_options options = {}, E&& host = {}) {
  return detail::tally_mrr_series(periods, grid, options, any_executor(host));
}

/// One period as shown, in minor units.
struct mrr_series_row {
  std::string period;
  std::int64_t mrr = 0;
  std::int64_t subscriptions = 0;
  bool complete = true;  ///< false where `as_of` cuts the period
  friend bool operator==(const mrr_series_row&, const mrr_series_row&) = default;
};

/// A period that `as_of` has not reached has no row. Throws `overflow_error` for totals beyond 64 bits of minor units.
/// O(periods).
[[nodiscard]] std::vector<mrr_series_row> mrr_series(const mrr_series_state& state);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
