"""One row per account: how long it stayed, why it left, what it pays, and what it did in a period."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._frames.periods import first_day, span_of
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import require_reached
from sojourn.revenue._series import MOVEMENT_AMOUNTS
from sojourn.revenue._units import MOVED, ReadUnits

_LIFE = ("account", "first_day", "last_day", "tenure", "churned", "cause", "mrr", "parent")


def accounts_table(
    ledger: CoreLedger,
    book: _core.revenue.Book,
    reading: _core.revenue.Reading,
    period: Any,
    transfers: ReadUnits | None,
) -> Table:
    """The customers of a ledger; with a period also what each did in it, `transfers` between parents included."""
    if period is not None:
        require_reached(ledger, period)
    found = book.accounts_table(reading, None if period is None else span_of(period))
    life = found["columns"]
    life["last_day"] = _core.frames.days(life["last_day"])
    columns = {name: life[name] for name in _LIFE}
    moved: dict[str, list[int]] = {}
    if period is not None and transfers is not None:
        moved = _of_customers(transfers(("parent",), *span_of(period), 1, True)["parent"], columns["account"])
    elif period is not None:
        moved = {name: [one[name] for one in found["moved"]] for name in MOVEMENT_AMOUNTS}
    columns |= moved
    columns |= {f"label {name}" if name in columns else name: words for name, words in found["labels"].items()}
    options = ledger.options | ({} if period is None else _asked_of(ledger, period))
    return Table(columns, options=options, title="Accounts", amounts=("mrr", *moved))


def _of_customers(columns: dict[str, Any], customers: list[Any]) -> dict[str, list[int]]:
    """The movements of these customers in one period; zeros for those that did nothing and have no MRR."""
    row_of = {key: row for row, key in enumerate(columns["account"])}
    return {
        name: [values[row_of[key]] if key in row_of else 0 for key in customers]
        for name, values in ((name, columns[name].to_list()) for name in MOVED)
    }


def _asked_of(ledger: CoreLedger, period: Any) -> dict[str, Any]:
    """What the options say of the period: its name, and that it is not over."""
    month, months = span_of(period)
    over = first_day(month + months) <= ledger.known_until
    return {"period": str(period)} if over else {"period": str(period), "incomplete": str(period)}
