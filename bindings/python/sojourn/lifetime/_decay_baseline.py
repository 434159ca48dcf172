"""Least squares through a retention curve: a baseline to beat, not a model to use."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column


@checked
def decay_baseline(t: Any, survivors: Any, *, method: str) -> DecayBaseline:
    """What a spreadsheet would do with `survivors` (accounts or shares) left after `t` = 0, 1, 2 ... renewals.

    `method` is "linear", "quadratic" or "exponential" (through the shares left, or their logarithm), "sbg_rates" or
    "levelling_rates" (through the retention rates). For comparison only: `.warning` says why, `fit_decay` is what to use.
    """
    fit = _core.lifetime.fit_baseline(column(t, "t"), column(survivors, "survivors"), method=method)
    return DecayBaseline(fit, method)


@checked
class DecayBaseline:
    """A curve by least squares, without limits: shares of one cohort are not independent."""

    def __init__(self, fit: _core.lifetime.DecayBaseline, method: str) -> None:
        self.options = {"method": method}
        self._fit = fit

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name; empty unless converged."""
        return self._fit.params

    @property
    def status(self) -> str:
        """converged; refused (fewer points than parameters); not converged (no finite optimum)."""
        return self._fit.status

    @property
    def warning(self) -> str:
        """Why not to use it."""
        return self._fit.warning

    @property
    def squares(self) -> float:
        """Sum of squared misses, in the scale that was fitted: shares, their logarithms, or rates."""
        return self._fit.squares

    @property
    def r_squared(self) -> float:
        """1 - squares over those around the mean. A curve may fit to 0.998 and be absurd five years on."""
        return self._fit.r_squared

    def survival(self, t: int) -> float:
        """The share left after t renewals as the method says: it may be negative or above 1."""
        return self._fit.survival(t)

    def retention(self, t: int) -> float:
        """The share of those facing renewal t that renew, as the method says."""
        return self._fit.retention(t)

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        return f"DecayBaseline({self.options['method']}, {self.status}{', ' + params if params else ''}: {self.warning})"
