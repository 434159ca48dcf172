"""Survival curves: what share is still there at each age, the accounts still there counted as such."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.lifetime import RankedSurvival, SurvivalState
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaValueError
from sojourn.lifetime._by_segment import BySegment
from sojourn.lifetime._logrank import LogRank
from sojourn.lifetime._plots import StepCurve, draw_survival


@checked
def kaplan_meier(
    time: Any,
    event: Any,
    *,
    entry: Any = None,
    weights: Any = None,
    count: Any = None,
    by: Any = None,
    level: float = 0.95,
    ci: str = "log-log",
    given_age: float | None = None,
) -> Any:
    """The share of accounts still there at each age; those not yet churned count for as long as they were seen.

    `time` is the age at exit, `event` whether the account churned then; `entry` the age when observation began. With
    `weights` (for example MRR in minor units) the curve is of money and its error robust; `count` says how many accounts a
    row stands for. Ages and weights may have decimals; only whole ones have a `state` that merges with others. Gives a
    `Survival`; with `by=` one per segment.
    """
    asked = {"entry": entry, "weight": weights, "count": count}
    optional = {role: column(values, role) for role, values in asked.items() if values is not None}
    times, events = column(time, "time"), column(event, "event")

    def curve(state: SurvivalState | RankedSurvival) -> Survival:
        made = Survival(state, level=level, ci=ci, weighted=weights is not None, given_age=given_age)
        made.options |= {"entry": entry is not None, "count": count is not None}
        return made

    if by is None:
        return curve(_core.lifetime.tally_survival(times, events, **optional))
    labels, states, rest = _core.lifetime.tally_survival_by(times, events, column(by, "by"), **optional)
    curves: dict[str | None, Survival] = {label: curve(state) for label, state in zip(labels, states, strict=True)}
    if rest.accounts or rest.rows_missing:
        curves[None] = curve(rest)
    return SurvivalBy(curves)


@checked
class Survival:
    """A survival curve: one row for each age at which an account churned or was last seen."""

    def __init__(
        self,
        state: SurvivalState | RankedSurvival,
        *,
        level: float = 0.95,
        ci: str = "log-log",
        weighted: bool = False,
        given_age: float | None = None,
    ) -> None:
        self._state = state
        measure = "weight" if weighted else "accounts"
        self.options: dict[str, Any] = {"level": level, "ci": ci, "measure": measure, "given_age": given_age}
        self._level, self._weighted, self._given_age = level, weighted, given_age
        self._curve = _core.lifetime.kaplan_meier(state, level=level, ci=ci, weighted=weighted, given_age=given_age)
        self._columns = self._curve.columns()

    @property
    def state(self) -> SurvivalState:
        """Exact counts by (entry, age), which merge with those of other rows; of whole ages and weights only."""
        if isinstance(self._state, SurvivalState):
            return self._state
        raise SchemaValueError(
            "ages or weights with decimals have no state that merges: count ages in whole days and money in minor units"
        )

    @property
    def time(self) -> Column:
        """Ages in order."""
        return self._columns["time"]

    @property
    def survival(self) -> Column:
        """Share left just after each age."""
        return self._columns["survival"]

    @property
    def low(self) -> Column:
        """Lower limit; NaN where the share is 0 or 1."""
        return self._columns["low"]

    @property
    def high(self) -> Column:
        """Upper limit; NaN where the share is 0 or 1."""
        return self._columns["high"]

    @property
    def standard_error(self) -> Column:
        """Greenwood's, or robust for a weighted curve; NaN where nobody is left."""
        return self._columns["standard_error"]

    @property
    def cumulative_hazard(self) -> Column:
        """Nelson-Aalen."""
        return self._columns["cumulative_hazard"]

    @property
    def at_risk(self) -> Column:
        """Accounts at risk at each age."""
        return self._columns["at_risk"]

    @property
    def events(self) -> Column:
        """Accounts that churned at each age."""
        return self._columns["events"]

    @property
    def censored(self) -> Column:
        """Accounts last seen, not churned, at each age."""
        return self._columns["censored"]

    @property
    def n(self) -> int:
        """Accounts in the curve."""
        return self._curve.accounts

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return self._curve.rows_missing

    @property
    def died_out_at(self) -> float | None:
        """The age at which a late-entry risk set died out although others were seen later."""
        return self._curve.died_out_at

    @property
    def median(self) -> Estimate:
        """The age by which half have left."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> Estimate:
        """The first age at which at most `share` is left."""
        return self._with_options(self._curve.quantile(share), share=share)

    def at(self, age: float) -> Estimate:
        """The share left at `age`."""
        return self._with_options(self._curve.at(age), age=age)

    def rmst(self, tau: float) -> Estimate:
        """Expected periods as a customer within the first `tau`."""
        found = _core.lifetime.restricted_mean(
            self._state, tau, level=self._level, weighted=self._weighted, given_age=self._given_age
        )
        return self._with_options(found, tau=tau)

    def table(self) -> Table:
        """The curve as a table."""
        return Table(self._columns, options=self.options, plot=lambda _, ax: self.plot(ax))

    def life_table(self, width: int = 1) -> Table:
        """The actuarial table by intervals of `width`, for ages known only by interval."""
        return Table(_core.lifetime.life_table(self.state, width), options={"width": width})

    def plot(self, ax: Any = None) -> Any:
        """Step curve with its band, a tick where accounts are censored, and the number at risk below."""
        return draw_survival([self._step_curve("survival")], ax)

    def _step_curve(self, label: str) -> StepCurve:
        """The numbers that a picture of the curve needs."""
        names = ("time", "survival", "low", "high", "at_risk", "censored")
        return StepCurve(label, *(self._columns[name].to_list() for name in names))

    def _with_options(self, found: Estimate, **asked: object) -> Estimate:
        found.options = {**self.options, **asked}
        return found

    def __repr__(self) -> str:
        return f"Survival({self.n} accounts, {self._curve.total_events} events, median {self.median.value:g})"


@checked
class SurvivalBy(BySegment[Survival]):
    """One curve per segment; None holds the rows without one."""

    def logrank(self, *, rho: float = 0.0) -> LogRank:
        """Tests whether the segments leave at the same rate at each age; accounts without a segment are left out.

        A curve of money has summed its weights, which the test needs row by row: `sj.logrank(..., weights=)` takes rows.
        """
        labelled = {segment: curve for segment, curve in self._curves.items() if segment is not None}
        if any(curve._weighted for curve in labelled.values()):
            raise SchemaValueError("a curve of weights does not hold the rows that the test needs; give them to sj.logrank")
        given_age = next((curve._given_age for curve in labelled.values()), None)
        ranked = next((curve._state for curve in labelled.values() if isinstance(curve._state, RankedSurvival)), None)
        if ranked is not None:  # one ranking holds all segments
            test = ranked.logrank(rho=rho, given_age=given_age)
        else:
            without = self._curves[None].state if None in self._curves else SurvivalState()
            states = [curve.state for curve in labelled.values()]
            test = _core.lifetime.logrank_of_curves(states, without, rho=rho, given_age=given_age)
        options = {"rho": rho, "trend": False, "measure": "accounts", "variance": "hypergeometric", "stratified": False}
        return LogRank(list(labelled), test, {**options, "given_age": given_age})

    def table(self) -> Table:
        """All curves below one another, the segment first."""
        return Table(self._rows(), options=self._options, plot=lambda _, ax: self.plot(ax))

    def plot(self, ax: Any = None) -> Any:
        """All curves in one picture."""
        several = len(self._curves) > 1
        names = {segment: "(no segment)" if segment is None else str(segment) for segment in self._curves}
        curves = [c._step_curve(names[segment] if several else "survival") for segment, c in self._curves.items()]
        return draw_survival(curves, ax)
