"""Rates beside each other: the interval of their difference, a p-value, and what change could have been seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sojourn import _core
from sojourn._frames.periods import days_of, first_day, span_of
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn._core import Estimate
    from sojourn.revenue._policy import Policy

Interval = Literal["score", "linearised"]
CHURN = ("logo_churn", "mrr_churn", "gross_mrr_churn", "net_mrr_churn")
KEPT = ("nrr", "grr", "logo_retention")


class Comparison:
    """first - second: `.difference` with its interval, `.p_value` (two-sided), `.first`, `.second`, `.correlation` of the two."""

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
    """The smallest `.rise` and `.fall` of `.baseline` that a test would see; NaN where even the end of the scale is too near."""

    def __init__(self, baseline: float, rise: float, fall: float, options: dict[str, Any]) -> None:
        self.baseline, self.rise, self.fall, self.options = baseline, rise, fall, options

    def __repr__(self) -> str:
        return f"DetectableChange({self.baseline:.4g}: +{self.rise:.4g} or -{self.fall:.4g})"


def compare_rates(
    first: tuple[int, int],
    second: tuple[int, int],
    *,
    method: Literal["score", "fisher", "barnard"] = "score",
    level: float = 0.95,
) -> Comparison:
    """Two shares of different accounts, each as (successes, n): churned of opening, renewed of due, answered of sent.

    The interval is Newcombe's. `method` names the test: "score" (pooled z, the chi-square test), "fisher" or "barnard" (exact).
    """
    found = _core.revenue.compare_shares(*_pair("first", first), *_pair("second", second), level, method)
    return Comparison(found, {"level": level, "method": method})


def minimum_detectable_change(
    baseline: float, n: int, n2: int | None = None, *, level: float = 0.95, power: float = 0.8
) -> DetectableChange:
    """How far a share must be from `baseline` (of n accounts) for a test against n2 others (as many, unless given) to see it."""
    others = n if n2 is None else n2
    options = {"n": n, "n2": others, "level": level, "power": power}
    return DetectableChange(baseline, *_core.revenue.detectable_share(baseline, n, others, level, power), options)


class Compared:
    """What a ledger can say about two of its rates."""

    _core: _core.revenue.Ledger
    policy: Policy

    @property
    def options(self) -> dict[str, Any]:
        raise NotImplementedError

    def compare(
        self,
        metric: str,
        period: Any,
        before: Any = None,
        *,
        other: Compared | None = None,
        window: int | None = None,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Comparison:
        """`metric` of `period` less that of `before` for the same customers, or of the ledger `other` that shares no account.

        Metrics: logo_churn, mrr_churn (gross), net_mrr_churn, logo_retention, nrr, grr. Customers who stand in both periods tie
        the two rates together; `correlation` says how much. A rate of which the policy gives no interval has none here.
        """
        if before is None and other is None:
            raise SchemaError("compare with what? Give an earlier period, or other= another ledger")
        first, second = self._days(metric, period, window), self._days(metric, period if before is None else before, window)
        options = {
            **self.options,
            "metric": metric,
            "period": str(period),
            "before": str(before),
            "level": level,
            "method": method,
        }
        if other is None:
            return Comparison(
                _core.revenue.compare_periods(self._core, metric, first, second, self.policy.core, level, method), options
            )
        if other.policy != self.policy:
            raise SchemaError("the two ledgers have different policies, so their rates mean different things")
        found = _core.revenue.compare_segments(
            self._core, first, other._core, second, metric, self.policy.core, level, method
        )
        return Comparison(found, options)

    def bootstrap(
        self,
        metric: str,
        period: Any,
        *,
        window: int | None = None,
        replicates: int = 1000,
        seed: int = 1,
        level: float = 0.95,
        threads: int = 0,
    ) -> Estimate:
        """A rate with the percentile interval of customers drawn again: a slow check on the other intervals, not a better one.

        The same seed gives the same interval on any machine and number of threads.
        """
        days = self._days(metric, period, window)
        found = _core.revenue.bootstrap_rate(self._core, metric, days, self.policy.core, level, replicates, seed, threads)
        found.options = {**self.options, "metric": metric, "period": str(period), "replicates": replicates, "seed": seed}
        return found

    def minimum_detectable_change(
        self,
        metric: str,
        period: Any,
        *,
        n: int | None = None,
        window: int | None = None,
        level: float = 0.95,
        power: float = 0.8,
    ) -> DetectableChange:
        """How far the rate of another group of `n` customers (as many as in the period, unless given) must be for a test to see it.

        For shares of customers by the score test. For shares of MRR the spread of this period stands for both groups.
        """
        e = self._read(
            {"mrr_churn": "gross_mrr_churn"}.get(metric, metric), self._days(metric, period, window), level, "score"
        )
        others = e.n if n is None else n
        options = {
            **self.options,
            "metric": metric,
            "period": str(period),
            "n": e.n,
            "n2": others,
            "level": level,
            "power": power,
        }
        if e.reason is not None or others < 1:
            return DetectableChange(e.value, float("nan"), float("nan"), options)
        if metric.startswith("logo"):
            return DetectableChange(e.value, *_core.revenue.detectable_share(e.value, e.n, others, level, power), options)
        variance = ((e.high - e.low) / (2 * _core.revenue.normal_quantile(level))) ** 2
        change = _core.revenue.detectable_difference(variance, variance * e.n / others, level, power)
        return DetectableChange(e.value, change, change, options)

    def _read_due(self, metric: str, days: tuple[int, int], level: float, method: str) -> Estimate:
        raise NotImplementedError

    def _read(self, metric: str, days: tuple[int, int], level: float, method: Interval) -> Estimate:
        if metric in CHURN and self.policy.logo_denominator == "available_to_renew":
            return self._read_due(metric, _core.revenue.churn_window(self.policy.core, *days), level, method)
        if method == "score":
            return self._core.rate(metric, *days, self.policy.core, level)
        return _core.revenue.read_rate(self._core, metric, days, self.policy.core, level, method)

    def _days(self, metric: str, period: Any, window: int | None) -> tuple[int, int]:
        if metric in CHURN:
            if window is not None:
                raise SchemaError(
                    "churn has the window of its period, or of the policy; window= is for nrr, grr and logo_retention"
                )
            return days_of(period, dates=self.policy.window is not None)
        if metric not in KEPT:
            raise SchemaError(f'metric "{metric}" is not one of {", ".join((*CHURN, *KEPT))}')
        month, months = span_of(period)
        usual = {"one_month": 1, "twelve_months": 12}.get(self.policy.nrr_window)
        length = window or (12 if metric == "logo_retention" else usual)
        if length is None or length < 1:
            raise SchemaError(f"the policy's window is {self.policy.nrr_window}; give window= in months, 1 or more")
        end = month + months
        return first_day(end - length), first_day(end)


def _pair(name: str, given: tuple[int, int]) -> tuple[int, int]:
    try:
        successes, n = given
    except (TypeError, ValueError):
        raise SchemaError(f"{name} is {given!r}; give (successes, n), for example (5, 50)") from None
    return int(successes), int(n)
