"""How long customers stay and what they are worth: survival curves, fitted decay, lifetime value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.lifetime import SurvivalState as SurvivalState
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.lifetime import _plots as _lifetime_plots


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
    given_age: int | None = None,
) -> Any:
    """The share of accounts still there at each age, with those not yet churned counted rightly.

    `time` is the age at exit in whole days or months, `event` whether the account churned then; `entry` the age when
    observation began. With `weights` (whole numbers, MRR in minor units) the curve is of money and its error robust;
    `count` says how many accounts a row stands for. Gives a `Survival`, with `by=` one a segment.
    """
    asked = {"entry": entry, "weight": weights, "count": count}
    optional = {role: column(values, role) for role, values in asked.items() if values is not None}
    times, events = column(time, "time"), column(event, "event")

    def curve(state: _core.lifetime.SurvivalState) -> Survival:
        return Survival(state, level=level, ci=ci, weighted=weights is not None, given_age=given_age)

    if by is None:
        return curve(_core.lifetime.tally_survival(times, events, **optional))
    labels, states, rest = _core.lifetime.tally_survival_by(times, events, column(by, "by"), **optional)
    curves: dict[str | None, Survival] = {label: curve(state) for label, state in zip(labels, states, strict=True)}
    if rest.accounts or rest.rows_missing:
        curves[None] = curve(rest)
    return SurvivalBy(curves)


class Survival:
    """A survival curve: one row for each age at which somebody left observation."""

    def __init__(
        self,
        state: _core.lifetime.SurvivalState,
        *,
        level: float = 0.95,
        ci: str = "log-log",
        weighted: bool = False,
        given_age: int | None = None,
    ) -> None:
        self.state = state
        self.options = {"level": level, "ci": ci, "measure": "weight" if weighted else "accounts", "given_age": given_age}
        self._level, self._weighted, self._given_age = level, weighted, given_age
        self._curve = _core.lifetime.kaplan_meier(state, level=level, ci=ci, weighted=weighted, given_age=given_age)
        self._columns = self._curve.columns()

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
    def died_out_at(self) -> int | None:
        """The age at which a late-entry risk set died out although others were seen later."""
        return self._curve.died_out_at

    @property
    def median(self) -> Estimate:
        """The age by which half have left."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> Estimate:
        """The first age at which at most `share` is left."""
        return self._with_options(self._curve.quantile(share))

    def at(self, age: int) -> Estimate:
        """The share left at `age`."""
        return self._with_options(self._curve.at(age))

    def rmst(self, tau: int) -> Estimate:
        """Expected periods as a customer within the first `tau`."""
        found = _core.lifetime.restricted_mean(
            self.state, tau, level=self._level, weighted=self._weighted, given_age=self._given_age
        )
        return self._with_options(found)

    def table(self) -> Table:
        """The curve as a table."""
        return Table(self._columns, options=self.options, plot=lambda _, ax: self.plot(ax))

    def life_table(self, width: int = 1) -> Table:
        """The actuarial table by intervals of `width`, for ages known only by interval."""
        return Table(_core.lifetime.life_table(self.state, width), options={"width": width})

    def plot(self, ax: Any = None) -> Any:
        """Step curve with its band, a tick where accounts are censored, and the number at risk below."""
        return _lifetime_plots.survival({None: self}, ax)

    def _with_options(self, found: Estimate) -> Estimate:
        found.options = self.options
        return found

    def __repr__(self) -> str:
        return f"Survival({self.n} accounts, {self._curve.total_events} events, median {self.median.value:g})"


class SurvivalBy(Mapping[str | None, Survival]):
    """One curve a segment; None holds the rows without one."""

    def __init__(self, curves: Mapping[str | None, Survival]) -> None:
        self._curves = dict(curves)

    def __getitem__(self, segment: str | None) -> Survival:
        return self._curves[segment]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._curves)

    def __len__(self) -> int:
        return len(self._curves)

    def table(self) -> Table:
        """All curves below one another, the segment first."""
        parts = {segment: curve.table() for segment, curve in self._curves.items()}
        segments = [segment for segment, part in parts.items() for _ in range(len(part))]
        names = next(iter(parts.values())).columns if parts else []
        columns: dict[str, list[Any]] = {name: [v for part in parts.values() for v in part[name]] for name in names}
        options = next(iter(self._curves.values())).options if parts else {}
        return Table({"segment": segments, **columns}, options=options, plot=lambda _, ax: self.plot(ax))

    def plot(self, ax: Any = None) -> Any:
        """All curves in one picture."""
        return _lifetime_plots.survival(self._curves, ax)

    def __repr__(self) -> str:
        return "\n".join(f"{segment}: {curve!r}" for segment, curve in self._curves.items())


def fit_decay(t: Any, survivors: Any, *, family: str = "sbg", cohort: Any = None) -> Decay:
    """A retention curve fitted to a cohort: `survivors` accounts are left after `t` = 0, 1, 2 ... renewals.

    `family` is "sbg" (accounts differ in a constant churn rate) or "geometric" (all alike). `cohort` tells several cohorts
    of one long table apart; they share the curve. Read `.status` before the rest.
    """
    cohorts = None if cohort is None else column(cohort, "cohort")
    fit = _core.lifetime.fit_decay(column(t, "t"), column(survivors, "survivors"), cohort=cohorts, family=family)
    return Decay(fit, family)


class Decay:
    """A fitted retention curve."""

    def __init__(self, fit: _core.lifetime.DecayFit, family: str) -> None:
        self._fit = fit
        self.options = {"family": family}

    @property
    def params(self) -> dict[str, float]:
        """alpha and beta, or theta; empty when the fit was refused."""
        return self._fit.params

    @property
    def family(self) -> str:
        """The family returned: "geometric" where sbg found no heterogeneity."""
        return self._fit.family

    @property
    def status(self) -> str:
        """converged; no heterogeneity, geometric returned; refused; not converged."""
        return self._fit.status

    @property
    def log_likelihood(self) -> float:
        """At the optimum."""
        return self._fit.log_likelihood

    @property
    def diagnostics(self) -> dict[str, float]:
        """Gradient norm per renewal faced, condition number of the information, Newton steps."""
        fit = self._fit
        return {
            "gradient_norm": fit.gradient_norm,
            "condition_number": fit.condition_number,
            "iterations": fit.iterations,
        }

    @property
    def periods_observed(self) -> int:
        """Renewals in the data; later ones are projected."""
        return self._fit.periods_observed

    def survival(self, t: int) -> float:
        """Share of the cohort left after t renewals."""
        return self._fit.survival(t)

    def retention(self, t: int) -> float:
        """Share of those facing renewal t that renew."""
        return self._fit.retention(t)

    def interval(self, t: int, *, level: float = 0.95, method: str = "delta") -> Estimate:
        """The share left after t renewals with its "delta" or "profile" likelihood interval."""
        return self._fit.interval(t, level=level, method=method)

    def parameter(self, name: str, *, level: float = 0.95, method: str = "profile") -> Estimate:
        """One of `.params` with its interval."""
        return self._fit.parameter(list(self.params).index(name), level=level, method=method)

    def lifetime(self, discount_rate: float = 0.0) -> Estimate:
        """Expected paid periods of a new account, discounted per period; undefined where the mean is infinite."""
        return self._fit.lifetime(discount_rate)

    def project(self, periods: int = 24, *, level: float = 0.95, method: str = "delta") -> Table:
        """Periods 0 to `periods`: observed, fitted or projected share, its limits, retention."""
        options = {
            **self.options,
            "status": self.status,
            "level": level,
            "method": method,
            "observed": self.periods_observed,
        }
        columns = self._fit.project(periods, level=level, method=method)
        return Table(columns, options=options, plot=_lifetime_plots.decay, title="Retention, fitted and projected")

    def plot(self, ax: Any = None, *, periods: int = 24) -> Any:
        """Observed points, the curve with its band, the projected part shaded."""
        return self.project(periods).plot(ax)

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        return (
            f"Decay({self.family}, {self.status}{', ' + params if params else ''}, log-likelihood {self.log_likelihood:.6f})"
        )


def mrr_index(churn_rates: Any, months: int = 24) -> Table:
    """What each monthly churn rate leaves of today's MRR, (1 - c)^n, month by month."""
    rates = churn_rates if not isinstance(churn_rates, (int, float)) else [float(churn_rates)]
    columns = _core.lifetime.mrr_index(column(rates, "churn_rates"), months=months)
    return Table(columns, options={"months": months}, plot=_lifetime_plots.mrr_index, title="MRR left by monthly churn rate")


def cltv(
    arpa: float,
    *,
    margin: float,
    churn: float | Estimate | None = None,
    retention: Decay | None = None,
    timing: str,
    discount_rate: float = 0.0,
    acquisition_cost: float = 0.0,
    cap_periods: int | None = None,
) -> Estimate:
    """Lifetime value of a customer: `arpa` a period x margin x discounted periods - acquisition cost.

    Give either `churn` per period (a rate, or an Estimate whose interval is carried over) or a fitted `retention`. `timing` says
    when payments fall: "new_customer_pays_now" (the familiar ARPA x margin / churn), "just_paid" or "period_end".
    """
    if (churn is None) == (retention is None):
        raise TypeError("cltv: give either churn or retention")
    source: Any = retention._fit if retention is not None else churn
    found = _core.lifetime.cltv(
        arpa,
        source,
        margin=margin,
        timing=timing,
        discount_rate=discount_rate,
        acquisition_cost=acquisition_cost,
        cap_periods=cap_periods,
    )
    found.options = {
        "margin": margin,
        "timing": timing,
        "discount_rate": discount_rate,
        "acquisition_cost": acquisition_cost,
        "cap_periods": cap_periods,
    }
    return found
