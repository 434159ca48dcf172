// Subscription periods with MRR, from commitments and consumption, as a policy wants it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <optional>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/usage_lines.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct usage_options {
  revenue_policy policy{};
  /// As in `ledger_options`. `after_latest_date()` is the day after the latest consumption, or without any the day after the
  /// latest date.
  as_of_day as_of{};
  std::size_t accounts = 0;  ///< size of the universe; 0: dense indices, below the number of rows
};

/// What commitments and consumption bring as MRR under `usage_basis`, and `unit`, `calendar_factor`, `rounding` (of prepaid
/// amounts) and `usage_months`.
///
/// `committed`: a minimum is its amount for the days of its term; a prepaid amount is spread over the months of its term, as
/// a price is. Consumption counts as nothing (`row_counts::metered`). `committed_plus_overage`: beside it, during each
/// month, what was consumed in it beyond the commitments. `consumed`: during each month what was consumed in it, and
/// commitments count as nothing. `consumed_trailing_mean`: its mean over the `usage_months` months before each month, as
/// `usage_rule::trailing_mean`.
///
/// Consumption draws on the commitments of its account that are in force: those of its subscription and those without one,
/// what expires first before what lasts. A minimum covers the consumption of each month of its term (counted from its first
/// day), and what is not used is forfeited at the end of the month; a prepaid amount lasts until the end of its term. What
/// no commitment covers is overage; of a customer without commitments all of it.
///
/// A month that `as_of` cuts is not complete: it has no consumption of its own yet, and the level of the month before holds
/// on, so that a partial month is no contraction. The overage of a customer whose last commitment ends in that month ends
/// with it.
///
/// Throws `data_error` with the row for a missing account, start or amount, an amount below zero, a prepaid commitment
/// without an end, an empty term, and consumption over more than one calendar month; `schema_error` for lengths that differ
/// and for `customer_unit::subscription` without that column. O(rows log rows), and for each record of consumption the
/// commitments of its account. What it does not tell you: what was invoiced, and why usage changed.
[[nodiscard]] mrr_rows rows_from_usage(const usage_lines& lines, const usage_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
