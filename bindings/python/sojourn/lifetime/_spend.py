"""Amounts per purchase: what will the next one of each customer be worth?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._purchase_columns import customer_columns, parameters_in_order, shown_as_given

_NAN = float("nan")
_NAMES = ("p", "q", "v")


@checked
def fit_spend(mean: Any, x: Any, *, count: Any = None) -> Spend:
    """The gamma-gamma model of amounts, by maximum likelihood: `mean` amount of each customer's `x` repeat purchases.

    Amounts are in a unit of your choice. Customers without repeat purchases or with a mean of 0 are left out and counted.
    `count` repeats rows. Read `.status` before the rest, and `.correlation`: the model takes frequent buyers to spend the
    same per purchase as others.
    """
    counts = None if count is None else column(count, "count")
    fit = _core.lifetime.fit_spend(column(mean, "mean"), column(x, "x"), count=counts)
    facts = {
        "status": fit.status,
        "note": fit.note,
        "log_likelihood": fit.log_likelihood,
        "gradient_norm": fit.gradient_norm,
        "condition_number": fit.condition_number,
        "steps": fit.steps,
        "customers": fit.customers,
        "without_purchases": fit.without_purchases,
        "without_amount": fit.without_amount,
        "rows_missing": fit.rows_missing,
        "correlation": fit.correlation,
    }
    made = Spend(list(fit.params) if fit.status == "converged" else [], covariance=fit.covariance, facts=facts)
    made.options["count"] = count is not None
    return made


@checked
class Spend:
    """A model of amounts per purchase: fitted, or with given parameters."""

    def __init__(self, values: Sequence[float], *, covariance: list[list[float]], facts: dict[str, Any]) -> None:
        self.options: dict[str, Any] = {"model": "gamma-gamma"}
        self._values, self._covariance, self._facts = list(values), covariance, facts

    @classmethod
    def from_params(cls, params: Mapping[str, float] | Sequence[float]) -> Spend:
        """The model with these p, q, v, in this order or by name."""
        values = parameters_in_order(params, _NAMES)
        made = cls(values, covariance=[[_NAN] * 3 for _ in values], facts={"status": "given"})
        made.log_likelihood_of([1], [1])  # refuses parameters that are not positive
        return made

    @property
    def params(self) -> dict[str, float]:
        """p, q and v; empty unless the fit converged."""
        return dict(zip(_NAMES, self._values, strict=True)) if self._values else {}

    @property
    def status(self) -> str:
        """converged; at_boundary, not_identified, no_repeat_purchases or not_converged, which `note` explains; given."""
        return str(self._facts["status"])

    @property
    def note(self) -> str | None:
        """Why there are no parameters."""
        return self._facts.get("note") or None

    @property
    def log_likelihood(self) -> float:
        """At the optimum; NaN for given parameters."""
        return float(self._facts.get("log_likelihood", _NAN))

    @property
    def covariance(self) -> list[list[float]]:
        """Of p, q, v: the inverse of the observed information. NaN where there is none."""
        return self._covariance

    @property
    def standard_errors(self) -> dict[str, float]:
        """Of the parameters by name."""
        return {name: self._covariance[k][k] ** 0.5 for k, name in enumerate(self.params)}

    @property
    def correlation(self) -> float:
        """Of the number of purchases and their mean amount, which the model takes for 0; NaN for given parameters."""
        return float(self._facts.get("correlation", _NAN))

    @property
    def diagnostics(self) -> dict[str, float]:
        """Gradient norm per customer, condition number, steps, customers in the fit, those left out and why."""
        return {name: value for name, value in self._facts.items() if name not in ("status", "note", "log_likelihood")}

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return int(self._facts.get("rows_missing", 0))

    @property
    def population_mean(self) -> float:
        """The mean amount over all customers, p v/(q - 1); an error unless q > 1."""
        return _core.lifetime.population_mean_spend(self.required_params())

    def conditional_mean(self, mean: Any, x: Any) -> Any:
        """The expected amount per purchase of each customer: between its own mean and that of all. An error unless q > 1."""
        rows, plain = customer_columns(mean=mean, x=x)
        return shown_as_given(_core.lifetime.conditional_mean_spend(self.required_params(), **rows), plain)

    def log_likelihood_of(self, mean: Any, x: Any, *, count: Any = None) -> float:
        """The log-likelihood of these customers, summed; those without a mean above 0 are left out."""
        rows, _ = customer_columns(mean=mean, x=x)
        counts = None if count is None else column(count, "count")
        return _core.lifetime.spend_log_likelihood(self.required_params(), **rows, count=counts)

    def table(self, *, level: float = 0.95) -> Table:
        """One row per parameter: value, standard error, limits that are symmetric on the logarithmic scale."""
        columns = _core.lifetime.fitted_parameters(list(_NAMES), self.required_params(), self._covariance, level=level)
        return Table(columns, options={**self.options, "status": self.status, "level": level}, title="Amounts per purchase")

    def required_params(self) -> list[float]:
        """The parameters in order; an error that says why where there are none."""
        if not self._values:
            said = f": {self.note}" if self.note else ""
            raise SchemaError(f'the fit is "{self.status}" and has no parameters to use{said}')
        return self._values

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        return f"Spend({self.status}{', ' + params if params else ''})"
