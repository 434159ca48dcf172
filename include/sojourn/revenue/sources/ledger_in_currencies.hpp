// A ledger in several currencies with the keys of its accounts, its rates and how periods are valued.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/currencies/named_quotes.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/policy_options.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct keyed_currency_ledger {
  currency_ledger book;
  std::shared_ptr<account_index> keys;
  named_rate_table rates;
  period_rates valuation = period_rates::closing_day;
};

/// Rows in several currencies under an `fx_rule`: where every row has a rate of its own (`service_start`, `purchase`), a
/// ledger in the reporting currency; else one that keeps currencies apart. `bought_on` is for `purchase`. Gaps of at most
/// `lapse_grace` days in which an account pays in no currency are bridged. Throws as `rows_at_rates` and `currency_ledger`.
[[nodiscard]] std::variant<keyed_ledger, keyed_currency_ledger> ledger_in_currencies(
    const currency_subscriptions& rows, std::shared_ptr<account_index> keys, named_rate_table rates, fx_rule fx,
    const column<std::int32_t>& bought_on = {}, std::optional<day> as_of = std::nullopt, std::int32_t lapse_grace = 0);

/// As for `keyed_ledger`. `retract` and `split` also throw `data_error` for a row of an account that the ledger does not
/// have.
void apply(keyed_currency_ledger& book, const currency_subscriptions& rows);
void retract(keyed_currency_ledger& book, const currency_subscriptions& rows);
void merge(keyed_currency_ledger& book, account from, account into, day since = earliest_day);
void split(keyed_currency_ledger& book, const currency_subscriptions& rows, account into, day since = earliest_day);
[[nodiscard]] keyed_currency_ledger only(const keyed_currency_ledger& book, std::span<const account> some);
/// The i-th of n runs of accounts; numbers stay. Throws `schema_error` unless index < count.
[[nodiscard]] keyed_currency_ledger share(const keyed_currency_ledger& book, std::size_t index, std::size_t count);

[[nodiscard]] std::optional<day> first_day(const keyed_currency_ledger& book);
/// The codes in which the ledger has rows, in order of their text.
[[nodiscard]] std::vector<std::string> currencies_used(const keyed_currency_ledger& book);
[[nodiscard]] std::vector<named_count> counts_by_name(const keyed_currency_ledger& book);

namespace detail {

[[nodiscard]] currency_revenue_state tally_keyed_currencies(const keyed_currency_ledger& book, const period_grid& grid,
                                                            const revenue_policy& policy,
                                                            const std::optional<std::span<const account>>& some,
                                                            const any_executor& host);

}  // namespace detail

/// `tally_revenue` at the rates and the valuation of the ledger: of all accounts, or of some.
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const keyed_currency_ledger& book, const period_grid& grid,
                                                   const revenue_policy& policy = {}, E&& host = {}) {
  return detail::tally_keyed_currencies(book, grid, policy, std::nullopt, any_executor(host));
}
template <executor E = serial_executor>
[[nodiscard]] currency_revenue_state tally_revenue(const keyed_currency_ledger& book, std::span<const account> some,
                                                   const period_grid& grid, const revenue_policy& policy = {},
                                                   E&& host = {}) {
  return detail::tally_keyed_currencies(book, grid, policy, some, any_executor(host));
}

/// A rate of one period: at the rates of its opening, ARPA at those of its end.
[[nodiscard]] estimate rate_of(const currency_revenue_state& state, std::size_t period, period_rate rate,
                               const rate_options& options);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
