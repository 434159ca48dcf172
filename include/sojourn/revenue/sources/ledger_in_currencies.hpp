// Keyed ledgers of rows in several currencies: how they come about and are corrected.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/policy_options.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Rows in several currencies under an `fx_rule`: where every row has a rate of its own (`service_start`, `purchase`), a
/// ledger in the reporting currency; else one whose lanes are the currencies, with `keyed_ledger::in`. `bought_on` is for
/// `purchase`. Gaps of at most `lapse_grace` days in which an account pays in no currency are bridged. Throws as
/// `rows_at_rates` and `rows_in_currencies`.
[[nodiscard]] keyed_ledger ledger_in_currencies(const currency_subscriptions& rows, std::shared_ptr<account_index> keys,
                                                named_rate_table rates, fx_rule fx,
                                                const column<std::int32_t>& bought_on = {},
                                                std::optional<day> as_of = std::nullopt, std::int32_t lapse_grace = 0);

/// As for rows in one currency. `retract` and `split` also throw `data_error` for a row of an account that the ledger does
/// not have.
void apply(keyed_ledger& book, const currency_subscriptions& rows);
void retract(keyed_ledger& book, const currency_subscriptions& rows);
void split(keyed_ledger& book, const currency_subscriptions& rows, account into, day since = earliest_day);

/// The codes in which somebody pays at some time, in order of their text; none for a ledger in one currency.
[[nodiscard]] std::vector<std::string> currencies_used(const keyed_ledger& book);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
