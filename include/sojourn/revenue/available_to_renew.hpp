// Churn over what was up for renewal: the accounts whose terms end in a window.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/retention.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// When an account that was due is lost.
enum class due_loss : std::uint8_t {
  at_end,         ///< without MRR at the end of the window
  no_later_term,  ///< no term that begins in the window or later runs past its end: who comes back later is not lost
};
constexpr std::array<std::string_view, 2> values_of(due_loss) {
  return {"at_end", "no_later_term"};
}

struct due_options {
  as_of_day as_of{};         ///< as in `ledger_options`
  std::size_t accounts = 0;  ///< likewise
  due_loss lost = due_loss::at_end;
};

/// The accounts that were up for renewal in [from, to), and what became of them. An account is available to renew when one
/// of its rows, taken as terms, ends in the window and none runs across it: begins before `from` and ends after `to`. Who
/// has a contract of several years in force cannot leave and is not in it; who joined in the window and is due in it is,
/// with an opening of 0. `accounts_lost` follows `due_options::lost`; amounts are those at the two ends of the window under
/// either.
///
/// Read-outs: `logo_churn_of_due`, `grr` (churn_only: what lost accounts paid over what the due ones paid), `nrr`. A row
/// that ends on or after `as_of` is not due yet. Errors as `ledger`. O(rows + accounts). What it does not tell you: whether
/// the contracts that were not due are worth more; see `logo_denominator::start` for all accounts. Source: Kellogg's
/// available-to-renew; the account-level rule, with its treatment of long contracts, is flipRevenueMetrics'.
[[nodiscard]] retention_state tally_available_to_renew(const subscriptions& rows, day from, day to,
                                                       const due_options& options = {});

/// Of rows some of which bridge lapses: those count for what is paid, and are no terms.
[[nodiscard]] retention_state tally_available_to_renew(const mrr_rows& rows, day from, day to,
                                                       const due_options& options = {});

/// Of rows in several currencies, which are their lanes: all amounts at the rates of the day before the window, so that
/// rates neither lose nor win anything. Throws `data_error` where a rate is missing that an account up for renewal needs.
[[nodiscard]] retention_state tally_available_to_renew(const mrr_rows& rows, const rate_table& rates, day from, day to,
                                                       const due_options& options = {});

inline constexpr metric_label due_logo_churn_label{"due_logo_churn", "share"};
inline constexpr metric_label due_mrr_churn_label{"due_mrr_churn", "share"};
inline constexpr metric_label due_gross_mrr_churn_label{"due_gross_mrr_churn", "share"};
inline constexpr metric_label due_net_mrr_churn_label{"due_net_mrr_churn", "share"};

/// Lost accounts over those up for renewal. Interval as the policy's `rate_ci`; none due: undefined (`no_observations`).
[[nodiscard]] estimate logo_churn_of_due(const retention_state& due, const rate_options& options = {});
/// What they lost, downgrades too, over what they paid at the opening, in [0, 1]; net also less what others of them grew by,
/// at most 1. Interval: `options.interval`. Nobody paid at the opening: undefined. `mrr_churn_cap` and `movement_mode`
/// change nothing: both are read at the two ends of the window. Net churn throws `schema_error` unless `net_churn` is
/// `cohort`: the others count everybody.
[[nodiscard]] estimate gross_mrr_churn_of_due(const retention_state& due, const rate_options& options = {});
[[nodiscard]] estimate net_mrr_churn_of_due(const retention_state& due, const rate_options& options = {});

/// Churn of [from, to) under every policy, from the rows: over the policy's window, at its annual rate. With
/// `logo_denominator::available_to_renew` that of the accounts whose terms end in the window (Kellogg: churned ARR over the
/// ARR available to renew), otherwise that of the ledger of these rows.
[[nodiscard]] estimate logo_churn_of(const subscriptions& rows, day from, day to, const rate_options& options = {},
                                     const due_options& terms = {});
[[nodiscard]] estimate gross_mrr_churn_of(const subscriptions& rows, day from, day to, const rate_options& options = {},
                                          const due_options& terms = {});
[[nodiscard]] estimate net_mrr_churn_of(const subscriptions& rows, day from, day to, const rate_options& options = {},
                                        const due_options& terms = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
