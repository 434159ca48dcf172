// Why MRR moved: the waterfall by cause, in exact ticks that add up to it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/stats/fieldwise.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What one cause moved in one period: ticks, and the movements of accounts whose largest part was its.
struct cause_sums {
  std::uint8_t cause = 0;  ///< a `change_cause`, or a code of the caller's own
  detail::int128 new_business = 0;
  detail::int128 reactivation = 0;
  detail::int128 expansion = 0;
  detail::int128 contraction = 0;
  detail::int128 churn = 0;
  std::int64_t accounts_new = 0;
  std::int64_t accounts_reactivated = 0;
  std::int64_t accounts_churned = 0;

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.new_business, s.reactivation, s.expansion, s.contraction, s.churn, s.accounts_new, s.accounts_reactivated,
          s.accounts_churned);
  }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.cause);
    detail::archive_fields(archive, self);
  }
  friend constexpr bool operator==(const cause_sums&, const cause_sums&) = default;
};

/// Movements by cause of the periods of a grid. States of disjoint accounts over the same grid and policy add up; others
/// throw `state_error`.
struct cause_movements_state {
  period_grid grid;
  day known_until = earliest_day;
  revenue_policy policy;
  std::vector<std::vector<cause_sums>> periods;  ///< ascending by cause; causes that moved nothing are left out

  [[nodiscard]] bool nothing_counted() const;
  static constexpr std::uint16_t bytes_kind = 52;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    if constexpr (std::is_const_v<Self>) {
      // Equal states have equal bytes: one in which nothing was counted is written as the neutral one.
      const cause_movements_state neutral;
      const cause_movements_state& s = self.nothing_counted() ? neutral : self;
      archive(s.grid, s.known_until.since_epoch, s.policy, s.periods);
    } else {
      archive(self.grid, self.known_until.since_epoch, self.policy, self.periods);
    }
  }
  [[nodiscard]] bool canonical() const;

  cause_movements_state& operator+=(const cause_movements_state& o);
  cause_movements_state& operator-=(const cause_movements_state& o);
  friend SOJOURN_EXPORT bool operator==(const cause_movements_state& a, const cause_movements_state& b);
};

namespace detail {

[[nodiscard]] cause_movements_state tally_causes(const ledger& book, const period_grid& grid, const revenue_policy& policy,
                                                 const any_executor& host);
[[nodiscard]] cause_movements_state tally_causes(const keyed_ledger& book, const period_grid& grid,
                                                 const revenue_policy& policy, const any_executor& host);

}  // namespace detail

/// Movements by cause. Every movement of `tally_revenue` belongs to the causes of its change: one, or the parts of several
/// on that day (`ledger::shares`), so that the sums over causes are the movements, tick for tick. Under
/// `movement_mode::net_endpoints` the causes of all changes of an account in a period share its one movement; what they take
/// back from each other comes off the largest first. An account's movement is counted where its largest part is.
///
/// Unit: ticks. Complexity: O(steps). Throws `schema_error` for a grid without periods and a ledger with several lanes.
/// What it does not tell you: whether the word that somebody entered was the reason.
template <executor E = serial_executor>
[[nodiscard]] cause_movements_state tally_causes(const ledger& book, const period_grid& grid,
                                                 const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_causes(book, grid, policy, any_executor(host));
}
/// The same of a ledger in one currency or in several: then each period is at the rates of its opening, as the movements of
/// `currency_revenue_state` are, to which the causes add up. What rates did to the closing is no movement and has the cause
/// `fx` when shown. Add up only states at the same rates.
template <executor E = serial_executor>
[[nodiscard]] cause_movements_state tally_causes(const keyed_ledger& book, const period_grid& grid,
                                                 const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_causes(book, grid, policy, any_executor(host));
}

/// One period and cause in minor units. Over the causes of a period each column adds up to that of the `movement_row`.
struct cause_row {
  std::string period;
  std::uint8_t cause = 0;
  std::int64_t new_business = 0;
  std::int64_t reactivation = 0;
  std::int64_t expansion = 0;
  std::int64_t contraction = 0;
  std::int64_t churn = 0;
  std::int64_t fx = 0;  ///< of the cause `fx` alone
  std::int64_t accounts_new = 0;
  std::int64_t accounts_reactivated = 0;
  std::int64_t accounts_churned = 0;
};

/// The state as rows that add up as shown to `whole`, the waterfall of the same periods, by largest remainder. Where rates
/// moved a closing there is a row of the cause `fx`.
[[nodiscard]] std::vector<cause_row> movements_by_cause(const cause_movements_state& state,
                                                        std::span<const movement_row> whole);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
