// Rows in several currencies: each currency as a lane of one ledger, or every row at one rate for good.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>

#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Subscription periods with a currency a row; amounts in minor units of that currency.
struct currency_subscriptions {
  subscriptions periods;
  column<std::uint32_t> currency;  ///< dense code, as in the `rate_table`
};

/// The rows with the code of their currency as lane; the ledger of them keeps currencies apart. `accounts` as in
/// `ledger_options`. Throws as `ledger`, and `data_error` for a missing or unknown currency.
[[nodiscard]] mrr_rows rows_in_currencies(const currency_subscriptions& rows, std::size_t currencies,
                                          std::size_t accounts = 0);

/// The ledger of these rows, currencies as lanes, under the policy's `lapse_grace`: see `bridge_lapses`.
[[nodiscard]] ledger ledger_of(const currency_subscriptions& rows, std::size_t currencies, const revenue_policy& policy = {},
                               const ledger_options& options = {});

/// Every row at the rate of one day, for good: its own start (`service_start`), or the day of `priced_on` (`purchase`). Then
/// there is one currency, nothing is ever revalued and fx is 0. Ticks a unit is 1. Throws as `rows_in_currencies` for
/// currencies and as `rate_table::on`.
[[nodiscard]] mrr_rows rows_at_rates(const currency_subscriptions& rows, const rate_table& rates,
                                     const column<std::int32_t>& priced_on = {});

/// `ledger::apply`, `retract` and `split` of rows in currencies.
void apply(ledger& book, const currency_subscriptions& rows, std::size_t universe = 0);
void retract(ledger& book, const currency_subscriptions& rows);
void split(ledger& book, const currency_subscriptions& rows, account into, day since = earliest_day,
           std::size_t universe = 0);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
