"""Parametric survival: one of six formulas fitted to exact, censored, interval and truncated lifetimes."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.lifetime import ParametricFit
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaError, SchemaValueError
from sojourn.lifetime._plots import draw_fitted


@checked
def fit_survival(
    time: Any,
    event: Any = None,
    *,
    family: str,
    entry: Any = None,
    weights: Any = None,
    upper: Any = None,
    count: Any = None,
    level: float = 0.95,
) -> FittedSurvival:
    """A survival curve with few parameters, by maximum likelihood.

    `family` is exponential, weibull, lognormal, loglogistic, gompertz or gengamma. `time` is the age at exit and `event`
    whether the account left then; with `upper` it left within (time, upper], and `event` may be left out: upper = time is an
    exit at exactly that age, a missing or infinite upper an account still there. Ages in whole months are intervals: give
    `time` = month - 1 and `upper` = month, or the shape is biased. `entry` is the age when observation began, `weights`
    (money) give robust errors, `count` repeats rows. Read `.status` before the rest.
    """
    given = {"event": event, "upper": upper, "entry": entry, "weights": weights, "count": count}
    optional = {role: column(values, role) for role, values in given.items() if values is not None}
    if event is None and upper is None:
        raise SchemaValueError("give event (0 or 1), or upper: the end of the interval in which an account left")
    fit = _core.lifetime.fit_survival(column(time, "time"), family=family, level=level, **optional)
    options = {
        "family": family,
        "level": level,
        "error": "robust" if fit.robust else "information",
        **{role: role in optional for role in given},
    }
    return FittedSurvival(fit, options)


@checked
class FittedSurvival:
    """A fitted survival curve."""

    def __init__(self, fit: ParametricFit, options: dict[str, Any]) -> None:
        self.options = options
        self._fit = fit

    @property
    def family(self) -> str:
        """The family."""
        return str(self.options["family"])

    @property
    def status(self) -> str:
        """converged; no_events; or not_converged, with the reason in `note`."""
        return self._fit.status

    @property
    def note(self) -> str | None:
        """Why there is no fit."""
        return self._fit.note or None

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name; empty unless converged."""
        return self._fit.params

    @property
    def standard_errors(self) -> dict[str, float]:
        """Of the parameters; robust with weights."""
        return self._fit.standard_errors

    @property
    def covariance(self) -> list[list[float]]:
        """Of the parameters, in order."""
        return self._fit.covariance

    @property
    def log_likelihood(self) -> float:
        """At the optimum."""
        return self._fit.log_likelihood

    @property
    def aic(self) -> float:
        """2 x parameters - 2 x log-likelihood: lower is better."""
        return self._fit.aic

    @property
    def bic(self) -> float:
        """log(accounts) x parameters - 2 x log-likelihood."""
        return self._fit.bic

    @property
    def n(self) -> int:
        """Accounts in the fit."""
        return self._fit.accounts

    @property
    def events(self) -> int:
        """Accounts seen to leave, exactly or within an interval."""
        return self._fit.events

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return self._fit.rows_missing

    def survival(self, t: float) -> float:
        """Share still there at age `t`; NaN unless converged."""
        return self._fit.at(t, 0.0).value

    def interval(self, t: float, *, given_age: float = 0.0) -> Estimate:
        """The share still there at age `t`, of those who reached `given_age`, with its interval."""
        found = self._fit.at(t, given_age)
        found.options = {**self.options, "status": self.status, "t": t, "given_age": given_age}
        return found

    def quantile(self, share: float) -> float:
        """The age at which `share` is left; infinite where the family leaves more than that for ever."""
        return self._fit.age(share)

    @property
    def median(self) -> float:
        """The age by which half have left."""
        return self.quantile(0.5)

    def table(self, ages: Any = None) -> Table:
        """Share still there at each of these ages, with its limits; by default at 100 steps to where a tenth is left."""
        asked = self._steps_until(None) if ages is None else column(ages, "ages")
        if any(age is None for age in asked):
            raise SchemaError("ages holds a missing value; leave it out")
        rows = [(float(age), self.interval(float(age))) for age in asked]
        columns = {
            "age": [age for age, _ in rows],
            "survival": [e.value for _, e in rows],
            "low": [e.low for _, e in rows],
            "high": [e.high for _, e in rows],
        }
        options = {**self.options, "status": self.status}
        return Table(columns, options=options, plot=draw_fitted, title=f"Fitted survival, {self.family}")

    def plot(self, ax: Any = None, *, until: float | None = None) -> Any:
        """The curve with its band up to an age, by default to where a tenth is left."""
        return self.table(self._steps_until(until)).plot(ax)

    def _steps_until(self, until: float | None) -> list[float]:
        if self.status != "converged":
            raise SchemaValueError(f'the fit is "{self.status}" and has no curve: {self.note}')
        last = until if until is not None else min(self.quantile(0.1), 4 * self.quantile(0.6))
        return [last * step / 100 for step in range(101)]

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        return f"FittedSurvival({self.family}, {self.status}{', ' + params if params else ''})"
