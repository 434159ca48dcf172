// Churn: what a period lost of what it opened with, in customers and in MRR.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/mrr/revenue_state.hpp"

namespace sojourn {

/// Share of customers lost in the period. `logo_denominator::start`: customers of the opening without MRR at the closing,
/// over customers of the opening; who joined and left within the period is in neither, who lapsed and returned is not lost;
/// equal to 1 - `logo_retention` of the period. `start_plus_new`: new customers stand in both.
///
/// Unit: share of accounts, in [0, 1]; Wilson interval. Opening without customers: undefined (`no_observations`). O(1).
/// Source: ChartMogul, Recurly, Baremetrics (start); Stripe, Gumroad (start_plus_new).
/// What it does not tell you: how much money left (`gross_mrr_churn`), nor that a month with few due renewals can lose few.
[[nodiscard]] estimate logo_churn(const revenue_period& period, const rate_options& options = {});

/// Share of opening MRR lost to cancellations and downgrades, before any growth: (churn + contraction) / opening.
///
/// With `mrr_churn_cap::opening_mrr` each account of the opening loses at most what it opened with, and nobody else loses,
/// so that the rate stays in [0, 1]; with `none` the movements of everybody count and it may pass 1. Under
/// `movement_mode::net_endpoints` the capped rate is exactly 1 - GRR of the period. Interval: linearised over accounts, for
/// the capped rate only. No opening MRR: undefined. O(1).
[[nodiscard]] estimate gross_mrr_churn(const revenue_period& period, const rate_options& options = {});

/// Share of opening MRR lost after growth of existing customers; negative when they grew more than was lost. See `net_churn`
/// for the three conventions; the default is exactly 1 - NRR of the period and carries its interval.
[[nodiscard]] estimate net_mrr_churn(const revenue_period& period, const rate_options& options = {});

/// A rate for one period as the rate of `periods` such periods in a row: 1 - (1 - rate)^periods, limits alike. 1 % a month
/// is 11.4 % a year, not 12 %. An undefined estimate stays undefined.
[[nodiscard]] estimate compound_churn(estimate rate, double periods);

}  // namespace sojourn
