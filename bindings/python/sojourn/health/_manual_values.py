"""Values given by hand: by whom, from when, until when, and what became of them."""

from __future__ import annotations

import datetime
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column, DateReading
from sojourn._frames.columns import OpenTable, column, no_such_column, present
from sojourn._frames.dates import day_column
from sojourn._frames.periods import ISO
from sojourn._frames.table import Table
from sojourn.errors import SchemaError

OPTIONAL = ("mode", "signal", "set_at", "expires_at", "author", "reason", "priority", "merge")


class ManualTable:
    """A table of manual values, matched to the accounts of one book."""

    def __init__(self, source: Any, accounts: Column, as_of: datetime.date | None, dates: DateReading = ISO) -> None:
        opened = OpenTable(source)
        given = present(opened, ("account", "account_id", "value", *OPTIONAL))
        account = "account" if "account" in given else "account_id"
        for name in (account, "value"):
            if name not in given:
                raise no_such_column(name, opened.names)
        self._given = {"account": given[account], "value": given["value"]}
        # A column without any value has no meaning, whatever its type.
        self._given.update(
            {
                name: day_column(given[name], name, name, dates)[0]
                for name in OPTIONAL
                if name in given and any(cell is not None for cell in given[name])
            }
        )
        if as_of is None and ("set_at" in self._given or "expires_at" in self._given):
            raise SchemaError("values given by hand carry dates, so the score needs its own day: pass as_of=")
        self.values = _core.health.ManualValues(accounts, self._given)

    @property
    def given(self) -> dict[str, Column]:
        """The columns of the table as given."""
        return dict(self._given)

    def of(self, accounts: Column) -> ManualTable:
        """The same values, matched to some accounts of the book."""
        some = ManualTable.__new__(ManualTable)
        some._given, some.values = self._given, _core.health.ManualValues(accounts, self._given)
        return some

    def authors(self, book: _core.health.ScoredBook) -> Column:
        """The author whose value decided, by account; None where no value given by hand did."""
        deciding = book.by_hand()["by_hand"]
        place, author = self.values.place, self._given.get("author")
        if author is None:
            return column([None] * len(deciding), "binding_author")
        return column([None if which < 0 else author[place[which]] for which in deciding], "binding_author")

    def table(self, book: _core.health.ScoredBook, options: dict[str, Any]) -> Table:
        """The table as given, with the state of every value."""
        states = ["not in this book"] * len(self._given["value"])
        for place, state in zip(self.values.place, book.by_hand()["state"], strict=True):
            states[place] = state
        return Table({**self._given, "state": states}, options=options, title="Values by hand")
