// The questions on which published definitions of revenue metrics disagree, one enum each, with who answers how.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/stats/proportion.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

// Below each enum: its values as a policy's text spells them, in order.

// --- Where MRR comes from: `mrr_from_price` and `mrr_rows` read these.

/// What one customer is.
enum class customer_unit : std::uint8_t {
  account,       ///< subscriptions of an account add up (ChartMogul, Stripe, Recurly)
  subscription,  ///< each is its own customer: a plan switch is churn and new (Chargebee, PostHog, dbt_stripe)
};
constexpr std::array<std::string_view, 2> values_of(customer_unit) {
  return {"account", "subscription"};
}

/// Where a line of an invoice ends. Prices that come with the days of their subscriptions need no such rule.
enum class mrr_source : std::uint8_t {
  state,         ///< the subscription's own end of service cuts what its invoices bill beyond it
  invoice_line,  ///< a line counts for the whole period that it bills (ChartMogul, Recurly, Lago)
};
constexpr std::array<std::string_view, 2> values_of(mrr_source) {
  return {"state", "invoice_line"};
}

/// The day on which a subscription stops bringing MRR.
enum class churn_at : std::uint8_t {
  service_end,     ///< when service ends (ProfitWell, GrowPanel, Recurly)
  cancel_request,  ///< when the customer cancelled (Stripe's classic rule, Maxio, Paddle)
  billing_end,     ///< when the billing system ended it (ChartMogul)
  nonpayment,      ///< when service ends, and at once when it is not paid for: `past_due` 0 where that has no limit
};
constexpr std::array<std::string_view, 4> values_of(churn_at) {
  return {"service_end", "cancel_request", "billing_end", "nonpayment"};
}

/// The day on which service ends.
enum class end_day_rule : std::uint8_t {
  open,    ///< the first day without MRR
  closed,  ///< the last day with MRR: service ends at the end of it, and the customer is lost on the day after (PostHog)
};
constexpr std::array<std::string_view, 2> values_of(end_day_rule) {
  return {"open", "closed"};
}

/// A paused subscription.
enum class paused_is : std::uint8_t {
  zero_as_contraction,  ///< no MRR, still a customer (ProfitWell, Recurly)
  zero_as_churn,        ///< no MRR, no customer
  keep,                 ///< MRR as before (Maxio, Polar)
};
constexpr std::array<std::string_view, 3> values_of(paused_is) {
  return {"zero_as_contraction", "zero_as_churn", "keep"};
}

/// A subscription at price 0.
enum class free_is : std::uint8_t {
  churned,  ///< no customer (Baremetrics, Stripe)
  active,   ///< a customer without MRR (ChartMogul)
};
constexpr std::array<std::string_view, 2> values_of(free_is) {
  return {"churned", "active"};
}

/// Which discounts lower MRR.
enum class discount_rule : std::uint8_t {
  none,       ///< Paddle Billing
  recurring,  ///< Stripe's classic rule, Chargebee
  all,        ///< ProfitWell, Maxio
};
constexpr std::array<std::string_view, 3> values_of(discount_rule) {
  return {"none", "recurring", "all"};
}

/// Tax within the price.
enum class tax_rule : std::uint8_t {
  exclude,  ///< nearly everybody
  include,  ///< Paddle Billing, Lago
};
constexpr std::array<std::string_view, 2> values_of(tax_rule) {
  return {"exclude", "include"};
}

/// Prices by usage.
enum class usage_rule : std::uint8_t {
  exclude,        ///< Stripe, Paddle, Recurly, Lago
  include,        ///< as billed, in the period of the row: Baremetrics (tiers), ProfitWell by its compare pages
  trailing_mean,  ///< the mean of the `usage_months` months before each month: steadier, and known when the month starts
};
constexpr std::array<std::string_view, 3> values_of(usage_rule) {
  return {"exclude", "include", "trailing_mean"};
}

/// What usage with commitments (`usage_lines`) brings as MRR, and so as NRR and GRR.
enum class usage_basis : std::uint8_t {
  committed,               ///< what is committed a month: minimums, and prepaid amounts over their term
  committed_plus_overage,  ///< and what was consumed beyond it, in its month
  consumed,                ///< what was consumed in each month, whatever was committed
  consumed_trailing_mean,  ///< the mean of that over the `usage_months` months before each month
};
constexpr std::array<std::string_view, 4> values_of(usage_basis) {
  return {"committed", "committed_plus_overage", "consumed", "consumed_trailing_mean"};
}

/// Money that went back: refunds and credits of invoices.
enum class refund_rule : std::uint8_t {
  ignore,    ///< MRR is a rate, not cash (ProfitWell, Maxio, Chargebee, ReCharge)
  negative,  ///< less MRR over the period that it takes back (Recurly); an account is never below zero
};
constexpr std::array<std::string_view, 2> values_of(refund_rule) {
  return {"ignore", "negative"};
}

/// Months in a week and in a day.
enum class calendar_factor : std::uint8_t {
  weeks_52_days_365,  ///< 52/12 weeks, 365/12 days a month: 12 x MRR is the price of a year (Polar, dbt_stripe)
  days_365_25,        ///< 365.25/12 days, weeks of seven of them
  days_30,            ///< 30 days (Recurly), 30/7 weeks
  weeks_4_33,         ///< 4.33 weeks (Lago, cashier), 365/12 days
};
constexpr std::array<std::string_view, 4> values_of(calendar_factor) {
  return {"weeks_52_days_365", "days_365_25", "days_30", "weeks_4_33"};
}

/// Where fractions of a minor unit are cut.
enum class mrr_rounding : std::uint8_t {
  none_until_output,  ///< only where a number is shown; 12 x MRR stays the price of a year
  per_item_minor,     ///< each price to a whole minor unit (ChartMogul, Polar)
  per_item_4dp,       ///< each price to a hundredth of a minor unit, 4 decimals of a dollar (Kill Bill)
};
constexpr std::array<std::string_view, 3> values_of(mrr_rounding) {
  return {"none_until_output", "per_item_minor", "per_item_4dp"};
}

/// At which exchange rates several currencies are shown. A ledger in one currency has no use for it.
enum class fx_rule : std::uint8_t {
  period_open_rate,  ///< movements at the rate of the opening, the rest is `fx` (ChartMogul and Stripe keep FX apart)
  period_mean,       ///< likewise, at the mean rates of periods (Polar)
  service_start,     ///< each row at the rate of its start, for good (ChartMogul's invoices)
  purchase,          ///< each row at the rate of the day it was bought, for good (ProfitWell)
};
constexpr std::array<std::string_view, 4> values_of(fx_rule) {
  return {"period_open_rate", "period_mean", "service_start", "purchase"};
}

// --- How changes are named and counted.

/// Whether every change within a period counts, or only the difference between its two ends.
enum class movement_mode : std::uint8_t {
  gross_events,   ///< every change of an account's MRR from a day to the next (ChartMogul): months add up to quarters
  net_endpoints,  ///< opening against closing of the account (fight-churn, mrr-playbook, Natero)
  timed_events,   ///< every change at its moment: several on one day are several where logs say times (Stripe)
};
constexpr std::array<std::string_view, 3> values_of(movement_mode) {
  return {"gross_events", "net_endpoints", "timed_events"};
}

/// A customer who joins and leaves within one period.
enum class same_period_new_churn : std::uint8_t {
  count_both,  ///< one new and one churned (Stripe, Maxio, ReCharge)
  drop,        ///< neither (ProfitWell)
};
constexpr std::array<std::string_view, 2> values_of(same_period_new_churn) {
  return {"count_both", "drop"};
}

// --- Rates of loss.

/// What lost customers are divided by.
enum class logo_denominator : std::uint8_t {
  start,               ///< customers at the start; only they can be lost (ChartMogul B2B, Recurly)
  start_plus_new,      ///< plus the new customers of the period, who can be lost too (Stripe, Gumroad)
  start_all_leavers,   ///< customers at the start, but everybody who left counts (Shopify's basic definition)
  mean,                ///< everybody who left over the mean of opening and closing
  daily_sum,           ///< the days' own rates added up (ChartMogul's B2C formula)
  exposure,            ///< everybody who left over customer-days, times the days of the window
  available_to_renew,  ///< the accounts whose terms end in the window, of MRR churn too (Kellogg): available_to_renew.hpp
};
constexpr std::array<std::string_view, 7> values_of(logo_denominator) {
  return {"start", "start_plus_new", "start_all_leavers", "mean", "daily_sum", "exposure", "available_to_renew"};
}

/// How a rate of one window becomes a rate of a year.
enum class annualise : std::uint8_t {
  none,
  simple,    ///< times the windows in a year (Kellogg's table)
  compound,  ///< 1 - (1 - rate)^(windows in a year) (Basedash, fight-churn)
};
constexpr std::array<std::string_view, 3> values_of(annualise) {
  return {"none", "simple", "compound"};
}

/// Whether an account may lose more than it had at the start of the period.
enum class mrr_churn_cap : std::uint8_t {
  opening_mrr,  ///< no: its loss is capped at its opening MRR (Baremetrics since its 275.8 %, fight-churn)
  none,         ///< yes: churn + contraction of everybody over opening MRR (ChartMogul, Chargebee)
};
constexpr std::array<std::string_view, 2> values_of(mrr_churn_cap) {
  return {"opening_mrr", "none"};
}

/// What offsets the losses in net MRR churn.
enum class net_churn : std::uint8_t {
  cohort,             ///< 1 - NRR of the accounts of the opening; reactivated ones were not in it (fight-churn)
  with_reactivation,  ///< churn + contraction - expansion - reactivation of everybody (ChartMogul)
  expansion_only,     ///< churn - expansion of everybody (Baremetrics)
};
constexpr std::array<std::string_view, 3> values_of(net_churn) {
  return {"cohort", "with_reactivation", "expansion_only"};
}

// --- Retention and cohorts.

/// Over how long revenue retention looks.
enum class nrr_window : std::uint8_t {
  one_month,
  twelve_months,     ///< point to point (SaaS Capital, most filers)
  trailing_mean_4q,  ///< mean of the twelve-month figures at the last four quarter ends (some filers)
};
constexpr std::array<std::string_view, 3> values_of(nrr_window) {
  return {"one_month", "twelve_months", "trailing_mean_4q"};
}

/// What counts as lost in gross revenue retention.
enum class grr_basis : std::uint8_t {
  account_min,  ///< each account at min(opening, closing): counts downgrades, at most 100 %, at most NRR (SaaS Capital)
  churn_only,   ///< only accounts that left entirely (ServiceTitan's filings)
  event_sum,    ///< every loss of an opening account, also one that came back (SaaS Metrics Standards Board)
  totals_min,   ///< min of the totals: one account's growth hides another's loss (Chargebee)
  running_min,  ///< each account at its lowest MRR of the window: what was lost once stays lost (FoundryOps)
};
constexpr std::array<std::string_view, 5> values_of(grr_basis) {
  return {"account_min", "churn_only", "event_sum", "totals_min", "running_min"};
}

/// Who is retained in a cohort.
enum class cohort_presence : std::uint8_t {
  active_at_end,  ///< customers at the end of the age; one who returns is back in the original cohort (Stripe)
  never_churned,  ///< only those who were customers all the time
};
constexpr std::array<std::string_view, 2> values_of(cohort_presence) {
  return {"active_at_end", "never_churned"};
}

/// In what the age of a cohort is counted.
enum class cohort_index : std::uint8_t {
  calendar_period,  ///< periods of the calendar: at age 0 those who came late have had less time (Stripe, Baremetrics)
  tenure_days,      ///< months of 30 days since each account's own first day
};
constexpr std::array<std::string_view, 2> values_of(cohort_index) {
  return {"calendar_period", "tenure_days"};
}

/// How cohorts are averaged: weighted by their size (GP Bullhound), or one cohort, one vote. Cohorts at 0 % count in both.
enum class cohort_mean : std::uint8_t { size_weighted, simple };
constexpr std::array<std::string_view, 2> values_of(cohort_mean) {
  return {"size_weighted", "simple"};
}

/// Contracts whose grace days are not over by `as_of`.
enum class renewal_open : std::uint8_t {
  exclude,  ///< in no rate, but counted as pending
  lost,     ///< lost until renewed
};
constexpr std::array<std::string_view, 2> values_of(renewal_open) {
  return {"exclude", "lost"};
}

// --- Economics and intervals.

/// Whose churn a customer's lifetime value is divided by.
enum class ltv_churn : std::uint8_t {
  trailing_mean_6,  ///< the mean of the six months before the current one (ChartMogul)
  period,           ///< that of the period (Baremetrics, Stripe)
};
constexpr std::array<std::string_view, 2> values_of(ltv_churn) {
  return {"trailing_mean_6", "period"};
}

/// Lifetime value when no customer left.
enum class ltv_zero_churn : std::uint8_t {
  undefined,     ///< there is no finite value
  cap,           ///< a lifetime is at most the caller's cap of months, also where somebody left
  zero,          ///< 0 (Polar)
  sixty_months,  ///< 60 months of margin (cashier)
};
constexpr std::array<std::string_view, 4> values_of(ltv_zero_churn) {
  return {"undefined", "cap", "zero", "sixty_months"};
}

/// Whether money that comes back counts as growth in the quick ratio.
enum class quick_ratio_reactivation : std::uint8_t {
  include,  ///< then ratio > 1 is the same as net new MRR > 0 (growthstack)
  exclude,  ///< Baremetrics, GrowPanel
};
constexpr std::array<std::string_view, 2> values_of(quick_ratio_reactivation) {
  return {"include", "exclude"};
}

/// Whose payback.
enum class payback_basis : std::uint8_t {
  aggregate,     ///< all spend over the margin of all new MRR (SaaS Metrics Standards Board)
  per_customer,  ///< spend for one customer over the margin of ARPA (dnoise, SaaS CFO)
};
constexpr std::array<std::string_view, 2> values_of(payback_basis) {
  return {"aggregate", "per_customer"};
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
