"""Intervals of a decay curve by drawing its accounts, or its cohorts, again."""

from __future__ import annotations

from typing import Any

from sojourn._core import Estimate
from sojourn._core.lifetime import DecayDraws
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.errors import SchemaValueError
from sojourn.lifetime._plots import draw_decay


@checked
class DecayBootstrap:
    """A fitted curve with percentile limits of curves fitted to draws of its accounts or cohorts."""

    def __init__(self, drawn: DecayDraws, observed: int, options: dict[str, Any]) -> None:
        self.options = {**options, "refused": drawn.refused}
        self._drawn, self._observed = drawn, observed

    @property
    def drawn(self) -> int:
        """Draws with a curve."""
        return self._drawn.drawn

    @property
    def refused(self) -> int:
        """Draws without one: nobody left in them, or no optimum was found. More than one in twenty leave no limits."""
        return self._drawn.refused

    def survival(self, t: int) -> Estimate:
        """The share left after t renewals."""
        return self._with_options(self._drawn.survival(t), t=t)

    def retention(self, t: int) -> Estimate:
        """The share of those facing renewal t that renew."""
        return self._with_options(self._drawn.retention(t), t=t)

    def parameter(self, name: str) -> Estimate:
        """One of the parameters; infinite in draws of sbg that found equal accounts."""
        return self._with_options(self._drawn.parameter(name), parameter=name)

    def lifetime(self, discount_rate: float = 0.0) -> Estimate:
        """Expected paid periods of a new account, discounted per period; the upper limit may be infinite."""
        return self._with_options(self._drawn.lifetime(discount_rate), discount_rate=discount_rate)

    def residual_lifetime(self, n: int, rate: float = 0.0) -> Estimate:
        """Expected further payments of an account that faces renewal `n`, as `Decay.residual_lifetime`."""
        if n < 1:
            raise SchemaValueError(f"n is the renewal that comes next, from 1 on; got {n}")
        return self._with_options(self._drawn.residual_lifetime(n - 1, rate), n=n, rate=rate)

    def project(self, periods: int = 24) -> Table:
        """Periods 0 to `periods`: observed, fitted or projected share, its limits, retention."""
        options = {**self.options, "observed": self._observed}
        return Table(self._drawn.project(periods), options=options, plot=draw_decay, title="Retention, fitted and projected")

    def plot(self, ax: Any = None, *, periods: int = 24) -> Any:
        """Observed points, the curve with its band, the projected part shaded."""
        return self.project(periods).plot(ax)

    def _with_options(self, found: Estimate, **asked: object) -> Estimate:
        found.options = {**self.options, **asked}
        return found

    def __repr__(self) -> str:
        return f"DecayBootstrap({self.drawn} draws of {self.options['resample']}, {self.refused} refused)"
