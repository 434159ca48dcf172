// Churn: what a period lost of what it opened with, in customers and in MRR.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>

#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {

/// Throws `schema_error` under `logo_denominator::available_to_renew`: who was up for renewal is in the rows, not in levels.
void require_churn_of_levels(const revenue_policy& policy);

}  // namespace detail

inline constexpr metric_label logo_churn_label{"logo_churn", "share"};
inline constexpr metric_label gross_mrr_churn_label{"gross_mrr_churn", "share"};
inline constexpr metric_label net_mrr_churn_label{"net_mrr_churn", "share"};

/// Share of customers lost in the period. `logo_denominator::start`: customers of the opening who are none at the closing,
/// over customers of the opening; who joined and left within the period is in neither, who lapsed and returned is not lost;
/// equal to 1 - `logo_retention` of the period. `start_plus_new`: new customers stand in both. `start_all_leavers`, `mean`:
/// everybody who left, also who joined in the period, over the opening or over the mean of opening and closing; may pass 1,
/// so it has no interval.
///
/// Unit: share of accounts; in [0, 1] with the interval that `rate_ci` names. Opening without customers: undefined
/// (`no_observations`). Throws `schema_error` for `daily_sum` and `exposure`, which need the days: see `logo_churn_of`
/// (revenue/rates.hpp); and for `available_to_renew`, as MRR churn does, which needs the rows: see available_to_renew.hpp.
/// O(1).
/// Source: ChartMogul, Recurly, Baremetrics (start); Stripe, Gumroad (start_plus_new).
/// What it does not tell you: how much money left (`gross_mrr_churn`), nor that a month with few due renewals can lose few.
[[nodiscard]] estimate logo_churn(const revenue_period& period, const rate_options& options = {});

/// Share of opening MRR lost to cancellations and downgrades, before any growth: (churn + contraction) / opening.
///
/// With `mrr_churn_cap::opening_mrr` each account of the opening loses at most what it opened with, and other accounts lose
/// nothing, so that the rate stays in [0, 1]; with `none` the movements of everybody count and it may pass 1. Under
/// `movement_mode::net_endpoints` the capped rate is exactly 1 - GRR of the period. Interval: `options.interval`, for
/// the capped rate only. No opening MRR, with customers or without: undefined. Throws `schema_error` for `daily_sum`, which
/// needs the days. O(1).
[[nodiscard]] estimate gross_mrr_churn(const revenue_period& period, const rate_options& options = {});

/// Share of opening MRR lost after growth of existing customers; negative when they grew more than was lost. See `net_churn`
/// for the three conventions; the default is exactly 1 - NRR of the period and carries its interval.
[[nodiscard]] estimate net_mrr_churn(const revenue_period& period, const rate_options& options = {});

/// Over the days of a window, one `revenue_period` per day. `daily_sum`: the sum of the daily rates, each over its own
/// opening; days that open without customers add nothing. `exposure`: everybody who left over the sum of the days' openings,
/// times the number of days. No interval. Any other denominator takes exactly one period.
[[nodiscard]] estimate logo_churn(std::span<const revenue_period> days, const rate_options& options = {});
/// Likewise of MRR: `daily_sum` adds up the days' rates (ChartMogul's B2C formula for both), without an interval. Any other
/// denominator takes exactly one period.
[[nodiscard]] estimate gross_mrr_churn(std::span<const revenue_period> days, const rate_options& options = {});
[[nodiscard]] estimate net_mrr_churn(std::span<const revenue_period> days, const rate_options& options = {});

/// `rate` of one window as that of a year that holds `windows` of them. `simple` and `none` leave the interval's name,
/// limits go along. An undefined estimate stays undefined.
[[nodiscard]] estimate annual_rate(const estimate& rate, annualise how, double windows);

/// A rate for one period as the rate of `periods` such periods in a row: 1 - (1 - rate)^periods, limits alike. 1 % a month
/// is 11.4 % a year, not 12 %. An undefined estimate stays undefined.
[[nodiscard]] estimate compound_churn(estimate rate, double periods);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
