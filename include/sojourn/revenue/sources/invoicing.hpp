// Subscription periods with MRR, from lines of invoices, as a policy wants it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/invoice_lines.hpp"
#include "sojourn/revenue/sources/price.hpp"
#include "sojourn/revenue/sources/pricing.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A period of service as a term of a price list.
struct billing_term {
  std::int32_t every = 1;
  billing_unit unit = billing_unit::month;
  friend constexpr bool operator==(const billing_term&, const billing_term&) = default;
};

/// The term of the days [from, to): whole calendar months where both ends are the same day of a month, or its last one where
/// a month is too short for that day (31 January to 28 February, 28 February to 31 March); else whole weeks; else days.
/// Throws `data_error` for an empty period.
[[nodiscard]] billing_term term_between(day from, day to);

struct invoicing_options {
  revenue_policy policy{};
  as_of_day as_of{};                       ///< for `lapse_grace`: as in `ledger_options`
  std::size_t accounts = 0;                ///< size of the universe; 0: dense indices, below the number of rows
  bool bridge = true;                      ///< false: lapses stay, for those who bridge them later
  cause_rule causes = cause_rule::stated;  ///< as in `pricing_options`
};

/// Turns each line into a period of one MRR: the amount, without tax and discounts as the policy says, over the months of
/// the period that it bills. A prorated line (`full_start`, `full_end`) counts as if it billed the whole period: amount x
/// days of the whole / days of the part, over the months of the whole. Applied are `unit`, `source`, `churn_at`, `past_due`,
/// `free_is`, `discounts`, `tax`, `usage`, `usage_months`, `refunds`, `calendar_factor`, `rounding`, `lapse_grace`.
///
/// A line ends with the period that it bills, and earlier: under `mrr_source::state` on `ended_on`; under
/// `churn_at::cancel_request` and `billing_end` on their days, where the row has them. Lines that overlap add up.
///
/// A credit for unused time (`line_kind::proration` below zero) takes its MRR off the line that it pays back, under every
/// policy, and ends that line where it is all that is left of it, to a day's share; counted in `prorations`. A line below
/// zero without a kind is one where a charge of its account starts on its first day and holds for its days, beside the one
/// that it pays back; else it is a refund. A credit has the whole period of the line that it pays back, as has a charge for
/// the very same days. What an account pays depends on its own lines, the options and `as_of` alone.
///
/// Under `refund_rule::negative` a refund takes its MRR off that of the customer for its period, off lines in the order
/// of their rows and never below zero; what there was nothing to take off from is counted in `clamped`. Signs of refunds
/// do not matter. MRR of an unusual term is the nearest tick. Throws `data_error` with the row for a missing account or
/// amount, a line of service without a period or an empty one, an amount below zero that is said to be no refund, tax or
/// discount out of range, a part outside its whole period; `schema_error` for lengths that differ and for
/// `customer_unit::subscription` without that column. O(rows log rows), and for each change while a refund runs the lines
/// in force of its customer. What it does not tell you: what was paid, and what the subscription behind a line is. A line
/// that comes late is a lapse.
[[nodiscard]] mrr_rows rows_from_invoices(const invoice_lines& lines, const invoicing_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
