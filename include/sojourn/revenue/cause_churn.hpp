// Churn by cause: the share of customers, or of MRR, that one cause took.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What one cause took in one span of days. Over all causes each field adds up to that of the `revenue_period`.
struct cause_losses {
  std::int64_t accounts_lost = 0;     ///< customers of the opening who are none at the end
  std::int64_t new_lost = 0;          ///< new in the span and gone at its end
  std::int64_t accounts_churned = 0;  ///< movements: who leaves twice counts twice
  detail::int128 churn = 0;           ///< ticks
  detail::int128 contraction = 0;
  loss_sums in_events;  ///< of customers of the opening, each capped at what it opened with
  friend constexpr bool operator==(const cause_losses&, const cause_losses&) = default;
};

/// The losses of `why` in the spans [cuts[i], cuts[i + 1]). A customer left for the cause of the last change after which it
/// is none (under `movement_mode::net_endpoints`: of all its changes in the span), of several causes the one with the
/// largest part; MRR belongs to all of them by their parts. What passes the opening MRR of an account comes off its largest
/// part first. Throws as `tally_spans`. O(steps).
[[nodiscard]] std::vector<cause_losses> tally_losses(const ledger& book, std::span<const day> cuts, change_cause why,
                                                     const revenue_policy& policy = {});

namespace detail {

[[nodiscard]] estimate churn_of_cause(const keyed_ledger& book, ledger_rate rate, change_cause why, day from, day to,
                                      const rate_options& options, const any_executor& host);

}  // namespace detail

/// `logo_churn` or `gross_mrr_churn` of [from, to) that counts only what `why` took, over the same denominator: over all
/// causes they add up to the rate. With every denominator of the policy besides `available_to_renew`, its window and annual
/// rate (a compound rate does not add up). In several currencies at the rates of the day before the window.
///
/// Unit: share. Interval: that of the rate; for `start`, as if other leavers had stayed. Throws `schema_error` for another
/// rate, which also counts what was gained, and for `available_to_renew`. O(steps). What it does not tell you: how many
/// would have left for this cause had others not taken them first; see survival by cause.
template <executor E = serial_executor>
[[nodiscard]] estimate churn_of_cause(const keyed_ledger& book, ledger_rate rate, change_cause why, day from, day to,
                                      const rate_options& options = {}, E&& host = {}) {
  return detail::churn_of_cause(book, rate, why, from, to, options, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
