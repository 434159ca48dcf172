"""How long customers stay: the tenure of each account, and its survival curve."""

from __future__ import annotations

from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._survival import Survival, kaplan_meier
from sojourn.revenue._core_ledger import CoreLedger


def tenure(ledger: CoreLedger) -> Table:
    """One row per account that ever was a customer: days from its first day, whether it has left, the last MRR it paid."""
    found = ledger.compiled.tenure()
    columns = {name: found[name] for name in ("days", "churned", "mrr")}
    return Table(columns, options=ledger.options, title="Tenure of each account", amounts=("mrr",))


def survival(ledger: CoreLedger, weights: str | None, level: float) -> Survival:
    """Days from the first day to the final churn; with weights="mrr" each account counts by its last MRR."""
    if weights not in (None, "mrr"):
        raise SchemaError(f'weights {weights!r} is not None or "mrr"')
    found = tenure(ledger)
    curve: Survival = kaplan_meier(found["days"], found["churned"], weights=found["mrr"] if weights else None, level=level)
    return curve
