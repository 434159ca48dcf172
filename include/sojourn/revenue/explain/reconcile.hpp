// Why two definitions give two numbers: the difference, option by option and account by account.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/detail/shared_function.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/period_movements.hpp"
#include "sojourn/revenue/sources/change_rows.hpp"
#include "sojourn/revenue/sources/currency_rows.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"
#include "sojourn/revenue/sources/pricing.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The ledger of the same rows under a policy. Where a customer is a subscription, `owner` names the account behind each of
/// them, so that two policies speak of the same accounts; empty: each account is its own.
struct policy_book {
  std::shared_ptr<const ledger> book;
  std::vector<std::uint32_t> owner;
  std::shared_ptr<const valuation> in{};  ///< the rates that its lanes are shown at; null: it is in one currency
};
using policy_books = detail::shared_function<policy_book(const revenue_policy&)>;

/// The ledgers of ready-made MRR, which can follow `lapse_grace` alone, of changes, which follow `grouping_minutes` too, and
/// those of prices and of invoices, which follow the options that `rows_from_prices` and `rows_from_invoices` name. The
/// columns must outlive the function. State `as_of`: the latest date may be another one under another policy.
[[nodiscard]] policy_books books_of(const subscriptions& rows, const ledger_options& options = {});
[[nodiscard]] policy_books books_of(const mrr_changes& changes, const change_options& options = {});
[[nodiscard]] policy_books books_of(const priced_subscriptions& priced, const pricing_options& options = {});
[[nodiscard]] policy_books books_of(const invoice_lines& lines, const invoicing_options& options = {});
/// Of rows in several currencies, which can follow `fx` and `lapse_grace`. `bought_on` is for `fx_rule::purchase`.
[[nodiscard]] policy_books books_of(const currency_subscriptions& rows, const named_rate_table& rates,
                                    const column<std::int32_t>& bought_on = {}, const ledger_options& options = {});

/// The order in which options change: as MRR comes about (unit, source, churn_at, past_due, paused, free_is, discounts, tax,
/// usage, usage_basis, usage_months, refunds, calendar_factor, rounding, grouping_minutes, lapse_grace), then how changes
/// are named (movement_mode, same_period_new_churn, reactivation_max_gap), then all others by name. Each acts on what those
/// before it made.
[[nodiscard]] std::vector<std::string_view> reconcile_order();

/// One option of a policy: its value as the canonical text spells it, without quotes.
[[nodiscard]] std::string option_word(const revenue_policy& policy, std::string_view option);

/// The options on which two policies differ, in `reconcile_order`, each with the policy in which it and all before it are
/// those of `b`.
struct policy_step {
  std::string option;
  revenue_policy policy;
};
[[nodiscard]] std::vector<policy_step> policy_path(const revenue_policy& a, const revenue_policy& b);

struct reconciled_account {
  account who;
  period_movements change;
};

/// One option: from its word in `a` to its word in `b`.
struct reconciliation_step {
  std::string option, from, to;
  revenue_period after;                      ///< of all accounts, under this and all options before it
  period_movements change;                   ///< the sum over `accounts`, exactly
  std::vector<reconciled_account> accounts;  ///< those that it changed, ascending
  detail::int128 fx = 0;                     ///< what rates did to the closing of `after`
};

struct reconciliation {
  revenue_period under_a;
  revenue_period under_b;
  std::vector<reconciliation_step> steps;  ///< their changes add up to under_b - under_a, exactly
  detail::int128 fx_a = 0;                 ///< what rates did to the closing; movements stand at the rates of the opening
  detail::int128 fx_b = 0;
};

/// The movements of the days [from, to) under two policies, their difference attributed to options and accounts: the options
/// that differ change one after the other in `reconcile_order`, and each gets the difference that it makes. It sums exactly
/// in ticks and in accounts, per bucket. Options work together, so another order would share the same total out
/// differently; this one is fixed, so that equal inputs are reconciled equally. Throws as the ledgers do.
/// O(ledgers built + accounts and their steps), for each option that can change a movement.
/// What it does not tell you: which definition is right.
[[nodiscard]] reconciliation reconcile(const policy_books& books, const revenue_policy& a, const revenue_policy& b, day from,
                                       day to);

/// What one account adds to a rate before and after a step.
struct reconciled_part {
  account who;
  detail::int128 amount_before = 0, amount_after = 0;
  detail::int128 base_before = 0, base_after = 0;
};

struct rate_step {
  std::string option, from, to;
  double value = 0;                       ///< of the rate after this step; NaN where it is undefined
  bool by_account = true;                 ///< false where a rate has no parts (see `contributors`) on one side
  std::vector<reconciled_part> accounts;  ///< those whose parts changed, ascending
};

struct rate_reconciliation {
  double under_a = 0;
  double under_b = 0;  ///< = the value of the last step
  std::vector<rate_step> steps;
};

/// The same for a rate, over the window and with the rules of each policy on the way, annualised as it says: `logo_churn`,
/// `gross_mrr_churn`, `net_mrr_churn`, `nrr`, `grr`, `logo_retention` (twelve months), `quick_ratio`, `arpa` (in minor
/// units). Parts are those of the rate before it is annualised. Throws `schema_error` for a cell that is an amount, and for
/// churn under `logo_denominator::available_to_renew`, since the ledger of a policy holds no terms.
[[nodiscard]] rate_reconciliation reconcile_rate(const policy_books& books, const revenue_policy& a, const revenue_policy& b,
                                                 revenue_cell rate, day from, day to);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
