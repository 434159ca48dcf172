"""Purchases without a contract: who is still a customer, and how often will they buy?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._purchase_columns import customer_columns, is_number, parameters_in_order, shown_as_given

_NAN = float("nan")


@checked
def fit_purchases(x: Any, t_x: Any, T: Any, *, model: str = "bgnbd", count: Any = None, penalty: float = 0.0) -> Purchases:
    """A model of how often customers buy and when they stop, by maximum likelihood.

    Per customer: `x` repeat purchases, the last one at `t_x`, watched until `T`; times count from the first purchase, in one
    unit of your choice (`purchase_summary` makes the three from a log). `model` is "bgnbd" or "mbgnbd" (leave after a
    purchase), "paretonbd" (leave at any time), or "bgbb" (`T` counted opportunities to buy, `x` of them taken). `count`
    repeats rows. `penalty` x the sum of squared log-parameters is taken off the mean log-likelihood. Read `.status` first.
    """
    counts = None if count is None else column(count, "count")
    fit = _core.lifetime.fit_purchases(
        column(x, "x"), column(t_x, "t_x"), column(T, "T"), model=model, count=counts, penalty=penalty
    )
    facts = {
        "status": fit.status,
        "note": fit.note,
        "log_likelihood": fit.log_likelihood,
        "gradient_norm": fit.gradient_norm,
        "condition_number": fit.condition_number,
        "steps": fit.steps,
        "customers": fit.customers,
        "distinct": fit.distinct,
        "purchases": fit.purchases,
        "rows_missing": fit.rows_missing,
    }
    found = list(fit.params) if fit.status == "converged" else []
    options = {"model": model, "penalty": penalty, "count": count is not None}
    return Purchases(model, found, covariance=fit.covariance, facts=facts, options=options)


@checked
class Purchases:
    """A model of purchases: fitted, or with given parameters."""

    def __init__(
        self,
        model: str,
        values: Sequence[float],
        *,
        covariance: list[list[float]],
        facts: dict[str, Any],
        options: dict[str, Any],
    ) -> None:
        self.options = options
        self._model, self._values = model, list(values)
        self._covariance, self._facts = covariance, facts

    @classmethod
    def from_params(cls, model: str, params: Mapping[str, float] | Sequence[float]) -> Purchases:
        """The model with these parameters, in their order or by name: r, alpha, a, b; r, alpha, s, beta for paretonbd;
        alpha, beta, gamma, delta for bgbb.
        """
        values = parameters_in_order(params, _core.lifetime.purchase_parameter_names(model))
        unknown = [[_NAN] * len(values) for _ in values]
        made = cls(model, values, covariance=unknown, facts={"status": "given"}, options={"model": model})
        made.expected_purchases(1)  # refuses parameters that are not positive
        return made

    @property
    def model(self) -> str:
        """bgnbd, mbgnbd, paretonbd or bgbb."""
        return self._model

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name; empty unless the fit converged."""
        if not self._values:
            return {}
        return dict(zip(_core.lifetime.purchase_parameter_names(self._model), self._values, strict=True))

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
        """At the optimum, without the penalty; NaN for given parameters."""
        return float(self._facts.get("log_likelihood", _NAN))

    @property
    def covariance(self) -> list[list[float]]:
        """Of the parameters, in their order: the inverse of the observed information. NaN where there is none."""
        return self._covariance

    @property
    def standard_errors(self) -> dict[str, float]:
        """Of the parameters by name."""
        return {name: self._covariance[k][k] ** 0.5 for k, name in enumerate(self.params)}

    @property
    def diagnostics(self) -> dict[str, float]:
        """Gradient norm per customer, condition number of the information, steps, customers, distinct rows, purchases."""
        names = ("gradient_norm", "condition_number", "steps", "customers", "distinct", "purchases", "rows_missing")
        return {name: self._facts[name] for name in names if name in self._facts}

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return int(self._facts.get("rows_missing", 0))

    def table(self, *, level: float = 0.95) -> Table:
        """One row per parameter: value, standard error, limits that are symmetric on the logarithmic scale."""
        values = self.required_params()
        columns = _core.lifetime.fitted_parameters(list(self.params), values, self._covariance, level=level)
        return Table(columns, options={**self.options, "status": self.status, "level": level}, title="Model of purchases")

    def log_likelihood_of(self, x: Any, t_x: Any, T: Any, *, count: Any = None) -> float:
        """The log-likelihood of these customers, summed."""
        rows, _ = customer_columns(x=x, t_x=t_x, T=T)
        counts = None if count is None else column(count, "count")
        return _core.lifetime.purchase_log_likelihood(self._model, self.required_params(), **rows, count=counts)

    def log_likelihood_by_row(self, x: Any, t_x: Any, T: Any) -> Any:
        """The log-likelihood of each customer."""
        return self._by_row(_core.lifetime.purchase_log_likelihoods, x, t_x, T)

    def p_alive(self, x: Any, t_x: Any, T: Any) -> Any:
        """The probability that a customer has not left by `T`; for bgbb, that it is there at the next opportunity."""
        return self._by_row(_core.lifetime.p_alive, x, t_x, T)

    def log_p_alive(self, x: Any, t_x: Any, T: Any) -> Any:
        """Its logarithm, also where the probability is too small for a number."""
        return self._by_row(_core.lifetime.log_p_alive, x, t_x, T)

    def expected_purchases(self, t: Any) -> Any:
        """Repeat purchases of a new customer within `t` of the first one."""
        found = _core.lifetime.expected_purchases(self._model, self.required_params(), _times(t))
        return shown_as_given(found, is_number(t))

    def conditional_expected_purchases(self, horizon: float, x: Any, t_x: Any, T: Any) -> Any:
        """Purchases within `horizon` after `T`, given what is known of each customer."""
        rows, plain = customer_columns(x=x, t_x=t_x, T=T)
        found = _core.lifetime.conditional_expected_purchases(self._model, self.required_params(), horizon, **rows)
        return shown_as_given(found, plain)

    def probability(self, n: Any, t: float) -> Any:
        """The probability that a new customer makes `n` repeat purchases within `t` of the first one."""
        counts = column([n] if is_number(n) else n, "n")
        found = _core.lifetime.purchase_probability(self._model, self.required_params(), counts, t)
        return shown_as_given(found, is_number(n))

    def discounted_residual(self, x: Any, t_x: Any, T: Any, *, rate: float) -> Any:
        """All purchases after `T`, one after time u counting exp(-rate u): `rate` is compounded continuously, per unit of
        time. For bgbb a purchase at the j-th opportunity ahead counts (1 + rate)^-j.
        """
        rows, plain = customer_columns(x=x, t_x=t_x, T=T)
        found = _core.lifetime.discounted_residual(self._model, self.required_params(), **rows, rate=rate)
        return shown_as_given(found, plain)

    def _by_row(self, function: Any, x: Any, t_x: Any, T: Any) -> Any:
        rows, plain = customer_columns(x=x, t_x=t_x, T=T)
        return shown_as_given(function(self._model, self.required_params(), **rows), plain)

    def required_params(self) -> list[float]:
        """The parameters in order; an error that says why where there are none."""
        if not self._values:
            said = f": {self.note}" if self.note else ""
            raise SchemaError(f'the fit is "{self.status}" and has no parameters to use{said}')
        return self._values

    def __repr__(self) -> str:
        params = ", ".join(f"{name}={value:.4g}" for name, value in self.params.items())
        return f"Purchases({self._model}, {self.status}{', ' + params if params else ''})"


def _times(t: Any) -> Any:
    return column([t] if is_number(t) else t, "t")
