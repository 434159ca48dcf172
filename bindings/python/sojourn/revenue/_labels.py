"""Segment labels of a ledger's accounts: the columns of its rows, and tables of accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.columns import OpenTable
from sojourn._frames.roles import column_called, pick_roles
from sojourn.errors import SchemaError

Edit = Callable[[_core.revenue.LabelRows, _core.revenue.Ledger], None]


class Labels:
    """The segments of a ledger: labels of its rows, which the book knows, and tables of accounts that were added."""

    def __init__(self, of_rows: Sequence[str]) -> None:
        self._of_rows = list(of_rows)
        self._edits: dict[str, list[Edit]] = {}
        self._made: dict[str, _core.revenue.LabelRows] = {}

    def copy(self) -> Labels:
        """The same labels, to be read against another ledger."""
        other = Labels(self._of_rows)
        other._edits = {name: list(edits) for name, edits in self._edits.items()}
        return other

    def with_table(self, name: str, table: Any, *, account: str | None, label: str | None, since: str | None) -> Labels:
        """One more segment, from a table of accounts; columns that are not named are found by their names."""
        other, opened = self.copy(), OpenTable(table)
        asked = {"account": account, "label": label or column_called(name, opened.names)}
        if since is not None:
            asked["since"] = since
        found, picked = pick_roles(opened, asked, required=("account", "label"), arguments=("since",))
        names = list(found.names.values())
        other._edits[name] = [
            lambda to, ledger: to.add(ledger.keys, picked["account"], picked["label"], picked.get("since"), names)
        ]
        return other

    def known(self, name: str | None) -> str:
        """The name of a segment that exists; None stands for the only one."""
        all_of_them = list(dict.fromkeys([*self._of_rows, *self._edits]))
        if name is None and len(all_of_them) == 1:
            return all_of_them[0]
        if name is None or name not in all_of_them:
            known = ", ".join(all_of_them) or "none; name columns with segment= when the ledger is made, or use add_segment"
            raise SchemaError(f"no segment {name!r}; there are {known}" if name else f"name the segment; there are {known}")
        return name

    def move(self, account: Any, into: Any) -> None:
        """Two accounts are one customer."""
        for name in self._edits:
            self._edits[name].append(lambda rows, ledger: rows.move(ledger.keys, account, into))
        self.forget()

    def forget(self) -> None:
        """Rows were corrected: what was read from them is read again when it is asked for."""
        self._made.clear()

    def rows(self, name: str, book: _core.revenue.Book, reading: _core.revenue.Reading) -> _core.revenue.LabelRows:
        """The rows of one segment, for the customers of a reading."""
        if name not in self._made:
            self._made[name] = self._of_table(name, reading.ledger) if name in self._edits else book.labels_of(reading, name)
        return self._made[name]

    def _of_table(self, name: str, ledger: _core.revenue.Ledger) -> _core.revenue.LabelRows:
        rows = _core.revenue.LabelRows()
        for edit in self._edits[name]:
            edit(rows, ledger)
        return rows
