// Subscription periods with MRR, from prices and the days on which something happened, as a policy wants it.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/input/priced_subscriptions.hpp"
#include "sojourn/input/subscriptions.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Which MRR of a subscription is wanted.
enum class mrr_part : std::uint8_t {
  paid,   ///< the MRR of everybody else's reports: trials are left out
  trial,  ///< what trials would bring: the price on the days of the trial
};
constexpr std::array<std::string_view, 2> values_of(mrr_part) {
  return {"paid", "trial"};
}

/// Whether MRR that is known to end counts.
enum class mrr_commitment : std::uint8_t {
  in_force,   ///< yes, until it ends
  committed,  ///< no: committed MRR stops on the day of the cancellation, and a term with an end was never committed
};
constexpr std::array<std::string_view, 2> values_of(mrr_commitment) {
  return {"in_force", "committed"};
}

struct pricing_options {
  revenue_policy policy{};
  mrr_part part = mrr_part::paid;
  mrr_commitment commitment = mrr_commitment::in_force;
  as_of_day as_of{};                       ///< for `lapse_grace`: as in `ledger_options`
  std::size_t accounts = 0;                ///< size of the universe; 0: dense indices, below the number of rows
  bool bridge = true;                      ///< false: lapses stay, for those who bridge them later
  cause_rule causes = cause_rule::stated;  ///< derived: the marks of the rows say why they begin and end, where dates do
};

/// Turns each row into periods of one MRR. Applied are `unit`, `churn_at` (a row without that date ends with its service,
/// and no date moves MRR past the end of service), `past_due`, `paused`, `free_is`, `discounts`, `tax`, `usage`,
/// `usage_months`, `calendar_factor`, `rounding`, `lapse_grace`.
///
/// A discount lasts until `discount_until`; without that day a recurring one lasts as long as the row, and a one-time one
/// for the first term that is billed: `every` units from the start, or from the end of a trial that begins with the row.
/// Days of a trial at the start of a row bring nothing; those of a later trial are free of charge, as at price 0.
///
/// A customer without MRR (paused under `zero_as_contraction`, free under `free_is::active`) is a row of amount 0 that is
/// marked as `kept`: a customer in every count, in no amount. Only who pays becomes a customer: before its first payment,
/// and after it has left, such a row counts as `never_paid` and is without effect, so that a subscription that never paid is
/// neither new nor churned. What an account pays depends on its own rows, the options and `as_of` alone. Order: tax is taken
/// off amount x quantity, then the discount off the rest. MRR of an unusual term is the nearest tick. Throws `data_error`
/// with the row for a missing account, start or amount, a broken price, tax above the price, an end before its start, a
/// trial without an end or that ends before its start; `schema_error` for lengths that differ and for
/// `customer_unit::subscription` without that column. O(rows). What it does not tell you: what was invoiced or paid.
/// Proration never enters, because the price in force is read.
[[nodiscard]] mrr_rows rows_from_prices(const priced_subscriptions& priced, const pricing_options& options = {});

/// A ledger of ready-made MRR under the policy's `lapse_grace`, the one option of MRR that such rows can follow. Errors as
/// `ledger`.
[[nodiscard]] ledger ledger_of(const subscriptions& periods, const revenue_policy& policy,
                               const ledger_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
