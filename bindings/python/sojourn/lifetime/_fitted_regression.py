"""What Cox's, Fine and Gray's and logistic regressions have in common."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from sojourn._core.lifetime import CoxFit, FineGrayFit, LogisticFit
from sojourn._frames.table import Table

Fit = TypeVar("Fit", bound="CoxFit | FineGrayFit | LogisticFit")


class FittedRegression(Generic[Fit]):
    """Coefficients of features, their errors, and what the fit rests on."""

    _title: ClassVar[str]

    def __init__(self, features: list[str], fit: Fit, options: dict[str, Any]) -> None:
        self.features, self.options = features, options
        self._fit = fit

    @property
    def status(self) -> str:
        """converged; or separated, collinear, no_events (of a logistic regression one_outcome), not_converged, which the
        notes of the coefficients explain.
        """
        return self._fit.status

    @property
    def coefficients(self) -> Table:
        """One row per feature, of a logistic regression after the intercept: coef, its ratio (of hazards or odds), se of
        coef, low and high of the ratio, p_value.
        """
        return Table(self._fit.coefficients(), options={**self.options, "status": self.status}, title=self._title)

    @property
    def log_likelihood(self) -> float:
        """At the coefficients, partial for hazards and without a penalty; its limit when separated."""
        return self._fit.log_likelihood

    @property
    def null_log_likelihood(self) -> float:
        """The same without features."""
        return self._fit.null_log_likelihood

    @property
    def covariance(self) -> list[list[float]]:
        """Of the coefficients, in their order."""
        return self._fit.covariance

    @property
    def n(self) -> int:
        """Accounts in the fit."""
        return self._fit.accounts

    @property
    def events(self) -> int:
        """Accounts that left (for the cause), or that have the outcome."""
        return self._fit.events

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return self._fit.rows_missing
