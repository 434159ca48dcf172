"""Fitted decay: the retention of a cohort as a curve that goes on beyond the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.lifetime import DecaySample
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaValueError
from sojourn.lifetime._decay_bootstrap import DecayBootstrap
from sojourn.lifetime._plots import draw_decay


@checked
def fit_decay(t: Any, survivors: Any, *, family: str = "sbg", cohort: Any = None, weights: Any = None) -> Decay:
    """A retention curve fitted to a cohort: `survivors` accounts are left after `t` = 0, 1, 2 ... renewals.

    `family` is "sbg" (each account has a constant churn rate of its own), "geometric" (one rate for all), "bdw" (rates of
    their own that move with age), "weibull", "dweibull", "gompertz", "loglogistic", "lognormal", "lomax", "weibull_gamma",
    "cure" (some never leave) or "two_segment". `cohort` names the cohort of each row of a long table; all cohorts share the
    curve. `weights` is what one account of the row's cohort is worth (its MRR): the curve is then of money, and its error
    the robust one of accounts. Read `.status` before the rest.
    """
    cohorts = None if cohort is None else column(cohort, "cohort")
    ages, left = column(t, "t"), column(survivors, "survivors")

    def sample() -> DecaySample:
        worth = None if weights is None else column(weights, "weights")
        return DecaySample.of_cohorts(ages, left, cohort=cohorts, weights=worth)

    if weights is None:
        fit = _core.lifetime.fit_decay(ages, left, cohort=cohorts, family=family)
    else:
        fit = sample().fit(family=family)
    made = Decay(fit, family, sample)
    made.options.update(cohort=cohort is not None, measure="accounts" if weights is None else "weight")
    return made


@checked
def compare_decay(
    t: Any,
    survivors: Any,
    families: Sequence[str] | None = None,
    *,
    cohort: Any = None,
    holdout: int = 0,
    baselines: bool = False,
) -> Table:
    """Families side by side on the same counts: parameters `k`, log-likelihood, AIC, BIC; lower criteria are better.

    With `holdout` the last renewals are kept from the fit: `holdout_error` is the root mean square of fitted less observed
    share left there. Families that did not converge have no criteria. Default: every family. With `baselines` the curves
    that spreadsheets draw by least squares (`decay_baseline`) stand below, to show what they miss.
    """
    cohorts = None if cohort is None else column(cohort, "cohort")
    columns = _core.lifetime.compare_decay(
        column(t, "t"), column(survivors, "survivors"), families, cohort=cohorts, holdout=holdout, baselines=baselines
    )
    options = {"families": list(columns["family"]), "holdout": holdout, "cohort": cohort is not None, "baselines": baselines}
    return Table(columns, options=options, title="Decay families compared")


@checked
class Decay:
    """A fitted retention curve."""

    def __init__(self, fit: _core.lifetime.DecayFit, family: str, sample: Callable[[], DecaySample] | None = None) -> None:
        self.core = fit
        self._sample = sample
        self.options: dict[str, Any] = {"family": family}

    @classmethod
    def from_params(
        cls,
        family: str,
        params: Mapping[str, float] | Sequence[float],
        t: Any = None,
        survivors: Any = None,
        *,
        cohort: Any = None,
    ) -> Decay:
        """A family at parameters that you state, by name or in order; with `t` and `survivors` also their log-likelihood.

        `.status` is "given": stated parameters have no uncertainty, so intervals stay empty.
        """
        names = _core.lifetime.decay_parameters(family)
        if isinstance(params, Mapping):
            if set(params) != set(names):
                given = ", ".join(map(str, params)) or "nothing"
                raise SchemaValueError(f"params of {family} are {', '.join(names)}; got {given}")
            values = [params[name] for name in names]
        else:
            values = list(params)
        if (t is None) != (survivors is None):
            raise SchemaValueError("give both t and survivors, or neither")
        given_columns = {"t": t, "survivors": survivors, "cohort": cohort}
        columns = {role: column(held, role) for role, held in given_columns.items() if held is not None}
        return cls(_core.lifetime.decay_of(family, values, **columns), family)

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name, such as alpha and beta of sbg; empty when the fit was refused."""
        return self.core.params

    @property
    def family(self) -> str:
        """The family returned: "geometric" where sbg found no heterogeneity."""
        return self.core.family

    @property
    def status(self) -> str:
        """converged; no heterogeneity, geometric returned; refused; not converged, with the reason in `note`; given."""
        return self.core.status

    @property
    def note(self) -> str | None:
        """Why the fit did not converge."""
        return self.core.note or None

    @property
    def covariance(self) -> list[list[float]]:
        """Of the parameters, in order: the inverse observed information, or with weights the sandwich over accounts; empty
        unless converged."""
        return self.core.covariance

    @property
    def aic(self) -> float:
        """2 x parameters - 2 x log-likelihood: lower is better. NaN with weights, as `bic`."""
        return self.core.aic

    @property
    def bic(self) -> float:
        """log(accounts) x parameters - 2 x log-likelihood."""
        return self.core.bic

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

    @property
    def at_risk(self) -> list[int]:
        """Accounts that faced each renewal, from the first on."""
        return self.core.at_risk

    def survival(self, t: int) -> float:
        """Share of the cohort left after t renewals."""
        return self.core.survival(t)

    def retention(self, t: int) -> float:
        """Share of those facing renewal t that renew."""
        return self.core.retention(t)

    def interval(self, t: int, *, level: float = 0.95, method: str = "delta") -> Estimate:
        """The share left after t renewals with its "delta" or "profile" likelihood interval; "delta" only with weights."""
        found = self.core.interval(t, level=level, method=method)
        return self._with_options(found, t=t, level=level, method=method)

    def parameter(self, name: str, *, level: float = 0.95, method: str | None = None) -> Estimate:
        """One of `.params` with its "profile" interval; with weights its "delta" one."""
        if method is None:
            method = "delta" if self.core.robust else "profile"
        found = self.core.parameter(name, level=level, method=method)
        return self._with_options(found, parameter=name, level=level, method=method)

    def lifetime(self, discount_rate: float = 0.0) -> Estimate:
        """Expected paid periods of a new account, discounted per period; undefined where the mean is infinite."""
        return self._with_options(self.core.lifetime(discount_rate), discount_rate=discount_rate)

    def residual_lifetime(self, n: int, rate: float = 0.0) -> Estimate:
        """Expected further payments of an account that faces renewal `n`, that renewal's included, later ones discounted at
        `rate` per period.

        n = 1 is an account in its first period; n - 1 renewals lie behind it. Undefined where the mean is infinite.
        """
        if n < 1:
            raise SchemaValueError(f"n is the renewal that comes next, from 1 on; got {n}")
        return self._with_options(self.core.residual_lifetime(n - 1, rate), n=n, rate=rate)

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

    def bootstrap(
        self, replicates: int = 1000, *, seed: int = 1, resample: str = "accounts", level: float = 0.95
    ) -> DecayBootstrap:
        """The curve with limits from `replicates` fits to as many accounts (or "cohorts") drawn with replacement.

        An account is drawn with its weight. The same seed gives the same limits on any machine and number of threads.
        """
        if self._sample is None:
            raise SchemaValueError("parameters that are given have no accounts to draw; fit a curve with fit_decay")
        family = str(self.options["family"])
        asked: dict[str, Any] = {"replicates": replicates, "seed": seed, "resample": resample, "level": level}
        drawn = self._sample().bootstrap(family=family, **asked)
        return DecayBootstrap(drawn, self.periods_observed, {**self.options, "status": self.status, **asked})

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
