"""Cumulative incidence: what share has left for which reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.lifetime import CauseRows, ExitTable, IncidenceCurves
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaValueError
from sojourn.lifetime._by_segment import BySegment
from sojourn.lifetime._plots import draw_incidence, side_by_side

Cause = str | int


@checked
def cumulative_incidence(
    time: Any,
    cause: Any,
    *,
    entry: Any = None,
    weights: Any = None,
    count: Any = None,
    by: Any = None,
    causes: Sequence[Any] | None = None,
    level: float = 0.95,
    given_age: float | None = None,
) -> Any:
    """The share of accounts that has left for each cause by each age (Aalen-Johansen).

    `time` is the age at exit, `cause` why the account left: 0, False, None and missing are accounts still there, anything
    else is a cause. `causes` names them where some may never happen. `entry`, `weights` and `count` are those of
    `kaplan_meier`; `given_age` gives the shares of accounts still there at that age. Gives a `CumulativeIncidence`, with one
    curve per cause; with `by=` one per group, whose `.gray()` tests whether they differ.
    """
    given = {"entry": entry, "weights": weights, "count": count, "by": by}
    optional = {role: column(values, role) for role, values in given.items() if values is not None}
    named = None if causes is None else ["1" if one is True else str(one) for one in causes]
    rows = CauseRows(column(time, "time"), column(cause, "cause"), **optional, causes=named)
    options = {
        "level": level,
        "given_age": given_age,
        "measure": "accounts" if weights is None else "weight",
        "causes": list(rows.causes),
        "entry": entry is not None,
        "count": count is not None,
    }
    keys: list[Cause] = [int(label) if rows.numbered else label for label in rows.causes]
    if by is None:
        return CumulativeIncidence(keys, rows.curves(level=level, given_age=given_age), options, rows)
    *groups, without = rows.curves_by(level=level, given_age=given_age)
    curves: dict[str | None, IncidenceCurves] = dict(zip(rows.groups, groups, strict=True))
    if without.accounts or without.rows_missing:
        curves[None] = without
    return IncidenceBy(keys, {group: CumulativeIncidence(keys, one, options) for group, one in curves.items()}, rows)


def incidence_of_state(
    state: ExitTable, *, level: float = 0.95, given_age: float | None = None, weighted: bool = False
) -> CumulativeIncidence | IncidenceBy:
    """The curves of a `state`, after states of several shards or months were added up; causes and groups are its words.

    With `weighted` of money, where the rows had weights.
    """
    *groups, without = state.curves(level=level, given_age=given_age, weighted=weighted)
    options = {"level": level, "given_age": given_age, "measure": "weight" if weighted else "accounts"}
    causes: list[Cause] = list(state.causes)
    if not groups:
        return CumulativeIncidence(causes, without, options, state)
    curves: dict[str | None, IncidenceCurves] = dict(zip(state.groups, groups, strict=True))
    if without.accounts or without.rows_missing:
        curves[None] = without
    return IncidenceBy(causes, {group: CumulativeIncidence(causes, one, options) for group, one in curves.items()}, state)


def _decay_table(state: ExitTable, options: dict[str, Any]) -> Table:
    found = state.decay_columns()
    columns: dict[str, Any] = {"group": found["group"]} if state.groups else {}
    columns |= {name: found[name] for name in ("time", "entries", "at_risk")}
    columns |= {f"events_{cause}": events for cause, events in found["events"].items()}
    return Table({**columns, "censored": found["censored"]}, options=options, title="Who left, by age and cause")


@checked
class CauseIncidence:
    """The share that has left for one cause, by age."""

    def __init__(self, cause: Cause, place: int, curves: IncidenceCurves, options: dict[str, Any]) -> None:
        self.cause = cause
        self.options = {**options, "cause": cause}
        self._place, self._curves = place, curves
        self._columns = curves.columns(place)

    @property
    def time(self) -> Column:
        """Ages in order."""
        return self._columns["time"]

    @property
    def incidence(self) -> Column:
        """Share that has left for this cause just after each age."""
        return self._columns["incidence"]

    @property
    def standard_error(self) -> Column:
        """Infinitesimal jackknife over accounts."""
        return self._columns["standard_error"]

    @property
    def low(self) -> Column:
        """Lower log-log limit; NaN where the share is 0 or 1."""
        return self._columns["low"]

    @property
    def high(self) -> Column:
        """Upper log-log limit; NaN where the share is 0 or 1."""
        return self._columns["high"]

    @property
    def events(self) -> Column:
        """Accounts that left for this cause at each age."""
        return self._columns["events"]

    @property
    def at_risk(self) -> Column:
        """Accounts at risk at each age."""
        return self._columns["at_risk"]

    def at(self, age: float) -> Estimate:
        """The share that has left for this cause by `age`."""
        found = self._curves.at(self._place, age)
        found.options = {**self.options, "age": age}
        return found

    def table(self) -> Table:
        """The curve as a table."""
        return Table(self._columns, options=self.options, title=f"Left for {self.cause}")

    def __repr__(self) -> str:
        events = self._curves.events_of(self._place)
        return f"CauseIncidence({self.cause!r}, {events} of {self._curves.accounts} accounts)"


@checked
class CumulativeIncidence(Mapping[Cause, CauseIncidence]):
    """One curve per cause; with the share still there they add up to 1 at every age."""

    def __init__(
        self,
        causes: list[Cause],
        curves: IncidenceCurves,
        options: dict[str, Any],
        rows: CauseRows | ExitTable | None = None,
    ) -> None:
        self.options = options
        self._curves, self._rows = curves, rows
        self._causes = {cause: CauseIncidence(cause, place, curves, options) for place, cause in enumerate(causes)}

    @property
    def causes(self) -> list[Cause]:
        """The causes in order."""
        return list(self._causes)

    @property
    def time(self) -> Column:
        """Ages in order."""
        return self._curves.time

    @property
    def survival(self) -> Column:
        """Share still there just after each age."""
        return self._curves.survival

    @property
    def n(self) -> int:
        """Accounts in the curves."""
        return self._curves.accounts

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return self._curves.rows_missing

    @property
    def died_out_at(self) -> float | None:
        """The age at which a late-entry risk set died out although others were seen later."""
        return self._curves.died_out_at

    def __getitem__(self, cause: Cause) -> CauseIncidence:
        if cause not in self._causes:
            raise KeyError(f"there is no cause {cause!r}; there are: {', '.join(map(repr, self._causes)) or 'none'}")
        return self._causes[cause]

    def __contains__(self, cause: object) -> bool:
        return cause in self._causes

    def __iter__(self) -> Iterator[Cause]:
        return iter(self._causes)

    def __len__(self) -> int:
        return len(self._causes)

    @property
    def state(self) -> ExitTable:
        """Exact counts by age and cause, which merge with those of other rows; of whole ages and weights only."""
        if self._rows is None:
            raise SchemaValueError("one group of several has no state of its own; that of all groups is .state of the whole")
        return self._rows if isinstance(self._rows, ExitTable) else self._rows.table()

    def decay_table(self) -> Table:
        """One row per age: who came under observation, was at risk, left for each cause, was last seen."""
        return _decay_table(self.state, self.options)

    def at(self, age: float) -> dict[Cause, Estimate]:
        """The share that has left for each cause by `age`."""
        return {cause: one.at(age) for cause, one in self._causes.items()}

    def expected_churn(self, mrr: float) -> Table:
        """What accounts that pay `mrr` together are expected to lose by each age, for each cause, and what is left.

        One row per age: time, lost_<cause>, left, in the unit of `mrr`; causes and what is left add up to it at every age.
        Curves made with `given_age` speak of accounts of that age, from then on. Errors: an amount below 0 or not finite.
        """
        lost, left = self._curves.expected_churn(mrr)
        columns: dict[str, Any] = {"time": self.time}
        columns |= {f"lost_{cause}": one for cause, one in zip(self._causes, lost, strict=True)}
        return Table({**columns, "left": left}, options={**self.options, "mrr": mrr}, title="Expected churn by cause")

    def table(self) -> Table:
        """One row per age: at risk, censored, the share still there, and the share that has left for each cause."""
        columns: dict[str, Any] = {"time": self.time, "survival": self.survival, "censored": self._curves.censored}
        for cause, one in self._causes.items():
            columns[f"events_{cause}"] = one.events
            columns[f"incidence_{cause}"] = one.incidence
            columns[f"low_{cause}"], columns[f"high_{cause}"] = one.low, one.high
        return Table(columns, options=self.options, plot=lambda _, ax: self.plot(ax), title="Left by cause")

    def plot(self, ax: Any = None) -> Any:
        """The shares stacked by cause; what is left white is still there."""
        return draw_incidence(self.time.to_list(), {str(c): one.incidence.to_list() for c, one in self._causes.items()}, ax)

    def __repr__(self) -> str:
        left = ", ".join(f"{cause}: {self._curves.events_of(i)}" for i, cause in enumerate(self._causes))
        return f"CumulativeIncidence({self.n} accounts, left for {left or 'no cause'})"


@checked
class IncidenceBy(BySegment[CumulativeIncidence]):
    """Curves by cause, one set per group; None holds the rows without one."""

    def __init__(
        self, causes: list[Cause], groups: dict[str | None, CumulativeIncidence], rows: CauseRows | ExitTable
    ) -> None:
        super().__init__(groups)
        self.causes = causes
        self._seen = rows

    @property
    def state(self) -> ExitTable:
        """Exact counts by group, age and cause, which merge with those of other rows; of whole ages and weights only."""
        return self._seen if isinstance(self._seen, ExitTable) else self._seen.table()

    def decay_table(self) -> Table:
        """One row per group and age: who came under observation, was at risk, left for each cause, was last seen."""
        return _decay_table(self.state, self._options)

    def gray(self, *, rho: float = 0.0, strata: Any = None) -> Table:
        """Do the groups differ? One row per cause: Gray's test, which compares the shares that have left, and beside it the
        log-rank test of the cause alone, which compares rates. The two answer different questions and may disagree.
        """
        more = {}
        if strata is not None:
            if isinstance(self._seen, ExitTable):
                raise SchemaValueError("a state has no strata; give the rows to sj.cumulative_incidence")
            more = {"strata": column(strata, "strata")}
        rows = [
            (cause, self._seen.gray(i, rho=rho, **more), self._seen.cause_specific(i, rho=rho, **more))
            for i, cause in enumerate(self.causes, start=1)
        ]
        columns = {
            "cause": [cause for cause, _, _ in rows],
            "statistic": [gray.statistic for _, gray, _ in rows],
            "dof": [gray.dof for _, gray, _ in rows],
            "p_value": [gray.p_value for _, gray, _ in rows],
            "reason": [gray.reason or None for _, gray, _ in rows],
            "logrank_statistic": [rate.statistic for _, _, rate in rows],
            "logrank_p_value": [rate.p_value for _, _, rate in rows],
        }
        return Table(columns, options={"rho": rho, "stratified": strata is not None}, title="Gray's test")

    def table(self) -> Table:
        """All curves below one another: group, cause, time, incidence, limits."""
        parts = [(group, cause, one) for group, curves in self._curves.items() for cause, one in curves.items()]
        columns: dict[str, list[Any]] = {
            "group": [group for group, _, one in parts for _ in one.time],
            "cause": [cause for _, cause, one in parts for _ in one.time],
        }
        for name in ("time", "at_risk", "events", "incidence", "low", "high", "standard_error"):
            columns[name] = [value for _, _, one in parts for value in getattr(one, name)]
        return Table(columns, options=self._options, title="Left by cause and group")

    def plot(self, axes: Sequence[Any] | None = None) -> Any:
        """One picture per group, side by side, stacked by cause."""
        axes = side_by_side(len(self._curves)) if axes is None else axes
        for ax, (group, curves) in zip(axes, self._curves.items(), strict=True):
            curves.plot(ax).set_title("(no group)" if group is None else group)
        for ax in list(axes)[1:]:  # the first one names the causes of all
            if ax.get_legend() is not None:
                ax.get_legend().remove()
        return axes
