"""Does a score predict who leaves? Scores beside outcomes, as one exact state with every usual measure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Literal

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.dates import date_reading, day_column
from sojourn._frames.table import Table
from sojourn.errors import SchemaError

Higher = Literal["healthier", "riskier"]


@checked
class Validation:
    """Scores of accounts that left and that stayed. `+=` adds other months or shards exactly, `-=` takes them out again."""

    def __init__(self, state: _core.health.OutcomeScores, higher: Higher) -> None:
        self.state = state
        self.higher: Higher = higher

    @property
    def options(self) -> dict[str, Any]:
        """What was assumed, and how many rows were unusable."""
        return {"higher": self.higher, "unlabelled": self.state.unlabelled, "unscored": self.state.unscored}

    def auc(self, *, level: float = 0.95) -> Estimate:
        """The probability that, of a leaver and a stayer drawn at random, the leaver had the worse score. 0.5 is chance.
        DeLong.
        """
        return self._with_options(self.state.auc(level), level=level)

    def average_precision(self) -> Estimate:
        """Mean share of leavers at the top of the list; compare with the base rate."""
        return self._with_options(self.state.average_precision())

    def ks_distance(self) -> Estimate:
        """The largest gap between the shares of leavers and stayers below any one score."""
        return self._with_options(self.state.ks_distance())

    def capture(self, share: float = 0.1) -> Estimate:
        """The share of all leavers that stood among this share of the riskiest accounts; ties at the cut count in
        fractions.
        """
        return self._with_options(self.state.capture(share), share=share)

    def lift(self, share: float = 0.1) -> Estimate:
        """The churn rate of the riskiest `share` of the accounts over that of all accounts."""
        return self._with_options(self.state.lift(share), share=share)

    def brier(self) -> Estimate:
        """Mean squared error of a probability of leaving."""
        return self._with_options(self._probability().brier())

    def log_loss(self) -> Estimate:
        """Mean negative log-likelihood of a probability of leaving."""
        return self._with_options(self._probability().log_loss())

    def calibration(self, *, level: float = 0.95) -> dict[str, Any]:
        """Intercept (0 is right) and slope (1 is right) on the log-odds; departures expected and observed."""
        intercept, slope, expected, observed = self._probability().calibration(level)
        for estimate in (intercept, slope):
            self._with_options(estimate, level=level)
        return {"intercept": intercept, "slope": slope, "expected": expected, "observed": observed}

    def information_value(self, bins: int = 10) -> float:
        """0.02 is weak, 0.1 medium, 0.3 strong; above 0.5 check whether the score was measured after the fact."""
        return self.state.information_value(bins)

    def drift(self, now: Validation, bins: int = 10) -> dict[str, Any]:
        """Population stability of the scores from this set to another: psi and its p-value."""
        return self.state.stability(now.state, bins)

    def probabilities(self, scores: Any, *, method: Literal["platt", "isotonic", "isotonic_linear"] = "platt") -> Column:
        """Scores as probabilities of leaving, learned from these outcomes. Isotonic needs 1,000 outcomes or more."""
        return self.state.calibrated(column(scores, "scores"), self.higher, method)

    def table(self, *, level: float = 0.95) -> Table:
        """The measures of ranking, one per row: measure, value, low, high, n."""
        found = {
            "auc": self.auc(level=level),
            "average_precision": self.average_precision(),
            "ks_distance": self.ks_distance(),
            "capture_10": self.capture(0.1),
            "lift_10": self.lift(0.1),
        }
        return Table(_rows(found, "measure"), options={"level": level, **self.options}, title="Validation")

    def __iadd__(self, other: Validation) -> Validation:
        self._same(other)
        self.state += other.state
        return self

    def __isub__(self, other: Validation) -> Validation:
        self._same(other)
        self.state -= other.state
        return self

    def __repr__(self) -> str:
        return f"Validation({self.state.left:,} left, {self.state.stayed:,} stayed)"

    def _with_options(self, estimate: Estimate, **asked: float) -> Estimate:
        estimate.options = {**self.options, **asked}
        return estimate

    def _probability(self) -> _core.health.OutcomeScores:
        if self.higher != "riskier":
            raise SchemaError('this needs probabilities of leaving (higher="riskier"): see `probabilities`')
        return self.state

    def _same(self, other: Validation) -> None:
        if self.higher != other.higher:
            raise SchemaError("in one set high scores are healthy, in the other risky; they do not combine")


@checked
def validate_scores(scores: Any, outcome: Any, *, higher: Higher = "healthier", threads: int = 0) -> Validation:
    """Scores beside what happened: `outcome` is 1 or True for an account that left, missing where it is not known."""
    return Validation(
        _core.health.tally_outcomes(column(scores, "score"), column(outcome, "outcome"), higher, threads), higher
    )


@checked
def population_stability(expected: Sequence[int], actual: Sequence[int]) -> dict[str, Any]:
    """Has the population drifted? Counts by bin, then and now: psi and its p-value."""
    return _core.health.population_stability(list(expected), list(actual))


@checked
def lead_time(
    first_red: Any,
    left_on: Any,
    *,
    level: float = 0.95,
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> dict[str, Estimate]:
    """Days from the first red score to the departure: lower_quartile, median, upper_quartile, and the share never_red.

    Moments need the `timezone` on whose calendar their day is meant; `date_format` states how text writes a day.
    """
    dates = date_reading(timezone, date_format)
    red, gone = (
        day_column(column(days, name), name, name, dates)[0]
        for name, days in (("first_red", first_red), ("left_on", left_on))
    )
    found = _core.health.lead_time(red, gone, level)
    for estimate in found.values():
        estimate.options = {"level": level}
    return found


def tier_table(tier: Column, outcome: Column, tiers: Sequence[str], level: float) -> Table:
    """Churn rate by tier, worst first; the option `order` says whether it falls from tier to tier."""
    found = _core.health.tier_outcomes(tier, outcome, list(tiers), level)
    rates = {name: rate for name, _, rate in found["rows"]}
    columns = {**_rows(rates, "tier"), "left": [left for _, left, _ in found["rows"]]}
    return Table(columns, options={"level": level, "order": found["order"]}, plot=_draw_tiers, title="Churn rate by tier")


def _rows(found: dict[str, Estimate], name: str) -> dict[str, Any]:
    return {
        name: list(found),
        "value": [one.value for one in found.values()],
        "low": [one.low for one in found.values()],
        "high": [one.high for one in found.values()],
        "n": [one.n for one in found.values()],
    }


def _draw_tiers(table: Table, ax: Any) -> None:
    shown = [row for row in table.to_dicts() if row["n"] > 0]
    values = [row["value"] for row in shown]
    errors = [[row["value"] - row["low"] for row in shown], [row["high"] - row["value"] for row in shown]]
    ax.bar([f"{row['tier']}\n{row['n']:,} accounts" for row in shown], values, yerr=errors, capsize=4)
    ax.set_ylabel("Share that left")
