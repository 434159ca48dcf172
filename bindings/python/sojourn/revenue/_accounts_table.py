"""One row per account: how long it stayed, why it left, what it pays, and what it did in a period."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._frames.periods import first_day, span_of
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import require_reached
from sojourn.revenue._series import MOVEMENT_AMOUNTS

_LIFE = ("account", "first_day", "last_day", "tenure", "churned", "cause", "mrr", "parent")


def accounts_table(ledger: CoreLedger, book: _core.revenue.Book, reading: _core.revenue.Reading, period: Any) -> Table:
    """The customers of a ledger; with a period also what each of them did in it."""
    if period is not None:
        require_reached(ledger, period)
    found = book.accounts_table(reading, None if period is None else span_of(period))
    life = found["columns"]
    life["last_day"] = _core.frames.days(life["last_day"])
    columns = {name: life[name] for name in _LIFE}
    if period is not None:
        columns |= {name: [moved[name] for moved in found["moved"]] for name in MOVEMENT_AMOUNTS}
    columns |= {f"label {name}" if name in columns else name: words for name, words in found["labels"].items()}
    options = ledger.options | ({} if period is None else _asked_of(ledger, period))
    amounts = ("mrr", *(MOVEMENT_AMOUNTS if period is not None else ()))
    return Table(columns, options=options, title="Accounts", amounts=amounts)


def _asked_of(ledger: CoreLedger, period: Any) -> dict[str, Any]:
    """What the options say of the period: its name, and that it is not over."""
    month, months = span_of(period)
    over = first_day(month + months) <= ledger.known_until
    return {"period": str(period)} if over else {"period": str(period), "incomplete": str(period)}
