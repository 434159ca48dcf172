// Movements of accounts and of parents, read in one pass: what changes hands is a transfer.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One period of customers of one unit, in ticks: opening + new_business + reactivation + expansion - contraction - churn +
/// transfer_in - transfer_out = closing. Counts are of customers, and close in the same way.
struct unit_sums {
  detail::int128 opening = 0;
  detail::int128 new_business = 0;
  detail::int128 reactivation = 0;
  detail::int128 expansion = 0;
  detail::int128 contraction = 0;
  detail::int128 churn = 0;
  detail::int128 transfer_in = 0;
  detail::int128 transfer_out = 0;
  std::int64_t accounts_opening = 0;
  std::int64_t accounts_new = 0;
  std::int64_t accounts_reactivated = 0;
  std::int64_t accounts_churned = 0;
  std::int64_t accounts_in = 0;   ///< not new: what they hold was another customer's
  std::int64_t accounts_out = 0;  ///< not churned: what they held is another customer's

  [[nodiscard]] constexpr detail::int128 closing() const noexcept {
    return opening + new_business + reactivation + expansion - contraction - churn + transfer_in - transfer_out;
  }
  [[nodiscard]] constexpr std::int64_t accounts_closing() const noexcept {
    return accounts_opening + accounts_new + accounts_reactivated - accounts_churned + accounts_in - accounts_out;
  }
  unit_sums& operator+=(const unit_sums& o) noexcept;
  friend constexpr bool operator==(const unit_sums&, const unit_sums&) = default;
};

/// What one customer did in one period.
struct customer_sums {
  account who;
  std::int32_t period = 0;
  unit_sums sums;
};

/// The movements of one unit.
struct unit_movements {
  period_grid grid;
  day known_until = earliest_day;
  std::vector<unit_sums> periods;
  std::vector<customer_sums> customers;  ///< by period, then customer; of all that moved or have MRR, where they were asked
};

/// What one pass found.
struct movements_of_units {
  std::optional<unit_movements> accounts;
  std::optional<unit_movements> parents;
};

struct unit_options {
  bool customers = false;     ///< each customer besides the periods
  bool accounts_too = false;  ///< of a reading by parent: accounts as well
};

/// Movements in which an account that goes from one parent to another, that is merged into another or whose rows are split
/// off is neither churn nor new business. On a day (under `movement_mode::net_endpoints`: in a period) on which an account
/// of the caller's rows falls at one customer and rises at another, as much as both is transferred, from the customers that
/// fall to those that rise, taken off the largest first; only the rest moves customers. A customer to whom accounts come
/// from another one is not new, and one whose accounts go on at another has not churned: what else it gains or loses on that
/// day is expansion or contraction. Transfers in and out of all customers are equal, so the rows add up to the MRR of the
/// whole, at accounts and at parents alike, tick for tick. Without owners that change this is `tally_revenue`.
///
/// The reading says whose movements: those of parents of a reading by parent, else those of accounts. Only customers that
/// the reading holds are counted, so parts add up. Throws `schema_error` for a grid without periods, for lanes (amounts of
/// several currencies that are not valued once, `split_by`), where a customer is a subscription, and for the accounts of a
/// part that is cut by parent. O(rows log rows). What it does not tell you: why an account changed hands.
[[nodiscard]] movements_of_units tally_units(const book& of, const reading& how, const period_grid& grid,
                                             const unit_options& options = {});

/// Whether an account of the reading ever changes hands; if not, no movement of it is a transfer. O(rows).
[[nodiscard]] bool owners_change(const book& of, const reading& how);

/// One period, or one customer in one, in minor units; every row closes as shown, and each closing is the next opening.
struct unit_row {
  std::string period;
  std::optional<account> who{};
  std::int64_t opening = 0;
  std::int64_t new_business = 0;
  std::int64_t reactivation = 0;
  std::int64_t expansion = 0;
  std::int64_t contraction = 0;
  std::int64_t churn = 0;
  std::int64_t transfer_in = 0;
  std::int64_t transfer_out = 0;
  std::int64_t closing = 0;
  unit_sums sums{};
};

/// The periods that `known_until` reaches as rows; rounded as `movements`.
[[nodiscard]] std::vector<unit_row> movements_of(const unit_movements& made);
/// The customers as rows, likewise.
[[nodiscard]] std::vector<unit_row> movements_of_customers(const unit_movements& made);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
