"""What each account of a ledger is worth, given its age, and how much of that is at risk."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import OpenTable
from sojourn._frames.periods import first_day, span_of
from sojourn._frames.roles import pick_roles
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._decay import Decay
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import require_reached

BY_DECAY = "decay"


def ledger_decay(ledger: CoreLedger, family: str, weights: str | None) -> Decay:
    """The curve fitted to the decisions, one a month of age, of all accounts of a ledger, or of their money."""
    if weights not in (None, "mrr"):
        raise SchemaError(f'weights {weights!r} is not None or "mrr"')
    sample = _core.revenue.months_decided(ledger.compiled, measure=weights or "accounts")
    made = Decay(sample.fit(family=family), family, lambda: sample)
    made.options = {**ledger.options, **made.options, "measure": "accounts" if weights is None else "weight"}
    return made


def account_values(
    ledger: CoreLedger,
    period: Any,
    *,
    margin: float,
    rate: float,
    decay: Decay | None,
    timing: str,
    leaving: Any,
    within: int | None,
    level: float,
) -> Table:
    """The customers of a ledger at the end of the period, valued by a curve in months."""
    require_reached(ledger, period)
    by_curve = isinstance(leaving, str)
    if by_curve and leaving != BY_DECAY:
        raise SchemaError(f'leaving {leaving!r} is not "{BY_DECAY}" or a table of account_id and probability')
    if by_curve and within is None:
        raise SchemaError(f'leaving="{BY_DECAY}" needs within=, the months ahead in which an account may leave')
    if within is not None and not by_curve:
        raise SchemaError(f'within= is for leaving="{BY_DECAY}"; probabilities of a table have their own horizon')
    curve = ledger_decay(ledger, "sbg", None) if decay is None else decay
    given = None if leaving is None or by_curve else _probabilities(leaving)
    month, months = span_of(period)
    end = first_day(month + months)
    columns, ignored, without = _core.revenue.account_values(
        ledger.compiled,
        end,
        curve.core,
        margin=margin,
        rate=rate,
        timing=timing,
        level=level,
        leaving=given,
        within=within,
    )
    risk: dict[str, Any] = {"leaving": leaving if by_curve else "none given", "within": within}
    if given is not None:
        risk = {"leaving": {"rows": len(given[0]), "no_customers": ignored, "customers_without": without}}
    options = {
        **ledger.options,
        "period": str(period),
        "margin": margin,
        "rate": rate,
        "timing": timing,
        "level": level,
        "decay": "fitted to the ledger" if decay is None else "given",
        "family": curve.family,
        "params": curve.params,
        "status": curve.status,
        **risk,
        "complete": end <= ledger.known_until,
    }
    shown = ("mrr", "value", "low", "high", "value_at_risk")
    return Table(
        columns, options=options, title="Value of each account", amounts=tuple(name for name in shown if name in columns)
    )


def _probabilities(table: Any) -> tuple[Column, Column]:
    """Account and probability of leaving of each row."""
    _, columns = pick_roles(
        OpenTable(table), {"account": None, "probability": "probability"}, required=("account", "probability")
    )
    return columns["account"], columns["probability"]
