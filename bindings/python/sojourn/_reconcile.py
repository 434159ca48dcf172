"""Why two definitions give two numbers: the difference, option by option."""

from __future__ import annotations

from typing import Any

from sojourn._periods import span_of
from sojourn._policy import Policy
from sojourn._prices import PRICING
from sojourn._table import Table
from sojourn.errors import SchemaError
from sojourn.revenue import Ledger

AMOUNTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing", "accounts_closing")
RATES = ("logo_churn", "gross_mrr_churn", "net_mrr_churn", "nrr", "grr", "quick_ratio", "arpa")

# MRR first, then how its changes are named, then how they are divided: each option acts on what those before it made.
ORDER = (*PRICING, "lapse_grace", "movement_mode", "same_period_new_churn", "reactivation_max_gap")


def reconcile(ledger: Ledger, policy_a: Policy, policy_b: Policy, period: Any, *, metric: str = "mrr") -> Table:
    """What each option on which two policies differ does to the numbers of a period, in a fixed order.

    metric="mrr" shows the movements of the period in minor units: a first row under `policy_a`, a row of changes for each
    option, a last row under `policy_b`; every column adds up exactly. A rate ("logo_churn", "gross_mrr_churn",
    "net_mrr_churn", "nrr", "grr", "quick_ratio", "arpa") shows its value after each option, and the change. Options work
    together, so another order would share the same total out differently.
    """
    if metric != "mrr" and metric not in RATES:
        raise SchemaError(f'metric "{metric}" is not one of mrr, {", ".join(RATES)}')
    steps = _steps(policy_a, policy_b)
    books = [ledger.with_policy(policy) for policy in (policy_a, *(policy for _, policy in steps))]
    values = [_amounts(book, period) if metric == "mrr" else {"value": _rate(book, period, metric)} for book in books]
    changes = [{name: after[name] - before[name] for name in after} for before, after in zip(values, values[1:], strict=False)]
    start, end = policy_a.to_dict(), policy_b.to_dict()
    columns: dict[str, list[Any]] = {
        "option": ["under a", *(name for name, _ in steps), "under b"],
        "a": [None, *(str(start[name]) for name, _ in steps), None],
        "b": [None, *(str(end[name]) for name, _ in steps), None],
    }
    if metric == "mrr":
        for name in AMOUNTS:
            columns[name] = [values[0][name], *(change[name] for change in changes), values[-1][name]]
    else:
        columns["change"] = [None, *(change["value"] for change in changes), None]
        columns["value"] = [value["value"] for value in values] + [values[-1]["value"]]
    options = {"policy_a": policy_a.hash(), "policy_b": policy_b.hash(), "period": str(period), "currency": ledger.currency,
               "as_of": str(ledger.as_of)}
    unused = books[-1].options.get("not_applied")
    if unused:
        options["not_applied"] = unused
    return Table(columns, options=options, title=f"{metric} of {period}: from one policy to the other")


def _steps(policy_a: Policy, policy_b: Policy) -> list[tuple[str, Policy]]:
    """The options that differ, each with the policy in which it and all before it are those of `policy_b`."""
    now, wanted = policy_a.to_dict(), policy_b.to_dict()
    order = [*ORDER, *(name for name in now if name not in ORDER)]
    steps = []
    for name in order:
        if now[name] != wanted[name]:
            now[name] = wanted[name]
            steps.append((name, Policy(**now)))
    return steps


def _amounts(book: Ledger, period: Any) -> dict[str, Any]:
    length = {1: "month", 3: "quarter", 12: "year"}[span_of(period)[1]]
    shown = book.movements(period, period, by=length)
    return {name: shown[name].to_list()[0] for name in AMOUNTS}


def _rate(book: Ledger, period: Any, metric: str) -> float:
    if metric in ("gross_mrr_churn", "net_mrr_churn"):
        return float(book.mrr_churn(period, kind=metric.split("_")[0]).value)
    found: Any = getattr(book, metric)(period)
    return float(found.value)
