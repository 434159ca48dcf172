"""Rates compared: the interval of their difference, a p-value, and which change could have been seen at all."""

from __future__ import annotations

from typing import Any, Literal

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.periods import days_of, first_day, span_of
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._policy import Policy
from sojourn.revenue._rates import CHURN, KEPT, Interval, opening_of_churn, read


@checked
class Comparison:
    """first - second: `.difference` with its interval, two-sided `.p_value`; `.first`, `.second`, their `.correlation`."""

    def __init__(self, found: dict[str, Any], options: dict[str, Any]) -> None:
        self.first: Estimate = found["first"]
        self.second: Estimate = found["second"]
        self.difference: Estimate = found["difference"]
        self.p_value: float = found["p_value"]
        self.correlation: float = found["correlation"]
        self.options = options
        for part in (self.first, self.second, self.difference):
            part.options = options

    def __repr__(self) -> str:
        return f"Comparison({self.first.value:.4g} - {self.second.value:.4g}: {self.difference!r}, p={self.p_value:.3g})"


class DetectableChange:
    """The smallest `.rise` and `.fall` of `.baseline` that a test would see; NaN where the end of the scale is too near."""

    def __init__(self, baseline: float, rise: float, fall: float, options: dict[str, Any]) -> None:
        self.baseline, self.rise, self.fall, self.options = baseline, rise, fall, options

    def __repr__(self) -> str:
        return f"DetectableChange({self.baseline:.4g}: +{self.rise:.4g} or -{self.fall:.4g})"


@checked
def compare_rates(
    first: tuple[int, int],
    second: tuple[int, int],
    *,
    method: Literal["score", "fisher", "barnard"] = "score",
    level: float = 0.95,
) -> Comparison:
    """Two shares of different accounts, each as (successes, n): churned of opening, renewed of due, answered of sent.

    The interval is Newcombe's. `method` names the test: "score" (pooled z, the chi-square test), or "fisher" or "barnard",
    which are exact.
    """
    found = _core.revenue.compare_shares(*_pair("first", first), *_pair("second", second), level, method)
    return Comparison(found, {"level": level, "method": method})


@checked
def minimum_detectable_change(
    baseline: float, n: int, n2: int | None = None, *, level: float = 0.95, power: float = 0.8
) -> DetectableChange:
    """How far the share of `n2` other accounts (by default `n`) must be from `baseline`, of `n`, for a test to see it."""
    others = n if n2 is None else n2
    options = {"n": n, "n2": others, "level": level, "power": power}
    return DetectableChange(baseline, *_core.revenue.detectable_share(baseline, n, others, level, power), options)


def compare(
    ledger: CoreLedger,
    metric: str,
    period: Any,
    before: Any,
    *,
    other: CoreLedger | None,
    window: int | None,
    method: Interval,
    level: float,
) -> Comparison:
    """`metric` of `period` minus that of `before`, or minus that of the ledger `other`, which shares no account."""
    if before is None and other is None:
        raise SchemaError("compare with what? Give an earlier period, or other= another ledger")
    policy = ledger.policy
    first, second = (_days(policy, metric, one, window) for one in (period, period if before is None else before))
    options = {
        **ledger.options,
        "metric": metric,
        "period": str(period),
        "before": str(before),
        "level": level,
        "method": method,
    }
    if other is None:
        found = _core.revenue.compare_periods(ledger.compiled, metric, first, second, policy.core, level, method)
        return Comparison(found, options)
    if other.policy != policy:
        raise SchemaError("the two ledgers have different policies, so their rates mean different things")
    found = _core.revenue.compare_segments(
        ledger.compiled, first, other.compiled, second, metric, policy.core, level, method
    )
    return Comparison(found, options)


def bootstrap(
    ledger: CoreLedger,
    metric: str,
    period: Any,
    *,
    window: int | None,
    replicates: int,
    seed: int,
    level: float,
    threads: int,
) -> Estimate:
    """A rate with the percentile interval of customers drawn with replacement."""
    days = _days(ledger.policy, metric, period, window)
    found = _core.revenue.bootstrap_rate(ledger.compiled, metric, days, ledger.policy.core, level, replicates, seed, threads)
    found.options = {
        **ledger.options,
        "metric": metric,
        "period": str(period),
        "replicates": replicates,
        "seed": seed,
        "level": level,
    }
    return found


def detectable_change(
    ledger: CoreLedger, metric: str, period: Any, *, n: int | None, window: int | None, level: float, power: float
) -> DetectableChange:
    """How far the rate of another group of `n` customers must be for a test to see it."""
    days = _days(ledger.policy, metric, period, window)
    rate = read(ledger, {"mrr_churn": "gross_mrr_churn"}.get(metric, metric), days, level, "score")
    others = rate.n if n is None else n
    options = {
        **ledger.options,
        "metric": metric,
        "period": str(period),
        "n": rate.n,
        "n2": others,
        "level": level,
        "power": power,
    }
    if rate.reason is not None or others < 1:
        return DetectableChange(rate.value, float("nan"), float("nan"), options)
    if metric.startswith("logo"):
        rise, fall = _core.revenue.detectable_share(rate.value, rate.n, others, level, power)
        return DetectableChange(rate.value, rise, fall, options)
    variance = ((rate.high - rate.low) / (2 * _core.revenue.normal_quantile(level))) ** 2
    change = _core.revenue.detectable_difference(variance, variance * rate.n / others, level, power)
    return DetectableChange(rate.value, change, change, options)


def opening_of_rate(policy: Policy, metric: str, period: Any, window: int | None) -> int:
    """The last day before those that a metric of a period looks at."""
    first, _ = _days(policy, metric, period, window)
    return opening_of_churn(policy, period) if metric in CHURN else first - 1


def _days(policy: Policy, metric: str, period: Any, window: int | None) -> tuple[int, int]:
    """The days [first, end) of a metric of a period; for churn before the policy's window is applied."""
    if metric in CHURN:
        if window is not None:
            raise SchemaError(
                "churn has the window of its period, or of the policy; window= is for nrr, grr and logo_retention"
            )
        return days_of(period, dates=policy.window is not None)
    if metric not in KEPT:
        raise SchemaError(f'metric "{metric}" is not one of {", ".join((*CHURN, *KEPT))}')
    month, months = span_of(period)
    usual = {"one_month": 1, "twelve_months": 12}.get(policy.nrr_window)
    length = window or (12 if metric == "logo_retention" else usual)
    if length is None or length < 1:
        raise SchemaError(f"the policy's window is {policy.nrr_window}; give window= in months, 1 or more")
    end = month + months
    return first_day(end - length), first_day(end)


def _pair(name: str, given: tuple[int, int]) -> tuple[int, int]:
    try:
        successes, n = given
    except (TypeError, ValueError):
        raise SchemaError(f"{name} is {given!r}; give (successes, n), for example (5, 50)") from None
    return int(successes), int(n)
