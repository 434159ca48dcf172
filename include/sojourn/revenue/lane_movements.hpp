// Movements inside accounts: the waterfall of each product, plan or currency, where what changes lanes is a transfer.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/stats/fieldwise.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whether amounts of different lanes can be added.
enum class lane_amounts : std::uint8_t {
  one_currency,  ///< lanes are labels: what leaves one lane of an account and enters another is transferred
  apart,         ///< lanes are currencies: nothing is transferred, for nothing says what one is worth in another
};
constexpr std::array<std::string_view, 2> values_of(lane_amounts) {
  return {"one_currency", "apart"};
}

/// One lane in one period, in ticks: opening + new_business + reactivation + expansion - contraction - churn + transfer_in -
/// transfer_out = closing.
struct lane_sums {
  std::uint16_t lane = 0;
  detail::int128 opening = 0;
  detail::int128 new_business = 0;
  detail::int128 reactivation = 0;
  detail::int128 expansion = 0;
  detail::int128 contraction = 0;
  detail::int128 churn = 0;
  detail::int128 transfer_in = 0;
  detail::int128 transfer_out = 0;

  [[nodiscard]] constexpr detail::int128 closing() const noexcept {
    return opening + new_business + reactivation + expansion - contraction - churn + transfer_in - transfer_out;
  }
  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.opening, s.new_business, s.reactivation, s.expansion, s.contraction, s.churn, s.transfer_in, s.transfer_out);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.lane);
    detail::archive_fields(archive, self);
  }
  friend constexpr bool operator==(const lane_sums&, const lane_sums&) = default;
};

/// The lanes of every period. States of disjoint accounts over the same grid and policy, whose lanes are numbered alike, add
/// up; others throw `state_error`.
struct lane_movements_state {
  period_grid grid;
  day known_until = earliest_day;
  revenue_policy policy;
  std::vector<std::vector<lane_sums>> periods;  ///< ascending by lane; lanes without an amount are left out

  [[nodiscard]] bool nothing_counted() const;
  static constexpr std::uint16_t bytes_kind = 53;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    if constexpr (std::is_const_v<Self>) {
      // Equal states have equal bytes: one in which nothing was counted is written as the neutral one.
      const lane_movements_state neutral;
      const lane_movements_state& s = self.nothing_counted() ? neutral : self;
      archive(s.grid, s.known_until.since_epoch, s.policy, s.periods);
    } else {
      archive(self.grid, self.known_until.since_epoch, self.policy, self.periods);
    }
  }
  [[nodiscard]] bool canonical() const;

  lane_movements_state& operator+=(const lane_movements_state& o);
  lane_movements_state& operator-=(const lane_movements_state& o);
  friend SOJOURN_EXPORT bool operator==(const lane_movements_state& a, const lane_movements_state& b);
};

namespace detail {

[[nodiscard]] lane_movements_state tally_lanes(const ledger& book, lane_amounts amounts, const period_grid& grid,
                                               const revenue_policy& policy, const any_executor& host);

}  // namespace detail

/// Movements of the lanes of a ledger (`view::split_by`). What a change of an account is called is asked of the account: a
/// switch of plan is neither churn nor new business. On a day (under `movement_mode::net_endpoints`: in a period) on which
/// lanes rise and others fall, as much as both is transferred, from the lanes that fall to those that rise, taken off the
/// largest first; only the rest moves the account. So the lanes add up to `tally_revenue` of the same facts read without
/// lanes, tick for tick. With `lane_amounts::apart` every lane moves on its own, under the name that the account's presence
/// gives it: new or reactivated where the account was no customer, churn where it is none any more.
///
/// Unit: ticks. Complexity: O(steps x lanes of the account). Throws `schema_error` for a grid without periods. What it does
/// not tell you: why an account switched.
template <executor E = serial_executor>
[[nodiscard]] lane_movements_state tally_lanes(const ledger& book, lane_amounts amounts, const period_grid& grid,
                                               const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_lanes(book, amounts, grid, policy, any_executor(host));
}

/// One period and lane in minor units; every row closes as shown, and each closing is the next opening.
struct lane_row {
  std::string period;
  std::uint16_t lane = 0;
  std::int64_t opening = 0;
  std::int64_t new_business = 0;
  std::int64_t reactivation = 0;
  std::int64_t expansion = 0;
  std::int64_t contraction = 0;
  std::int64_t churn = 0;
  std::int64_t transfer_in = 0;
  std::int64_t transfer_out = 0;
  std::int64_t closing = 0;
};

/// The state as rows, of the periods that `known_until` reaches. Where every MRR is a whole number of minor units nothing is
/// rounded, and the rows of a period add up to its `movement_row`; else movements are rounded by largest remainder within
/// each row.
[[nodiscard]] std::vector<lane_row> movements_by_lane(const lane_movements_state& state);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
