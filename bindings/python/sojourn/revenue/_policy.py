"""The conventions that revenue metrics disagree about, as one value that travels with every result."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from sojourn._core.revenue import RevenuePolicy


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How MRR, movements and rates are counted. Each option, its values and who uses which: docs/definitions/policy.md.

    Every default is the commonest published rule or the one with an invariant. Days without limit are None.
    """

    annualise: str = "none"
    """Churn of one window as that of a year: "none", "simple" (times), "compound"."""
    calendar_factor: str = "weeks_52_days_365"
    """Months in a week and a day: "weeks_52_days_365", "days_365_25", "days_30", "weeks_4_33"."""
    churn_at: str = "service_end"
    """When a subscription stops: "service_end", "cancel_request", "billing_end", or also at "nonpayment" (as `past_due=0`)."""
    cohort_index: str = "calendar_period"
    """Ages of cohorts are periods of the calendar, or "tenure_days": months of 30 days since each account's first day."""
    cohort_mean: str = "size_weighted"
    """Cohorts weigh by size, or "simple": one cohort, one vote."""
    cohort_state: str = "active_at_end"
    """Who returns is back in the cohort, or only who "never_churned" is in it."""
    discounts: str = "recurring"
    """Which discounts lower MRR: "none", "recurring", "all"."""
    free_is: str = "churned"
    """A subscription at price 0: "churned", or an "active" customer without MRR."""
    fx: str = "period_open_rate"
    """Rates of several currencies: "period_open_rate", "period_mean", "service_start", "purchase"."""
    grouping_minutes: int = 0
    """Changes of an account within so many minutes of the one before are one, in a log that knows times."""
    grr: str = "account_min"
    """What GRR loses: "account_min", "churn_only", "event_sum", "totals_min", "running_min"."""
    lapse_grace: int = 0
    """A time without MRR of at most so many days did not happen."""
    logo_denominator: str = "start"
    """"start", "start_plus_new", "start_all_leavers", "mean", "daily_sum", "exposure", or "available_to_renew", also of MRR churn."""
    ltv_churn: str = "trailing_mean_6"
    """Of lifetime value: the mean of the six months before the current one, or that of the "period"."""
    ltv_zero_churn: str = "undefined"
    """Lifetime value when nobody left: "undefined", at most a "cap" of months, "zero", "sixty_months"."""
    movement_mode: str = "gross_events"
    """"gross_events": every change counts; "net_endpoints": only opening against closing."""
    mrr_churn_cap: str = "opening_mrr"
    """An account loses at most its "opening_mrr", or "none"."""
    net_churn: str = "cohort"
    """1 - NRR of the "cohort" of the opening, "with_reactivation", or "expansion_only"."""
    nrr_window: str = "twelve_months"
    """Of revenue retention: "one_month", "twelve_months", "trailing_mean_4q"."""
    past_due: int | None = None
    """An unpaid subscription ends so many days after it fell due; None: it is kept."""
    paused: str = "zero_as_contraction"
    """"zero_as_contraction": no MRR, still a customer; "zero_as_churn"; "keep"."""
    payback: str = "aggregate"
    """Of all spend by all new MRR, or "per_customer"."""
    quick_ratio_reactivation: str = "include"
    """Returned MRR counts as growth: "include" or "exclude"."""
    rate_ci: str = "wilson"
    """Interval of shares of customers: "wilson", "clopper_pearson", "jeffreys", "wald"."""
    reactivation_max_gap: int | None = None
    """A return after more days without MRR than this is a new customer; None: always a reactivation."""
    refunds: str = "ignore"
    """Refunds and credits of invoices: "ignore", or "negative" MRR over the period that they take back."""
    renewal_grace: int | None = 30
    """A renewal up to so many days after the end of the term still counts."""
    renewal_open: str = "exclude"
    """Not renewed, grace not over: in no rate, or "lost"."""
    rounding: str = "none_until_output"
    """"none_until_output", "per_item_minor" or "per_item_4dp"."""
    same_period_new_churn: str = "count_both"
    """A customer who joins and leaves in one period: "count_both", or "drop"."""
    source: str = "state"
    """A line of an invoice ends with its subscription ("state"), or with the period that it bills ("invoice_line")."""
    tax: str = "exclude"
    """Tax within the price: "exclude" or "include"."""
    unit: str = "account"
    """One customer is an "account" or a "subscription"."""
    usage: str = "exclude"
    """Prices by usage: "exclude", "include", or the "trailing_mean" of the months before."""
    usage_months: int = 3
    """The months of usage="trailing_mean"."""
    window: int | None = None
    """Churn looks back so many days from the end of the period; None: the calendar period."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_core", RevenuePolicy.from_json(json.dumps(self.to_dict())))

    @property
    def core(self) -> RevenuePolicy:
        """What the compiled half reads."""
        found: RevenuePolicy = self.__dict__["_core"]
        return found

    def to_dict(self) -> dict[str, Any]:
        """The options by name."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def changes(self) -> dict[str, Any]:
        """The options that differ from the defaults."""
        defaults = {field.name: field.default for field in dataclasses.fields(self)}
        return {name: value for name, value in self.to_dict().items() if value != defaults[name]}

    def to_json(self) -> str:
        """Canonical text: every option, sorted keys, no spaces."""
        return self.core.to_json()

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """The policy behind `to_json`; what is not named keeps its default, an unknown option or value is an error."""
        return cls._of(RevenuePolicy.from_json(text))

    @classmethod
    def preset(cls, name: str) -> Policy:
        """The rules of a vendor or author as far as they are published; `Policy.presets()` names them."""
        return cls._of(RevenuePolicy.preset(name))

    @staticmethod
    def presets() -> list[str]:
        """The names that `preset` knows."""
        return RevenuePolicy.presets()

    @classmethod
    def _of(cls, core: RevenuePolicy) -> Policy:
        return cls(**json.loads(core.to_json()))

    def hash(self) -> str:
        """Sixteen hex digits that name this policy, the same in C++ and Python."""
        return f"{self.core.fingerprint:016x}"

    def __getstate__(self) -> dict[str, Any]:
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def describe(self) -> dict[str, str]:
        """How results name it: hash and canonical text."""
        return {"policy": self.hash(), "policy_json": self.to_json()}
