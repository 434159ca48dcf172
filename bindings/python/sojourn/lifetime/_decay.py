"""Fitted decay: the retention of a cohort as a curve that goes on beyond the data."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.lifetime._plots import draw_decay


@checked
def fit_decay(t: Any, survivors: Any, *, family: str = "sbg", cohort: Any = None) -> Decay:
    """A retention curve fitted to a cohort: `survivors` accounts are left after `t` = 0, 1, 2 ... renewals.

    `family` is "sbg" (each account has a constant churn rate of its own) or "geometric" (one rate for all). `cohort` names
    the cohort of each row of a long table; all cohorts share the curve. Read `.status` before the rest.
    """
    cohorts = None if cohort is None else column(cohort, "cohort")
    fit = _core.lifetime.fit_decay(column(t, "t"), column(survivors, "survivors"), cohort=cohorts, family=family)
    return Decay(fit, family)


@checked
class Decay:
    """A fitted retention curve."""

    def __init__(self, fit: _core.lifetime.DecayFit, family: str) -> None:
        self.core = fit
        self.options = {"family": family}

    @property
    def params(self) -> dict[str, float]:
        """alpha and beta, or theta; empty when the fit was refused."""
        return self.core.params

    @property
    def family(self) -> str:
        """The family returned: "geometric" where sbg found no heterogeneity."""
        return self.core.family

    @property
    def status(self) -> str:
        """converged; no heterogeneity, geometric returned; refused; not converged."""
        return self.core.status

    @property
    def log_likelihood(self) -> float:
        """At the optimum."""
        return self.core.log_likelihood

    @property
    def diagnostics(self) -> dict[str, float]:
        """Gradient norm per renewal faced, condition number of the information, Newton steps."""
        fit = self.core
        return {
            "gradient_norm": fit.gradient_norm,
            "condition_number": fit.condition_number,
            "iterations": fit.iterations,
        }

    @property
    def periods_observed(self) -> int:
        """Renewals in the data; later ones are projected."""
        return self.core.periods_observed

    def survival(self, t: int) -> float:
        """Share of the cohort left after t renewals."""
        return self.core.survival(t)

    def retention(self, t: int) -> float:
        """Share of those facing renewal t that renew."""
        return self.core.retention(t)

    def interval(self, t: int, *, level: float = 0.95, method: str = "delta") -> Estimate:
        """The share left after t renewals with its "delta" or "profile" likelihood interval."""
        found = self.core.interval(t, level=level, method=method)
        return self._with_options(found, t=t, level=level, method=method)

    def parameter(self, name: str, *, level: float = 0.95, method: str = "profile") -> Estimate:
        """One of `.params` with its interval."""
        found = self.core.parameter(name, level=level, method=method)
        return self._with_options(found, parameter=name, level=level, method=method)

    def lifetime(self, discount_rate: float = 0.0) -> Estimate:
        """Expected paid periods of a new account, discounted per period; undefined where the mean is infinite."""
        return self._with_options(self.core.lifetime(discount_rate), discount_rate=discount_rate)

    def project(self, periods: int = 24, *, level: float = 0.95, method: str = "delta") -> Table:
        """Periods 0 to `periods`: observed, fitted or projected share, its limits, retention."""
        options = {
            **self.options,
            "status": self.status,
            "level": level,
            "method": method,
            "observed": self.periods_observed,
        }
        columns = self.core.project(periods, level=level, method=method)
        return Table(columns, options=options, plot=draw_decay, title="Retention, fitted and projected")

    def plot(self, ax: Any = None, *, periods: int = 24) -> Any:
        """Observed points, the curve with its band, the projected part shaded."""
        return self.project(periods).plot(ax)

    def _with_options(self, found: Estimate, **asked: object) -> Estimate:
        found.options = {**self.options, "status": self.status, **asked}
        return found

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        return (
            f"Decay({self.family}, {self.status}{', ' + params if params else ''}, log-likelihood {self.log_likelihood:.6f})"
        )
