// The waterfall: how MRR got from one period's opening to its closing.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/period_movements.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One period of the waterfall in minor units. `opening + new_business + reactivation + expansion - contraction - churn + fx
/// = closing` holds in every row as shown, and each closing is the next opening.
struct movement_row {
  std::string period;
  std::int64_t opening = 0;
  std::int64_t new_business = 0;
  std::int64_t reactivation = 0;
  std::int64_t expansion = 0;
  std::int64_t contraction = 0;
  std::int64_t churn = 0;
  std::int64_t fx = 0;  ///< 0 in one currency; see revenue/currency_movements.hpp
  std::int64_t closing = 0;
  std::int64_t accounts_opening = 0;
  std::int64_t accounts_new = 0;
  std::int64_t accounts_reactivated = 0;
  std::int64_t accounts_churned = 0;
  std::int64_t accounts_closing = 0;
  bool complete = true;  ///< false where `as_of` cuts the period

  friend bool operator==(const movement_row&, const movement_row&) = default;
};

namespace detail {

/// One period in minor units, where rates changed its closing by `fx` ticks.
[[nodiscard]] movement_row row_of(const revenue_period& period, int128 fx = 0);

}  // namespace detail

/// The state as a waterfall. Ticks become minor units only here: opening and closing are rounded to the nearest, and the
/// movements by largest remainder, so that a shown row still closes. Where every MRR is a whole number of minor units
/// nothing is rounded. A period that `as_of` cuts is shown as far as it is known (`period_cut` names it); one that `as_of`
/// has not reached has no row (`periods_not_reached` names them). Throws `overflow_error` for totals beyond 64 bits of minor
/// units. O(periods). What it does not tell you: who moved. `explain` does.
[[nodiscard]] std::vector<movement_row> movements(const revenue_state& state);

/// The periods that start on the first day that is not known, or later: nothing has happened in them yet.
[[nodiscard]] std::vector<std::string> periods_not_reached(const period_grid& grid, day known_until);

/// The period that has begun and is not over on the first day that is not known; empty where there is none.
[[nodiscard]] std::string period_cut(const period_grid& grid, day known_until);

/// Each amount rounded to minor units on its own, so that equal amounts are shown equal; a row need not close as shown.
[[nodiscard]] movement_row rounded(const period_movements& change);

/// One change of one account.
struct account_movement {
  day when;
  movement_kind kind;
  mrr before;
  mrr after;
  friend constexpr bool operator==(const account_movement&, const account_movement&) = default;
};

/// Explains an account in a period: its changes in [from, to) in order of days, and the rows of the caller's table that
/// the ledger holds for it. Summed over all accounts these movements are the waterfall of `movement_mode::gross_events`.
struct account_explanation {
  mrr opening;
  mrr closing;
  std::vector<account_movement> movements;
  std::vector<std::uint32_t> rows;
};

/// Throws `data_error` for an account outside the ledger. O(steps of the account).
[[nodiscard]] account_explanation explain(const ledger& book, account who, day from, day to,
                                          const revenue_policy& policy = {});
/// The same with the rows of the caller's table, whatever the ledger was made of.
[[nodiscard]] account_explanation explain(const keyed_ledger& book, account who, day from, day to,
                                          const revenue_policy& policy = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
