"""Movements and cohorts straight from rows or month snapshots, without a ledger: for questions that are asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.format import exponent
from sojourn._frames.periods import date_of, day_of, grid, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue import _plots as _revenue_plots
from sojourn.revenue._cohorts import Triangle
from sojourn.revenue._economics import usual_policy
from sojourn.revenue._ledger import ROLES, _pick

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy


def movements(
    table: Any,
    first: Any,
    last: Any,
    *,
    by: str = "month",
    account: str | None = None,
    start: str | None = None,
    end: str | None = None,
    mrr: str | None = None,
    currency: str = "USD",
    as_of: Any = None,
    policy: Policy | None = None,
    threads: int = 0,
) -> Table:
    """`Ledger(...).movements(...)` in one go, faster and in less memory; no ledger is kept. `threads` 0 is one a processor."""
    rules = policy or usual_policy()
    if rules.lapse_grace:
        raise SchemaError("lapse_grace changes rows before they are counted; build a Ledger")
    names, picked = _pick(table, {"account": account, "start": start, "end": end, "mrr": mrr})
    begin, each, count = grid(first, last, by)
    state, counts, known_until = _core.revenue.movements_of_rows(
        **picked, exponent=exponent(currency), as_of=None if as_of is None else day_of(as_of, "as_of"),
        names=[names[role] for role in ROLES], first=begin, months_each=each, count=count, policy=rules.core, threads=threads)  # fmt: skip
    return _movements(
        state, {**rules.describe(), **counts, "currency": currency, "as_of": str(date_of(known_until)), "by": by}
    )


def _movements(state: _core.revenue.RevenueState, options: dict[str, Any]) -> Table:
    shown = state.movements()
    if shown["incomplete"]:
        options["incomplete"] = ", ".join(shown["incomplete"])
    by = options["by"]
    return Table(shown["columns"], options=options, plot=_revenue_plots.plot_movements, title=f"MRR movements by {by}")


class Snapshots:
    """Month snapshots: what each account paid in each month, one row an account and month, in any order (in order is fastest).

    `month` holds dates (any day of the month) or months since 1970-01 as integers. A month without a row is one without MRR.
    Both states, of movements and of cohorts, come from one pass; they do not say whose accounts they hold, as those of a ledger do.
    """

    def __init__(
        self,
        table: Any,
        first: Any,
        last: Any,
        *,
        by: str = "month",
        account: str | None = None,
        month: str = "month",
        mrr: str | None = None,
        currency: str = "USD",
        as_of: Any = None,
        policy: Policy | None = None,
        threads: int = 0,
    ) -> None:
        rules = policy or usual_policy()
        names, picked = _pick(table, {"account": account, "month": month, "mrr": mrr})
        begin, each, count = grid(first, last, by)
        found = _core.revenue.snapshot_states(
            **picked, exponent=exponent(currency), as_of=None if as_of is None else span_of(as_of)[0],
            names=[names[role] for role in ("account", "month", "mrr")], first=begin, months_each=each, count=count,
            policy=rules.core, threads=threads)  # fmt: skip
        self.state: _core.revenue.RevenueState
        self.cohort_state: _core.revenue.CohortState
        self.counts: dict[str, int]
        self.state, self.cohort_state, self.counts, known_until = found
        self.options = {**rules.describe(), "currency": currency, "as_of": str(date_of(known_until)), "by": by}
        self._mean, self._cohort_index = rules.cohort_mean, rules.cohort_index

    def movements(self) -> Table:
        """How MRR got from opening to closing, period by period, in minor units; every row closes exactly."""
        return _movements(self.state, dict(self.options))

    def cohorts(self, *, measure: str = "accounts") -> Triangle:
        """Customers (or MRR) by the period of their first MRR, followed by age."""
        if self._cohort_index != "calendar_period":
            raise SchemaError(
                "month snapshots alone count ages by the calendar; for cohort_index tenure_days ask "
                "Ledger.from_snapshots(...).cohorts()"
            )
        options = {**self.options, "measure": measure}
        return Triangle(self.cohort_state, measure=measure, by=self.options["by"], options=options, mean=self._mean)


def account_numbers(accounts: Column, name: str = "account", threads: int = 0) -> Column:
    """Account keys as dense numbers in order of first appearance."""
    return _core.revenue.account_numbers(accounts, name, threads)
