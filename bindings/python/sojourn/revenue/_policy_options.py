"""The options of a revenue policy, written by `make generate`; edit revenue/policy.hpp instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class PolicyOptions:
    """What revenue metrics disagree about, one field per option."""

    annualise: Literal["none", "simple", "compound"] = "none"
    """How churn of one window becomes churn of a year: not at all, times the windows in a year, or compounded."""
    calendar_factor: Literal["weeks_52_days_365", "days_365_25", "days_30", "weeks_4_33"] = "weeks_52_days_365"
    """How many months a week and a day are."""
    churn_at: Literal["service_end", "cancel_request", "billing_end", "nonpayment"] = "service_end"
    """The day on which a subscription stops bringing MRR; nonpayment is service_end with past_due=0."""
    cohort_index: Literal["calendar_period", "tenure_days"] = "calendar_period"
    """How the age of a cohort counts: in periods of the calendar, or in months of 30 days since each account's first day."""
    cohort_mean: Literal["size_weighted", "simple"] = "size_weighted"
    """How cohorts are averaged: weighted by their size, or one cohort, one vote."""
    cohort_state: Literal["active_at_end", "never_churned"] = "active_at_end"
    """Who is retained in a cohort: customers at the end of the age, or only those who never left."""
    discounts: Literal["none", "recurring", "all"] = "recurring"
    """Which discounts lower MRR."""
    end_day: Literal["open", "closed"] = "open"
    """The day of an end, a request to cancel or the end of billing: the first one without MRR, or the last one with it."""
    free_is: Literal["churned", "active"] = "churned"
    """Whether a subscription at price 0 has churned, or is an active customer without MRR."""
    fx: Literal["period_open_rate", "period_mean", "service_start", "purchase"] = "period_open_rate"
    """The exchange rates at which several currencies are shown."""
    grouping_minutes: int = 0
    """Changes of an account at most this many minutes after the one before are one change; needs times of day."""
    grr: Literal["account_min", "churn_only", "event_sum", "totals_min", "running_min"] = "account_min"
    """What gross revenue retention counts as lost."""
    lapse_grace: int = 0
    """Gaps of at most this many days without MRR are bridged."""
    logo_denominator: Literal[
        "start",
        "start_plus_new",
        "start_all_leavers",
        "mean",
        "daily_sum",
        "exposure",
        "available_to_renew",
    ] = "start"
    """What lost customers are divided by; available_to_renew holds for MRR churn too."""
    ltv_churn: Literal["trailing_mean_6", "period"] = "trailing_mean_6"
    """The churn behind lifetime value: the mean of the six months before the current one, or that of the period."""
    ltv_zero_churn: Literal["undefined", "cap", "zero", "sixty_months"] = "undefined"
    """Lifetime value when nobody left: undefined, at most the caller's cap of months, zero, or sixty months of margin."""
    movement_mode: Literal["gross_events", "net_endpoints", "timed_events"] = "gross_events"
    """Whether every change within a period counts, or only opening against closing."""
    mrr_churn_cap: Literal["opening_mrr", "none"] = "opening_mrr"
    """The most that an account can lose in a period: its opening MRR, or no limit."""
    net_churn: Literal["cohort", "with_reactivation", "expansion_only"] = "cohort"
    """What offsets the losses in net MRR churn: growth of the opening's accounts, also reactivation, or expansion only."""
    nrr_window: Literal["one_month", "twelve_months", "trailing_mean_4q"] = "twelve_months"
    """How far revenue retention looks back; trailing_mean_4q is the mean of the last four quarter ends."""
    past_due: int | None = None
    """An unpaid subscription ends this many days after it fell due; without a limit it is kept."""
    paused: Literal["zero_as_contraction", "zero_as_churn", "keep"] = "zero_as_contraction"
    """A paused subscription: no MRR but still a customer, churned, or unchanged."""
    payback: Literal["aggregate", "per_customer"] = "aggregate"
    """Payback of all spend by all new MRR, or per customer."""
    quick_ratio_reactivation: Literal["include", "exclude"] = "include"
    """Whether MRR that comes back counts as growth in the quick ratio."""
    rate_ci: Literal["wilson", "clopper_pearson", "jeffreys", "wald"] = "wilson"
    """The interval of shares of customers."""
    reactivation_max_gap: int | None = None
    """A return after more than this many days without MRR is a new customer; without a limit a reactivation."""
    refunds: Literal["ignore", "negative"] = "ignore"
    """Refunds and credits of invoices: ignored, or negative MRR over the period that they take back."""
    renewal_grace: int = 30
    """A renewal at most this many days after the end of the term still counts."""
    renewal_open: Literal["exclude", "lost"] = "exclude"
    """A contract that is not renewed while its days of grace run: in no rate, or lost."""
    rounding: Literal["none_until_output", "per_item_minor", "per_item_4dp"] = "none_until_output"
    """Where fractions of a minor unit are cut: only in output, or per price to a minor unit or a hundredth of one."""
    same_period_new_churn: Literal["count_both", "drop"] = "count_both"
    """A customer who joins and leaves within one period: counted in both, or in neither."""
    source: Literal["state", "invoice_line"] = "state"
    """Where a line of an invoice ends: with its subscription, or with the period that it bills."""
    tax: Literal["exclude", "include"] = "exclude"
    """Whether tax within the price counts."""
    unit: Literal["account", "subscription"] = "account"
    """What one customer is: an account, or each of its subscriptions."""
    usage: Literal["exclude", "include", "trailing_mean"] = "exclude"
    """Whether prices by usage count; trailing_mean is the mean of the usage_months before each month."""
    usage_basis: Literal["committed", "committed_plus_overage", "consumed", "consumed_trailing_mean"] = "committed"
    """What usage with commitments brings as MRR; the mean is that of the usage_months before each month."""
    usage_months: int = 3
    """The months of usage=trailing_mean and usage_basis=consumed_trailing_mean."""
    window: int | None = None
    """Churn looks back this many days from the end of the period; without a limit over the period itself."""
