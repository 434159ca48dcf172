"""Usage of a ledger: committed, consumed, overage and unused amounts, and when prepaid commitments run out."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._frames.periods import grid
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import not_reached

USAGE_AMOUNTS = ("carried_in", "committed", "consumed", "overage", "shortfall", "carried", "balance")
_OUTLOOK = (
    "account",
    "subscription",
    "start",
    "end",
    "committed",
    "drawn",
    "remaining",
    "consumed",
    "months",
    "status",
    "runs_out",
    "earliest",
    "latest",
    "reason",
)


def usage_movements(
    ledger: CoreLedger, book: _core.revenue.Book, reading: _core.revenue.Reading, first: Any, last: Any, by: str
) -> Table:
    """One row per period that `as_of` has reached."""
    periods = grid(first, last, by)
    found = _core.revenue.usage_movements(book, reading, *periods)
    columns = {name: found["columns"][name] for name in ("period", *USAGE_AMOUNTS)}
    options = {**ledger.options, "by": by, **not_reached(periods, ledger.known_until)}
    if found["incomplete"]:
        options["incomplete"] = ", ".join(found["incomplete"])
    return Table(columns, options=options, title=f"Usage by {by}", amounts=USAGE_AMOUNTS)


def commitments(ledger: CoreLedger, book: _core.revenue.Book, reading: _core.revenue.Reading, months: int) -> Table:
    """One row per prepaid commitment in force."""
    found = _core.revenue.commitments(book, reading, months)
    return Table(
        {name: found[name] for name in _OUTLOOK},
        options={**ledger.options, "months": months},
        title="Prepaid commitments",
        amounts=("committed", "drawn", "remaining", "consumed"),
    )
