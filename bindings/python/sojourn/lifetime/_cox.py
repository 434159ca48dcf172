"""Cox regression: what moves the rate at which accounts leave."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core.frames import Column
from sojourn._core.lifetime import CoxFit, CoxRows
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.errors import SchemaValueError
from sojourn.lifetime._fitted_regression import FittedRegression
from sojourn.lifetime._hazards import columns_of, values_of
from sojourn.lifetime._plots import StepCurve, draw_survival


@checked
def cox(
    table: Any,
    *,
    time: str,
    event: str,
    features: Sequence[str],
    entry: str | None = None,
    weights: str | None = None,
    count: str | None = None,
    ties: str = "efron",
    strata: str | None = None,
    cluster: str | None = None,
    cause: Any = None,
    level: float = 0.95,
) -> Cox:
    """Cox's proportional hazards regression: the rate of leaving as a baseline times exp(sum of coef x feature).

    All arguments name columns of `table`: `time` is the age at exit, `event` whether the account left then, `entry` the age
    when observation began; `features` are numbers. With `cause`, `event` holds causes and the others count as still there.
    `strata`: accounts are compared within a stratum only. `weights` (money) and `cluster` (the account, where it has several
    rows) give a robust error; `count` repeats rows. `ties` is "efron", "breslow", or "exact" for discrete ages. Read
    `status` first.
    """
    roles = {"time": time, "event": event, "entry": entry, "weights": weights, "count": count}
    named, values = columns_of(table, features, {**roles, "strata": strata, "cluster": cluster})
    rows = CoxRows(named.pop("time"), named.pop("event"), values, **named, cause=None if cause is None else str(cause))
    options = {
        **roles,
        "strata": strata,
        "cluster": cluster,
        "ties": ties,
        "level": level,
        "cause": cause,
        "measure": "accounts" if weights is None else "weight",
        "stratified": strata is not None,
    }
    fit = rows.fit(ties=ties, level=level)
    return Cox(list(features), rows, fit, {**options, "error": "robust" if fit.robust else "information"})


@checked
class Cox(FittedRegression[CoxFit]):
    """A fitted Cox regression."""

    _title = "Cox regression"

    def __init__(self, features: list[str], rows: CoxRows, fit: CoxFit, options: dict[str, Any]) -> None:
        super().__init__(features, fit, options)
        self._rows = rows

    @property
    def concordance(self) -> float:
        """Share of comparable pairs in which the account with the higher hazard left first."""
        return self._fit.concordance

    @property
    def means(self) -> dict[str, float]:
        """The feature means, at which `baseline` stands."""
        return dict(zip(self.features, self._fit.means, strict=True))

    def baseline(self) -> Table:
        """Cumulative hazard and survival of an account at the feature means, at each age at which one left."""
        return Table(self._fit.baseline(self._rows.strata), options={**self.options, "at": self.means}, title="Baseline")

    def survival(self, row: Mapping[str, Any] | Sequence[float], *, stratum: Any = None) -> PredictedSurvival:
        """The survival curve of an account with these features, in its stratum."""
        features = values_of(row, self.features)
        at = self._stratum(stratum)
        found = self._fit.survival(features, at)
        asked = {"features": dict(zip(self.features, features, strict=True)), "stratum": stratum}
        return PredictedSurvival(found, self._fit.last_age[at], {**self.options, **asked})

    def schoenfeld(self) -> Table:
        """One row per account that left: its features less the mean of those at risk then. They sum to 0 (weighted)."""
        return Table(self._rows.schoenfeld(self._fit), options=self.options, title="Schoenfeld residuals")

    def proportional_hazards(self, *, transform: str = "km") -> Table:
        """Does a coefficient change with age? The score test of feature x g(age); `transform` is km, identity or log."""
        found = self._rows.proportional_hazards(self._fit, transform)
        return Table(found, options={**self.options, "transform": transform}, title="Proportional hazards")

    def _stratum(self, stratum: Any) -> int:
        strata = self._rows.strata
        if not strata:
            if stratum is not None:
                raise SchemaValueError("the fit has no strata")
            return 0
        if str(stratum) not in strata:
            raise SchemaValueError(f"stratum {stratum!r} is not in the fit; it has {', '.join(strata)}")
        return strata.index(str(stratum))

    def __repr__(self) -> str:
        return f"Cox({self.status}, {self.n} accounts, {self.events} events, {', '.join(self.features)})"


@checked
class PredictedSurvival:
    """The survival curve of an account with given features."""

    def __init__(self, columns: dict[str, Column], last_age: float, options: dict[str, Any]) -> None:
        self.options = options
        self.last_age = last_age
        self._columns = columns

    @property
    def time(self) -> Column:
        """Ages at which an account of the stratum left."""
        return self._columns["time"]

    @property
    def survival(self) -> Column:
        """Share still there just after each age."""
        return self._columns["survival"]

    @property
    def standard_error(self) -> Column:
        """Of the share; NaN for a robust fit, for which it is not defined here."""
        return self._columns["standard_error"]

    @property
    def low(self) -> Column:
        """Lower log-log limit."""
        return self._columns["low"]

    @property
    def high(self) -> Column:
        """Upper log-log limit."""
        return self._columns["high"]

    def at(self, age: float) -> float:
        """The share still there at `age`; NaN beyond the last age at which an account of the stratum was seen."""
        if not age <= self.last_age:
            return math.nan
        steps = bisect_right(self.time.to_list(), age)
        return self.survival.to_list()[steps - 1] if steps else 1.0

    def table(self) -> Table:
        """The curve as a table."""
        return Table(self._columns, options=self.options, plot=lambda _, ax: self.plot(ax), title="Predicted survival")

    def plot(self, ax: Any = None) -> Any:
        """Step curve with its band."""
        time, survival, low, high = (self._columns[n].to_list() for n in ("time", "survival", "low", "high"))
        nobody = [0] * len(time)
        return draw_survival([StepCurve("survival", time, survival, low, high, nobody, nobody)], ax)

    def __repr__(self) -> str:
        return f"PredictedSurvival({self.options['features']})"
