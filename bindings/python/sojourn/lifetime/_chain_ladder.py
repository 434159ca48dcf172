"""What becomes of young cohorts: Mack's chain ladder, and the over-dispersed Poisson model of what was lost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sojourn._core.frames import Column
from sojourn._core.lifetime import AgeTriangle, ChainLadderChecks, ChainLadderFit, OdpFit, TriangleProjection
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._chain_ladder_checks import ChainLadderDiagnostics
from sojourn.lifetime._odp_bootstrap import ChainLadderBootstrap
from sojourn.lifetime._plots import draw_chain_ladder
from sojourn.lifetime._triangle_input import NamedTriangle, triangle_of


@checked
def chain_ladder(
    triangle: Any,
    *,
    tail: Any = None,
    method: str = "mack",
    sigma: str = "mack",
    level: float = 0.95,
    cohort: str = "cohort",
    age: str = "age",
    value: str = "value",
) -> ChainLadder:
    """What the cohorts of a triangle come to at the last age that any of them has reached, with standard errors.

    `triangle` is that of `ledger.cohorts(measure="mrr")`, rows of levels with the oldest cohort first (None: not happened
    yet), or a table with one row per cell, whose columns `cohort`, `age` and `value` name. `tail` is what comes after the
    last age: a factor, taken as known, or {"factor": 1.05, "sigma": 71, "se": 0.02}; without it nothing comes after. `sigma`
    says where the spread of a step comes from that one cohort shows: "mack" or "loglinear". `method="odp"` is the
    over-dispersed Poisson model of amounts that only grow, such as money lost so far; it refuses money that shrinks.
    """
    read = triangle_of(triangle, {"cohort": cohort, "age": age, "value": value})
    options = {**read.options, "method": method, "level": level}
    if method == "odp":
        if tail is not None or sigma != "mack":
            raise SchemaError('chain_ladder: tail and sigma belong to method="mack"; method="odp" has neither')
        return ChainLadder(read, OdpFit(read.cells), {**options, "tail": None}, level)
    if method != "mack":
        raise SchemaError(f'chain_ladder: method "{method}" is not one of mack, odp')
    factor, tail_sigma, tail_se = _tail(tail)
    fit = ChainLadderFit(read.cells, tail=factor, tail_sigma=tail_sigma, tail_se=tail_se, sigma=sigma)
    said = None if factor is None else {"factor": factor, "sigma": tail_sigma, "se": tail_se}
    if said is not None and tail_sigma is None:
        said = {"factor": factor, "taken_as_known": True}
    return ChainLadder(read, fit, {**options, "sigma": sigma, "tail": said}, level)


def chain_ladder_of(cells: AgeTriangle, level: float) -> ChainLadder:
    """Mack's chain ladder of cells that are read already."""
    fit = ChainLadderFit(cells, tail=None, tail_sigma=None, tail_se=None, sigma="mack")
    read = NamedTriangle(cells, [str(place) for place in range(cells.cohorts)], {}, money=True)
    return ChainLadder(read, fit, {"method": "mack", "level": level, "sigma": "mack", "tail": None}, level)


@checked
class ChainLadder:
    """A triangle carried on to its last age."""

    def __init__(self, read: NamedTriangle, fit: ChainLadderFit | OdpFit, options: dict[str, Any], level: float) -> None:
        self.cohorts, self.options = read.cohorts, options
        self._read, self._fit, self._level = read, fit, level
        self._end = ChainLadderAhead(self, fit.project(None), None)

    @property
    def factors(self) -> list[float]:
        """From each age to the next, the tail last where there is one; NaN where no cohort tells."""
        return list(self._fit.factors) if isinstance(self._fit, OdpFit) else list(self._fit.steps()["factor"])

    @property
    def factor_standard_error(self) -> list[float]:
        """Standard errors of the factors; Mack's model only."""
        return list(self._mack("factor_standard_error").steps()["standard_error"])

    @property
    def sigma(self) -> list[float]:
        """How far ratios of cohorts scatter at each step; Mack's model only."""
        return list(self._mack("sigma").steps()["sigma"])

    @property
    def phi(self) -> float:
        """How many times the variance of a Poisson count the increments have; `method="odp"` only."""
        return self._odp("phi").phi

    @property
    def latest(self) -> Column:
        """The last value seen of each cohort."""
        return self._end.by_cohort()["latest"]

    @property
    def ultimate(self) -> Column:
        """The value of each cohort at the last age, after the tail if there is one."""
        return self._end.by_cohort()["value"]

    @property
    def standard_error(self) -> Column:
        """Of `ultimate`; NaN where `.by_cohort()` has a reason, 0 where nothing lies ahead."""
        return self._end.by_cohort()["standard_error"]

    @property
    def total_ultimate(self) -> float:
        """All cohorts together."""
        return self._end.value

    @property
    def total_outstanding(self) -> float:
        """What all cohorts together gain (or, below 0, lose) from here on."""
        return self._end.value - self._end.opening

    @property
    def total_standard_error(self) -> float:
        """Of the total; cohorts share their factors, so it is more than the root of the summed squares."""
        return self._end.standard_error

    def ahead(self, periods: int) -> ChainLadderAhead:
        """Where the cohorts stand so many periods from now; those at the last age stay where they are."""
        if periods < 0:
            raise SchemaError(f"chain_ladder: periods ahead are 0 or more, not {periods}")
        return ChainLadderAhead(self, self._fit.project(periods), periods)

    def by_cohort(self) -> Table:
        """One row per cohort: latest, value at the last age, change, standard errors, log-normal limits, reason."""
        return self._end.by_cohort()

    def steps(self) -> Table:
        """One row per step from age to age: factor, its error, sigma and where it comes from, cohorts, starts at 0."""
        columns = {"factor": self._fit.factors} if isinstance(self._fit, OdpFit) else self._fit.steps()
        first = self._read.cells.first_age
        return Table({"age": [first + k for k in range(len(self.factors))], **columns}, options=self.options, title="Steps")

    def diagnostics(self) -> ChainLadderDiagnostics:
        """Mack's tests and residuals; for `method="odp"` the cells with their Pearson residuals are `.cells()`."""
        checks = ChainLadderChecks(self._mack("diagnostics()"))
        return ChainLadderDiagnostics(checks, self._named(checks.residuals(), "Residuals"), self.options)

    def cells(self) -> Table:
        """One row per seen cell: fitted increment, Pearson residual, leverage; `method="odp"` only."""
        return self._named(self._odp("cells()").cells(), "Increments")

    def bootstrap(self, draws: int = 1000, *, seed: int = 1, periods: int | None = None) -> ChainLadderBootstrap:
        """Draws of what is still to come: residuals drawn again, refitted, then each cell drawn; `method="odp"` only.

        The same seed gives the same draws on any number of threads.
        """
        if draws < 2 or seed < 0 or (periods is not None and periods < 0):
            raise SchemaError("chain_ladder: a bootstrap takes two draws or more, and a seed and periods of 0 or more")
        drawn = self._odp("bootstrap()").bootstrap(draws=draws, seed=seed, periods=periods)
        options = {**self.options, "draws": draws, "seed": seed, "periods": periods}
        return ChainLadderBootstrap(drawn, self.cohorts, self._level, options)

    def table(self) -> Table:
        """One row per cohort and age: value, and whether it is projected."""
        rows, cells = self._fit.completed(), self._read.cells
        places = [(c, k) for c, row in enumerate(rows) for k in range(len(row))]
        columns = {
            "cohort": [self.cohorts[c] for c, _ in places],
            "age": [cells.first_age + k for _, k in places],
            "value": [rows[c][k] for c, k in places],
            "projected": [k >= cells.seen(c) for c, k in places],
        }
        return Table(columns, options=self.options, title="Cohorts, seen and projected", plot=lambda _, ax: self.plot(ax))

    def plot(self, ax: Any = None) -> Any:
        """Each cohort's value by age: seen as a line, projected dotted, with its limits at the last age."""
        return draw_chain_ladder(self.table(), self.by_cohort(), ax)

    def _mack(self, what: str) -> ChainLadderFit:
        if isinstance(self._fit, ChainLadderFit):
            return self._fit
        raise SchemaError(f'chain_ladder: {what} belongs to method="mack"')

    def _odp(self, what: str) -> OdpFit:
        if isinstance(self._fit, OdpFit):
            return self._fit
        raise SchemaError(f'chain_ladder: {what} belongs to method="odp"')

    def _named(self, columns: Mapping[str, Column], title: str) -> Table:
        """Rows of cells with names and ages instead of places."""
        first = self._read.cells.first_age
        named: dict[str, Any] = {
            **columns,
            "cohort": [self.cohorts[place] for place in columns["cohort"]],
            "age": [first + place for place in columns["age"]],
        }
        return Table(named, options=self.options, title=title)

    def __repr__(self) -> str:
        error = "no standard error" if math.isnan(self.total_standard_error) else f"+- {self.total_standard_error:,.6g}"
        return (
            f"ChainLadder({self.options['method']}, {len(self.cohorts)} cohorts, total {self.total_ultimate:,.9g} {error})"
        )


@checked
class ChainLadderAhead:
    """Where the cohorts stand after some periods."""

    def __init__(self, of: ChainLadder, projection: TriangleProjection, periods: int | None) -> None:
        self.periods, self.options = periods, {**of.options, "periods": periods}
        self._of, self._projection = of, projection
        self._total = projection.total(level=of._level)

    @property
    def opening(self) -> float:
        """All cohorts as last seen."""
        return float(self._total["latest"])

    @property
    def value(self) -> float:
        """All cohorts then."""
        return float(self._total["value"])

    @property
    def forecast(self) -> float:
        """The same as `value`."""
        return self.value

    @property
    def process_se(self) -> float:
        """What is random even if the factors were known."""
        return float(self._total["process_se"])

    @property
    def parameter_se(self) -> float:
        """What comes from estimating the factors, which all cohorts share."""
        return float(self._total["parameter_se"])

    @property
    def standard_error(self) -> float:
        """Root of the sum of both squares; NaN where `reason` says why."""
        return float(self._total["standard_error"])

    @property
    def low(self) -> float:
        """Lower log-normal limit."""
        return float(self._total["low"])

    @property
    def high(self) -> float:
        """Upper log-normal limit."""
        return float(self._total["high"])

    @property
    def reason(self) -> str | None:
        """What cannot be estimated, and why."""
        reason: str | None = self._total["reason"]
        return reason

    def by_cohort(self) -> Table:
        """One row per cohort: latest, value then, change, standard errors, log-normal limits, reason."""
        amounts = ("latest", "value", "change", "process_se", "parameter_se", "standard_error", "low", "high")
        return Table(
            {"cohort": self._of.cohorts, **self._projection.columns(level=self._of._level)},
            options=self.options,
            title="Cohorts",
            amounts=amounts if self._of._read.money else (),
        )

    def __repr__(self) -> str:
        when = "at the last age" if self.periods is None else f"{self.periods} ahead"
        return (
            f"ChainLadderAhead({when}: {self.value:,.9g}, {self._of._level:.0%} limits {self.low:,.9g} to {self.high:,.9g})"
        )


def _tail(tail: Any) -> tuple[float | None, float | None, float | None]:
    if tail is None:
        return None, None, None
    if isinstance(tail, Mapping):
        unknown = sorted(set(tail) - {"factor", "sigma", "se"})
        if unknown or "factor" not in tail:
            raise SchemaError(
                f'chain_ladder: a tail has "factor" and may have "sigma" and "se", not {unknown or sorted(tail)}'
            )
        numbers = [None if tail.get(name) is None else _number(tail[name]) for name in ("factor", "sigma", "se")]
        return numbers[0], numbers[1], numbers[2]
    return _number(tail), None, None


def _number(value: Any) -> float:
    if isinstance(value, (str, bytes, bool)) or not hasattr(value, "__float__"):
        raise SchemaError(f"chain_ladder: a tail is a number, or a mapping of numbers, not {value!r}")
    return float(value)
