"""Logistic regression: what moves the probability of leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._core.lifetime import LogisticFit, LogisticRows
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.errors import SchemaTypeError, SchemaValueError
from sojourn.lifetime._fitted_regression import FittedRegression
from sojourn.lifetime._hazards import FEATURE


@checked
def fit_logistic(
    table: Any,
    *,
    outcome: str,
    features: Sequence[str],
    penalty: float | str = 0.0,
    count: str | None = None,
    level: float = 0.95,
) -> Logistic:
    """Logistic regression: log odds of leaving as an intercept plus sum of coef x feature, at the maximum of the likelihood.

    All arguments name columns of `table`: `outcome` is 0 or 1, `features` are numbers. `penalty`: a number above 0 is a
    ridge, penalty / 2 x sum of squared coefficients of the features as given (1 / C of scikit-learn); "firth" is Firth's.
    Both stay finite where features separate the outcomes. `count` repeats rows. Rows with a missing value are left out and
    counted. Read `status` first: separated says that some coefficients are infinite, and which.
    """
    if isinstance(features, str):
        raise SchemaTypeError(f"features are a list of column names, as [{features!r}]")
    names = list(features)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SchemaValueError(f"features: {', '.join(repeated)} is named twice")
    if isinstance(penalty, str) and penalty != "firth":
        raise SchemaValueError(f'penalty is "{penalty}"; accepted: a number of 0 or more, or "firth"')
    firth = isinstance(penalty, str)
    rows = _rows(table, outcome, names, count)
    fit = rows.fit("firth" if firth else "ridge", 0.0 if firth else float(penalty), level)
    options = {"outcome": outcome, "penalty": penalty, "level": level, "count": count}
    return Logistic(names, rows, fit, options)


def _rows(table: Any, outcome: str, features: list[str], count: str | None) -> LogisticRows:
    found = columns(table, {"outcome": outcome, "count": count, **{FEATURE + name: name for name in features}})
    return LogisticRows(found["outcome"], [(name, found[FEATURE + name]) for name in features], found.get("count"))


@checked
class Logistic(FittedRegression[LogisticFit]):
    """A fitted logistic regression."""

    _title = "Logistic regression"

    def __init__(self, features: list[str], rows: LogisticRows, fit: LogisticFit, options: dict[str, Any]) -> None:
        super().__init__(features, fit, options)
        self._rows = rows

    @property
    def separating(self) -> list[str]:
        """The features (and "intercept") whose coefficients are infinite."""
        found = self._fit.coefficients()
        named = zip(found["feature"].to_list(), found["coef"].to_list(), strict=True)
        return [name for name, coef in named if coef in (float("inf"), float("-inf"))]

    @property
    def penalised_log_likelihood(self) -> float:
        """What is at its maximum: log-likelihood less the ridge, or plus half the log determinant of the information."""
        return self._fit.penalised_log_likelihood

    def predict(self, table: Any) -> Column:
        """The probability of each row of a table with the features; NaN where one is missing or the fit has no estimates.

        Where the fit is separated, rows on the far side have 0 or 1.
        """
        found = columns(table, {FEATURE + name: name for name in self.features})
        predicted = self._fit.predict([(name, found[FEATURE + name]) for name in self.features])
        return column(predicted, "probability")

    def calibration(self, table: Any = None, *, bins: int = 10) -> Calibration:
        """Predictions beside what came, of the rows of the fit (where it looks too good) or of a table with outcomes."""
        rows = self._rows
        if table is not None:
            rows = _rows(table, self.options["outcome"], self.features, self.options["count"])
        found = rows.calibration(self._fit, bins, self.options["level"])
        return Calibration(found, {**self.options, "bins": bins, "rows": "of the fit" if table is None else "of the table"})

    def __repr__(self) -> str:
        return f"Logistic({self.status}, {self.n} accounts, {self.events} events, {', '.join(self.features)})"


@checked
class Calibration:
    """Do probabilities come true as often as they say?"""

    def __init__(self, found: _core.lifetime.Calibration, options: dict[str, Any]) -> None:
        self.options = options
        self._found = found

    @property
    def brier(self) -> float:
        """Mean squared distance of outcome and probability; 0 is best."""
        return self._found.brier

    @property
    def log_loss(self) -> float:
        """Mean of -log(probability of what came)."""
        return self._found.log_loss

    @property
    def auc(self) -> float:
        """How often an account with the outcome has a higher probability than one without; ties count half."""
        return self._found.auc

    @property
    def n(self) -> int:
        """Rows with a probability and an outcome."""
        return self._found.n

    @property
    def events(self) -> int:
        """Rows with the outcome."""
        return self._found.events

    @property
    def expected(self) -> float:
        """The events that the probabilities promise: their sum."""
        return self._found.expected

    @property
    def missing(self) -> int:
        """Rows without a probability or an outcome."""
        return self._found.missing

    def table(self) -> Table:
        """The reliability table: bins of nearly equal counts with mean probability, observed share and its interval."""
        return Table(self._found.bins(), options=self.options, title="Calibration")

    def __repr__(self) -> str:
        return f"Calibration({self.n} rows, brier {self.brier:.4g}, log loss {self.log_loss:.4g}, auc {self.auc:.4g})"
