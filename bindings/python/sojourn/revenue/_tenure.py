"""How long customers stay: the tenure of each account, and its survival curve."""

from __future__ import annotations

from sojourn.errors import SchemaError
from sojourn.lifetime._survival import Survival, kaplan_meier
from sojourn.revenue._core_ledger import CoreLedger


def survival(ledger: CoreLedger, weights: str | None, level: float) -> Survival:
    """Days from the first MRR to the final churn; with weights="mrr" each account counts by its last MRR."""
    if weights not in (None, "mrr"):
        raise SchemaError(f'weights {weights!r} is not None or "mrr"')
    found = ledger.compiled.tenure()
    curve: Survival = kaplan_meier(found["days"], found["churned"], weights=found["mrr"] if weights else None, level=level)
    return curve
