"""How long customers stay and why they leave: the tenure of each account, and its curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn._core.revenue import LabelRows
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._incidence import CumulativeIncidence, IncidenceBy, cumulative_incidence
from sojourn.lifetime._survival import Survival, SurvivalBy, kaplan_meier
from sojourn.revenue._core_ledger import CoreLedger

OTHER_CAUSES = "(other causes)"


def tenure(ledger: CoreLedger) -> Table:
    """One row per account that ever was a customer: days from its first day, whether it has left, the last MRR it paid."""
    found = ledger.compiled.tenure()
    columns = {name: found[name] for name in ("days", "churned", "mrr")}
    return Table(columns, options=ledger.options, title="Tenure of each account", amounts=("mrr",))


def survival(
    ledger: CoreLedger, lives: Mapping[str, Any], weights: str | None, by: tuple[str, LabelRows] | None, level: float
) -> Survival | SurvivalBy:
    """Days from the first day to the final churn; with weights="mrr" each account counts by its last MRR."""
    options = _asked(ledger, by)
    found = kaplan_meier(lives["days"], lives["churned"], **_weights_and_groups(ledger, lives, weights, by), level=level)
    for curve in [found] if isinstance(found, Survival) else found.values():
        curve.options |= options
    curves: Survival | SurvivalBy = found
    return curves


def left_by_cause(
    ledger: CoreLedger,
    lives: Mapping[str, Any],
    weights: str | None,
    by: tuple[str, LabelRows] | None,
    cause: str | bool,
    level: float,
) -> CumulativeIncidence | IncidenceBy:
    """The share that has left for each cause by each age in days; with one cause the others are one."""
    words, named = lives["cause"], None
    if isinstance(cause, str):
        words = [word if word in (None, cause) else OTHER_CAUSES for word in words]
        named = [cause, OTHER_CAUSES]
    asked = _weights_and_groups(ledger, lives, weights, by)
    found = cumulative_incidence(lives["days"], words, **asked, causes=named, level=level)
    options = {**_asked(ledger, by), "cause": cause}
    for curves in [found] if isinstance(found, CumulativeIncidence) else found.values():
        curves.options |= options
    result: CumulativeIncidence | IncidenceBy = found
    return result


def _weights_and_groups(
    ledger: CoreLedger, lives: Mapping[str, Any], weights: str | None, by: tuple[str, LabelRows] | None
) -> dict[str, Any]:
    if weights not in (None, "mrr"):
        raise SchemaError(f'weights {weights!r} is not None or "mrr"')
    asked: dict[str, Any] = {} if weights is None else {"weights": lives["mrr"]}
    if by is not None:
        # The label that an account began with: those that are upgraded stay long because they stayed to be upgraded.
        asked["by"] = by[1].by_account(ledger.compiled.accounts, "first", lives["account"])
    return asked


def _asked(ledger: CoreLedger, by: tuple[str, LabelRows] | None) -> dict[str, Any]:
    return ledger.options | ({} if by is None else {"segment": by[0], "segment_rule": "first"})
