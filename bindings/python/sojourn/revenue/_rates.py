"""Amounts and rates of one period, read from a ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.periods import date_of, days_of, first_day, span_of
from sojourn.errors import SchemaError
from sojourn.revenue._amount import Amount
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._policy import Policy

Interval = Literal["score", "linearised"]
"""The interval of a share of MRR: by a score test, or r +- z se."""
CHURN = ("logo_churn", "mrr_churn", "gross_mrr_churn", "net_mrr_churn")
KEPT = ("nrr", "grr", "logo_retention")


def state_of(ledger: CoreLedger, period: Any) -> _core.revenue.RevenueState:
    """The movements of one period."""
    month, months = span_of(period)
    return ledger.compiled.tally(month, months, 1, ledger.policy.core)


def not_reached(periods: tuple[int, int, int], known_until: int) -> dict[str, str]:
    """What results say about the periods of a grid that start after all that is known: they have no row."""
    labels = _core.revenue.periods_not_reached(*periods, known_until)
    if not labels:
        return {}
    return {"not_reached": labels[0] if len(labels) == 1 else f"{labels[0]} .. {labels[-1]}"}


def not_over(periods: tuple[int, int, int], known_until: int) -> dict[str, str]:
    """What results say about a grid that runs past what is known: which period is cut, and which have no row."""
    cut = _core.revenue.period_cut(*periods, known_until)
    return {**({"incomplete": cut} if cut else {}), **not_reached(periods, known_until)}


def require_reached(ledger: CoreLedger, period: Any, since: int | None = None) -> None:
    """Refuses a period of which all days, or all from `since` on, lie ahead, where a result cannot be missing."""
    if (first_day(span_of(period)[0]) if since is None else since) >= ledger.known_until:
        raise SchemaError(
            f"nothing is known of {period}: the ledger knows the days before {ledger.as_of}; ask for an earlier period, or "
            "give a later as_of when the ledger is made"
        )


def closing(ledger: CoreLedger, period: Any, *, times: int = 1) -> Amount:
    """MRR at the end of the period, so many times."""
    require_reached(ledger, period)
    return Amount.of_ticks(times * state_of(ledger, period).closing_ticks(0), period=str(period), **ledger.options)


def rate(ledger: CoreLedger, period: Any, metric: str, level: float = 0.95) -> Estimate:
    """ARPA, average sale price or quick ratio."""
    state = state_of(ledger, period)
    found = state.estimate(0, metric, level)
    found.options = {**ledger.options, "period": str(period), "complete": state.complete(0)}
    return found


def churn(ledger: CoreLedger, period: Any, metric: str, level: float, method: Interval = "score") -> Estimate:
    """Logo or MRR churn of the period, or of the policy's window up to its end."""
    first, end = churn_days(ledger.policy, period)
    found = read(ledger, metric, (first, end), level, method)
    found.options = {**ledger.options, "period": str(period), "complete": end <= ledger.known_until}
    if ledger.policy.window is not None:
        found.options |= {"first": str(date_of(first)), "last": str(date_of(end - 1))}
    return found


OfCause = Callable[[str, str, int, int, float, str], Estimate]
"""Metric, cause, first day, end day, level and interval -> the churn for that cause."""


def churn_of_cause(
    ledger: CoreLedger, read_one: OfCause, period: Any, metric: str, cause: str, level: float, method: Interval = "score"
) -> Estimate:
    """What one cause took of the churn of the period."""
    first, end = churn_days(ledger.policy, period)
    found = read_one(metric, cause, first, end, level, method)
    found.options = {**ledger.options, "period": str(period), "cause": cause, "complete": end <= ledger.known_until}
    if ledger.policy.window is not None:
        found.options |= {"first": str(date_of(first)), "last": str(date_of(end - 1))}
    return found


def mrr_churn_name(kind: str) -> str:
    """The metric of gross or net MRR churn."""
    if kind not in ("gross", "net"):
        raise SchemaError(f'kind "{kind}" is not one of gross, net')
    return f"{kind}_mrr_churn"


def kept(
    ledger: CoreLedger, period: Any, metric: str, window: int | None, level: float, method: Interval = "score"
) -> Estimate:
    """NRR, GRR or logo retention over the `window` months up to the end of the period, by default the policy's."""
    month, months = span_of(period)
    if window is not None and window < 1:
        raise SchemaError(f"a window is 1 month or more, not {window}")
    end = month + months
    shown: int | str | None = window
    if window is None:
        shown = {"one_month": 1, "twelve_months": 12}.get(ledger.policy.nrr_window, ledger.policy.nrr_window)
    if isinstance(shown, int) or metric == "logo_retention":
        length = shown = shown if isinstance(shown, int) else 12
        found = read(ledger, metric, (first_day(end - length), first_day(end)), level, method)
    else:
        found = ledger.compiled.rate(f"{metric}_until", 0, first_day(end), ledger.policy.core, level)
    complete = first_day(end) <= ledger.known_until
    found.options = {**ledger.options, "period": str(period), "window": shown, "complete": complete}
    return found


def opening_of_churn(policy: Policy, period: Any) -> int:
    """The last day before those that the churn of a period looks at."""
    return churn_days(policy, period)[0] - 1


def opening_of_window(policy: Policy, period: Any, window: int | None, metric: str) -> int:
    """The last day before the window of a retention rate."""
    month, months = span_of(period)
    if window is None and metric != "logo_retention" and policy.nrr_window == "trailing_mean_4q":
        raise SchemaError(
            'nrr_window="trailing_mean_4q" looks at four windows, and parents own other accounts in each; name window='
        )
    usual = 1 if metric != "logo_retention" and policy.nrr_window == "one_month" else 12
    return first_day(month + months - (window or usual)) - 1


def opening_of_period(period: Any) -> int:
    """The last day before the period."""
    return first_day(span_of(period)[0]) - 1


def read(ledger: CoreLedger, metric: str, days: tuple[int, int], level: float, method: Interval) -> Estimate:
    """A churn or retention rate of the days [first, end)."""
    policy = ledger.policy.core
    if metric in CHURN and ledger.policy.logo_denominator == "available_to_renew":
        window = _core.revenue.churn_window(policy, *days)
        return _core.revenue.due_rate(ledger.due(*window, "at_end"), metric, *window, policy, level, method)
    if method == "score":
        return ledger.compiled.rate(metric, *days, policy, level)
    return _core.revenue.read_rate(ledger.compiled, metric, days, policy, level, method)


def churn_days(policy: Policy, period: Any) -> tuple[int, int]:
    """The days [first, end) that the churn of a period looks at."""
    return _core.revenue.churn_window(policy.core, *days_of(period, dates=policy.window is not None))
