"""Restatements: the accounts that changed a closed period, as more became known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sojourn._core.revenue import Book, Reading
from sojourn._frames.currency import major
from sojourn._frames.periods import date_of, day_of, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger, HasCoreLedger
from sojourn.revenue._plots import plot_waterfall
from sojourn.revenue._series import MOVEMENT_AMOUNTS

BUCKETS = (
    "opening",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
    "fx",
    "closing",
    "accounts_opening",
    "accounts_new",
    "accounts_reactivated",
    "accounts_churned",
    "accounts_closing",
)
MOST_SHOWN = 10
"""Accounts in the picture; the others are one bar."""


def restatement(ledger: KnownLedger, book: Book, reading: Reading, period: Any, known_on: Sequence[Any]) -> Restatement:
    """What the second day of `known_on` knew of a period that the first did not."""
    if isinstance(known_on, str) or len(known_on) != 2:
        raise SchemaError("known_on takes two days: the earlier and the later one")
    month, months = span_of(period)
    first, second = (day_of(when, "known_on") for when in known_on)
    found = book.compare(reading, first, second, month, months)
    own = ledger._core_ledger()
    options = {**own.options, "period": str(period), "known_on": f"{date_of(first)}, {date_of(second)}"}
    # Both at the ledger's own as_of, as the accounts are: whether a lapse is bridged depends on what came later.
    closes = [_close(ledger.as_known_on(day, as_of=own.as_of)._core_ledger(), month, months) for day in known_on]
    return Restatement(found, closes, options=options)


class KnownLedger(HasCoreLedger, Protocol):
    """A ledger whose rows say when they were recorded."""

    def as_known_on(self, when: Any, *, as_of: Any = None) -> HasCoreLedger:
        """The ledger as it was known at the end of a day."""


def _close(ledger: CoreLedger, month: int, months: int) -> dict[str, int]:
    shown = ledger.compiled.tally(month, months, 1, ledger.policy.core).movements()["columns"]
    return {name: shown[name].to_list()[0] for name in BUCKETS}


class Restatement(Table):
    """One row per account: what it changed in each bucket from the first close to the second, in minor units.

    The largest change of the closing comes first; `learned` and `dropped` are the numbers of the rows that were recorded and
    withdrawn in between. `.before` and `.after` are the two closes, `.change` their difference, which is the sum of every
    column.
    """

    def __init__(self, found: dict[str, Any], closes: list[dict[str, int]], *, options: dict[str, Any]) -> None:
        lines = sorted(found["accounts"], key=lambda line: (-abs(line["closing"]), str(line["account"])))
        columns: dict[str, Any] = {"account": [line["account"] for line in lines]}
        columns |= {name: [line[name] for line in lines] for name in BUCKETS}
        columns |= {name: [", ".join(map(str, line[name])) for line in lines] for name in ("learned", "dropped")}
        title = f"What changed the close of {options['period']}"
        super().__init__(columns, options=options, plot=_plot, title=title, amounts=MOVEMENT_AMOUNTS)
        self.before, self.after = closes
        self.change: dict[str, int] = {name: found["change"][name] for name in BUCKETS}
        self.learned: dict[Any, list[int]] = {line["account"]: line["learned"] for line in lines}
        self.dropped: dict[Any, list[int]] = {line["account"]: line["dropped"] for line in lines}
        self.accounts_without_effect: int = found["without_effect"]


def _plot(table: Table, ax: Any) -> None:
    """From the closing as first known to the closing as known later, through the accounts that moved it most."""
    assert isinstance(table, Restatement)
    currency = str(table.options["currency"])
    changes = list(zip(map(str, table["account"].to_list()), table["closing"].to_list(), strict=True))
    bars = [(name, change) for name, change in changes[:MOST_SHOWN] if change]
    rest = table.change["closing"] - sum(change for _, change in bars)
    if rest:
        bars.append(("other accounts", rest))
    first, second = str(table.options["known_on"]).split(", ")
    plot_waterfall(
        major(table.before["closing"], currency),
        [(name, major(change, currency)) for name, change in bars],
        major(table.after["closing"], currency),
        (f"as known on\n{first}", f"as known on\n{second}"),
        f"closing MRR of {table.options['period']}, {currency}",
        ax,
    )
