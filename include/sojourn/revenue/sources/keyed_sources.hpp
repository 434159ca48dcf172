// From every source of MRR to a ledger that knows the keys of its accounts and the caller's rows.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/sources/change_rows.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"
#include "sojourn/revenue/sources/pricing.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

// In all of these the columns hold numbers that `keys` gave out, and errors name accounts by their keys. Gaps of at most
// `lapse_grace` days are bridged (see `bridge_lapses`); 0 bridges none.

namespace detail {

[[nodiscard]] keyed_ledger ledger_from_periods(const subscriptions& periods, std::shared_ptr<account_index> keys,
                                               std::int32_t lapse_grace, const ledger_options& options,
                                               const any_executor& host);

}  // namespace detail

/// Ready-made MRR. Throws as `ledger`.
template <executor E = serial_executor>
[[nodiscard]] keyed_ledger ledger_from_periods(const subscriptions& periods, std::shared_ptr<account_index> keys,
                                               std::int32_t lapse_grace = 0, const ledger_options& options = {},
                                               E&& host = {}) {
  return detail::ledger_from_periods(periods, std::move(keys), lapse_grace, options, any_executor(host));
}

/// Month snapshots, known until `as_of`; without it until the month after the latest of the table. Throws as
/// `rows_from_snapshots`.
[[nodiscard]] keyed_ledger ledger_from_snapshots(const snapshots& table, std::shared_ptr<account_index> keys,
                                                 std::int32_t lapse_grace = 0, std::optional<day> as_of = std::nullopt);

/// Changes of MRR; `options.accounts` is that of `keys`. Throws as `rows_from_changes`.
[[nodiscard]] keyed_ledger ledger_from_changes(const mrr_changes& changes, std::shared_ptr<account_index> keys,
                                               change_options options = {}, std::int32_t lapse_grace = 0);

/// Prices, and lines of invoices, under the policy of the options. Under `customer_unit::subscription` a customer is a
/// subscription, and the ledger also knows the account of each. Throw as `rows_from_prices` and `rows_from_invoices`.
[[nodiscard]] keyed_ledger ledger_from_prices(const priced_subscriptions& priced, const pricing_options& options,
                                              std::shared_ptr<account_index> accounts,
                                              std::shared_ptr<account_index> subscriptions = nullptr);
[[nodiscard]] keyed_ledger ledger_from_invoices(const invoice_lines& lines, const invoicing_options& options,
                                                std::shared_ptr<account_index> accounts,
                                                std::shared_ptr<account_index> subscriptions = nullptr);

/// Prepared rows as they are, `counts` included.
[[nodiscard]] keyed_ledger ledger_from_rows(mrr_rows rows, std::shared_ptr<account_index> keys, std::optional<day> as_of);

/// The account of each subscription; of several, that of its last row. Nobody: 0.
[[nodiscard]] std::vector<std::uint32_t> subscription_owners(const column<std::uint32_t>& account,
                                                             const column<std::uint32_t>& subscription);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
