"""Why two definitions give two numbers: the difference, option by option and account by account."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.currency import major
from sojourn._frames.periods import first_day, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import HasCoreLedger
from sojourn.revenue._plots import plot_waterfall
from sojourn.revenue._policy import Policy
from sojourn.revenue._series import MOVEMENT_AMOUNTS

AMOUNTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing", "accounts_closing")
_MONEY = {"mrr": MOVEMENT_AMOUNTS, "arpa": ("change", "value")}
"""Columns of money by metric."""
RATES = ("logo_churn", "gross_mrr_churn", "net_mrr_churn", "nrr", "grr", "logo_retention", "quick_ratio", "arpa")


@checked
def reconcile(
    ledger: HasCoreLedger, policy_a: Policy, policy_b: Policy, period: Any, *, metric: str = "mrr"
) -> Reconciliation:
    """Why two policies give different numbers for a period: what each option on which they differ changes.

    metric="mrr" shows the movements of the period in minor units: a first row under `policy_a`, a row of changes for each
    option, a last row under `policy_b`; every column adds up exactly. A rate ("logo_churn", "gross_mrr_churn",
    "net_mrr_churn", "nrr", "grr", "logo_retention", "quick_ratio", "arpa") shows its value after each option, and the
    change. Options are applied in a fixed order; since they interact, another order would split the same total differently.
    `.accounts(option)` lists the accounts behind a row.
    """
    if metric != "mrr" and metric not in RATES:
        raise SchemaError(f'metric "{metric}" is not one of mrr, {", ".join(RATES)}')
    month, months = span_of(period)
    days = first_day(month), first_day(month + months)
    unused: list[str] = []

    def under(core: _core.revenue.RevenuePolicy) -> _core.revenue.Ledger:
        made = ledger._core_ledger(Policy.from_json(core.to_json()))
        unused[:] = [str(made.options["not_applied"])] if "not_applied" in made.options else []
        return made.compiled

    if metric == "mrr":
        found = _core.revenue.reconcile(under, policy_a.core, policy_b.core, *days)
    else:
        found = _core.revenue.reconcile_rate(under, policy_a.core, policy_b.core, metric, *days)
    own = ledger._core_ledger()
    options = {
        "policy_a": policy_a.hash(),
        "policy_b": policy_b.hash(),
        "period": str(period),
        "currency": own.currency,
        "as_of": str(own.as_of),
        "metric": metric,
    }
    if unused:
        options["not_applied"] = unused[0]
    return Reconciliation(found, options=options)


class Reconciliation(Table):
    """Option, its word in a and in b, and what it changes; `.accounts(option)` says for whom, `.plot()` draws the steps."""

    def __init__(self, found: dict[str, Any], *, options: dict[str, Any]) -> None:
        self.metric = str(options["metric"])
        steps: list[dict[str, Any]] = found["steps"]
        self._steps = {step["option"]: step for step in steps}
        columns: dict[str, list[Any]] = {
            "option": ["under a", *(step["option"] for step in steps), "under b"],
            "a": [None, *(_spelled(step["a"]) for step in steps), None],
            "b": [None, *(_spelled(step["b"]) for step in steps), None],
        }
        if self.metric == "mrr":
            after = [found["under_a"], *(step["after"] for step in steps)]
            for name in AMOUNTS:
                values = [one[name] for one in after]
                changes = [now - before for before, now in zip(values, values[1:], strict=False)]
                columns[name] = [values[0], *changes, found["under_b"][name]]
        else:
            rates = [found["under_a"], *(step["value"] for step in steps)]
            columns["change"] = [None, *(now - before for before, now in zip(rates, rates[1:], strict=False)), None]
            columns["value"] = [*rates, found["under_b"]]
        title = f"{self.metric} of {options['period']}: from one policy to the other"
        super().__init__(columns, options=options, plot=_plot, title=title, amounts=_MONEY.get(self.metric, ()))

    def accounts(self, option: str, *, top: int | None = 20) -> Table:
        """The accounts whose numbers the option changed, largest change first; with top=None they add up to its row."""
        if option not in self._steps:
            raise SchemaError(f'the policies do not differ on "{option}"; they do on {", ".join(self._steps) or "nothing"}')
        step = self._steps[option]
        options = {**self.options, "option": option}
        if self.metric == "mrr":
            names = list(step["accounts"])
            rows = list(zip(*step["accounts"].values(), strict=True))
            closing = names.index("closing")
            rows.sort(key=lambda row: (-abs(row[closing]), -max((abs(v) for v in row[1:]), default=0), str(row[0])))
        else:
            if not step["by_account"]:
                raise SchemaError(f"{self.metric} has no parts by account on both sides of {option}")
            names = ["account", "amount_before", "amount_after", "base_before", "base_after"]
            rows = sorted(step["accounts"], key=lambda r: (-abs(r[2] - r[1]) - abs(r[4] - r[3]), str(r[0])))
        shown = rows if top is None else rows[:top]
        columns = {name: [row[i] for row in shown] for i, name in enumerate(names)}
        options["accounts"] = f"{len(shown)} of {len(rows)}"
        by_account = MOVEMENT_AMOUNTS if self.metric == "mrr" else ()
        return Table(columns, options=options, title=f"Accounts that {option} changes", amounts=by_account)


def _spelled(word: str) -> str:
    """A word of a policy as Python spells it."""
    return "None" if word == "null" else word


def _plot(table: Table, ax: Any) -> None:
    """A waterfall of the closing MRR, or of the rate, from policy a to policy b; options without effect are left out."""
    assert isinstance(table, Reconciliation)
    currency = str(table.options["currency"])
    options = table["option"].to_list()
    if table.metric == "mrr":
        closing = [major(value, currency) for value in table["closing"].to_list()]
        start, end, changes = closing[0], closing[-1], closing[1:-1]
        what = f"closing MRR of {table.options['period']}, {currency}"
    else:
        values = table["value"].to_list()
        start, end, changes = values[0], values[-1], table["change"].to_list()[1:-1]
        what = f"{table.metric} of {table.options['period']}"
    steps = [(name, change) for name, change in zip(options[1:-1], changes, strict=True) if change]
    plot_waterfall(start, steps, end, ("under a", "under b"), what, ax)
