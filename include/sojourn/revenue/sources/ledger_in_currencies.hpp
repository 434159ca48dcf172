// Keyed ledgers of rows in several currencies: how they come about and are corrected.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/mrr_series.hpp"
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

/// What was up for renewal of these rows, taken as terms, under an `fx_rule`; see `tally_available_to_renew`.
[[nodiscard]] retention_state due_in_currencies(const currency_subscriptions& rows, const named_rate_table& rates,
                                                fx_rule fx, const column<std::int32_t>& bought_on, day from, day to,
                                                const due_options& options);

/// MRR and subscriptions at the end of each period, under an `fx_rule`: MRR is the closing of the movements, which needs the
/// accounts, because each account's MRR is rounded once per currency. See `mrr_series`.
[[nodiscard]] std::vector<mrr_series_row> series_in_currencies(const currency_subscriptions& rows,
                                                               const named_rate_table& rates, fx_rule fx,
                                                               const column<std::int32_t>& bought_on,
                                                               const period_grid& grid, const ledger_options& options);

/// The codes in which somebody pays at some time, in order of their text; none for a ledger in one currency.
[[nodiscard]] std::vector<std::string> currencies_used(const keyed_ledger& book);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
