"""Fine and Gray's regression: what moves the share that will have left for one cause."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._core.lifetime import FineGrayFit
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.errors import SchemaValueError
from sojourn.lifetime._cox import Cox, cox
from sojourn.lifetime._fitted_regression import FittedRegression
from sojourn.lifetime._hazards import columns_of, values_of
from sojourn.lifetime._plots import draw_incidence


@checked
def fine_gray(
    table: Any,
    *,
    time: str,
    cause: str,
    features: Sequence[str],
    of: Any,
    entry: str | None = None,
    weights: str | None = None,
    count: str | None = None,
    cluster: str | None = None,
    level: float = 0.95,
) -> FineGray:
    """Fine and Gray's regression of the share that leaves for the cause `of`, others competing.

    All other arguments name columns of `table`: `time` is the age at exit, `cause` why the account left (0, False, None and
    missing: still there), `features` are numbers. A positive coefficient means a larger share that will have left for the
    cause. Late entry is refused, for which the method is not defined. `.cause_specific()` is the Cox regression of the same
    cause, which says what drives the leaving itself: read both. Errors are robust, the censoring weights taken as known.
    """
    if of is None:
        raise SchemaValueError("of: name the cause whose share is asked for")
    roles = {"time": time, "cause": cause, "entry": entry, "weights": weights, "count": count, "cluster": cluster}
    named, values = columns_of(table, features, roles)
    again = {f"role: {role}": held for role, held in named.items()}
    places = {role: f"role: {role}" for role in named}
    fit = _core.lifetime.fine_gray(named.pop("time"), named.pop("cause"), values, of=str(of), **named, level=level)
    measure = "accounts" if weights is None else "weight"
    options = {**roles, "of": of, "level": level, "measure": measure, "error": "robust"}
    return FineGray(list(features), fit, options, {**again, **dict(values)}, places)


@checked
class FineGray(FittedRegression[FineGrayFit]):
    """A fitted regression of Fine and Gray."""

    _title = "Fine and Gray"

    def __init__(
        self,
        features: list[str],
        fit: FineGrayFit,
        options: dict[str, Any],
        columns: dict[str, Column],
        roles: dict[str, str],
    ) -> None:
        super().__init__(features, fit, options)
        self._columns, self._roles = columns, roles

    @property
    def competing_events(self) -> int:
        """Accounts that left for another cause."""
        return self._fit.competing_events

    def incidence(self, row: Mapping[str, Any] | Sequence[float]) -> PredictedIncidence:
        """The share of accounts with these features that has left for the cause, by age."""
        features = values_of(row, self.features)
        asked = {"features": dict(zip(self.features, features, strict=True))}
        return PredictedIncidence(self._fit.incidence(features), self._fit.last_age, {**self.options, **asked})

    def cause_specific(self) -> Cox:
        """The Cox regression of the same cause with Breslow's ties, those who left for another one still there at their age.

        It says what drives the rate of leaving for the cause, this fit what moves the share that will have left for it.
        """
        roles = {role: name for role, name in self._roles.items() if role != "cause"}
        return cox(
            self._columns,
            event=self._roles["cause"],
            features=self.features,
            cause=self.options["of"],
            ties="breslow",
            level=self.options["level"],
            **roles,
        )

    def compared(self) -> Table:
        """Both coefficients of each feature side by side: of the share, and of the rate of the cause."""
        share, rate = self.coefficients, self.cause_specific().coefficients
        columns: dict[str, Any] = {"feature": self.features}
        for name in ("coef", "hazard_ratio", "se", "p_value"):
            columns[f"share_{name}"], columns[f"rate_{name}"] = share[name], rate[name]
        return Table(columns, options=self.options, title="Share and rate of a cause")

    def __repr__(self) -> str:
        return f"FineGray({self.status}, {self.events} of {self.n} accounts left for {self.options['of']!r})"


@checked
class PredictedIncidence:
    """The share of accounts with given features that has left for the cause, by age; a point without limits."""

    def __init__(self, columns: dict[str, Column], last_age: float, options: dict[str, Any]) -> None:
        self.options = options
        self.last_age = last_age
        self._columns = columns

    @property
    def time(self) -> Column:
        """Ages at which accounts left for the cause."""
        return self._columns["time"]

    @property
    def incidence(self) -> Column:
        """Share that has left for the cause just after each age."""
        return self._columns["incidence"]

    def at(self, age: float) -> float:
        """The share that has left for the cause by `age`; NaN beyond the last age at which an account was seen."""
        if not age <= self.last_age:
            return math.nan
        steps = bisect_right(self.time.to_list(), age)
        return self.incidence.to_list()[steps - 1] if steps else 0.0

    def table(self) -> Table:
        """The curve as a table."""
        return Table(self._columns, options=self.options, plot=lambda _, ax: self.plot(ax), title="Predicted incidence")

    def plot(self, ax: Any = None) -> Any:
        """The share that has left for the cause, in steps."""
        return draw_incidence(self.time.to_list(), {str(self.options["of"]): self.incidence.to_list()}, ax)

    def __repr__(self) -> str:
        return f"PredictedIncidence({self.options['features']})"
