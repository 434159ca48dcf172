"""Segment labels of a ledger's accounts: the columns of its rows, and tables of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column, days, read_days
from sojourn._frames.columns import OpenTable
from sojourn._frames.periods import ISO
from sojourn._frames.roles import column_called, pick_roles
from sojourn.errors import SchemaError


@dataclass(frozen=True)
class AddedLabels:
    """A segment from a table of accounts, and the accounts that were merged since."""

    account: Column
    label: Column
    since: Column | None
    names: list[str]
    """Of the columns, for errors."""
    moves: list[tuple[Any, Any]] = field(default_factory=list)

    @classmethod
    def of_table(cls, name: str, table: Any, *, account: str | None, label: str | None, since: str | None) -> AddedLabels:
        """The segment `name` of a table of accounts; columns that are not named are found by their names."""
        opened = OpenTable(table)
        asked = {"account": account, "label": label or column_called(name, opened.names)}
        if since is not None:
            asked["since"] = since
        found, picked = pick_roles(opened, asked, required=("account", "label"), arguments=("since",))
        return cls(picked["account"], picked["label"], picked.get("since"), list(found.names.values()))

    def rows(self, ledger: _core.revenue.Ledger) -> _core.revenue.LabelRows:
        """The rows for the accounts of a ledger."""
        made = _core.revenue.LabelRows()
        made.add(ledger.keys, self.account, self.label, self.since, self.names)
        for account, into in self.moves:
            made.move(ledger.keys, account, into)
        return made

    def with_move(self, account: Any, into: Any) -> AddedLabels:
        """The same after two accounts turned out to be one."""
        return AddedLabels(self.account, self.label, self.since, self.names, [*self.moves, (account, into)])

    def notes(self) -> dict[str, Any]:
        """The same as JSON knows it: days in days since 1970."""
        since = None if self.since is None else [_day_number(one) for one in self._days()]
        moves = [[_key(account), _key(into)] for account, into in self.moves]
        return {
            "account": [_key(key) for key in self.account.to_list()],
            "label": self.label.to_list(),
            "since": since,
            "names": self.names,
            "moves": moves,
        }

    def _days(self) -> list[Any]:
        assert self.since is not None
        read = read_days(self.since, self.names[2], ISO)
        return [day if there else None for day, there in zip(read.storage().to_list(), read.present.to_list(), strict=True)]

    @classmethod
    def from_notes(cls, notes: dict[str, Any]) -> AddedLabels:
        """The segment behind `notes`."""
        names = [str(name) for name in notes["names"]]
        account, label = (Column.from_sequence(list(notes[role]), name=role) for role in ("account", "label"))
        since = None if notes["since"] is None else days(notes["since"])
        return cls(account, label, since, names, [(account, into) for account, into in notes["moves"]])


class Labels:
    """The segments of a ledger: labels of its rows, which the book knows, and tables of accounts that were added."""

    def __init__(self, of_rows: Sequence[str], added: dict[str, AddedLabels] | None = None) -> None:
        self._of_rows = list(of_rows)
        self._added = added or {}
        self._made: dict[str, _core.revenue.LabelRows] = {}

    def anew(self) -> Labels:
        """The same labels, to be read against another ledger, or after a correction."""
        return Labels(self._of_rows, dict(self._added))

    def with_added(self, name: str, added: AddedLabels) -> Labels:
        """One more segment."""
        return Labels(self._of_rows, {**self._added, name: added})

    def with_move(self, account: Any, into: Any) -> Labels:
        """The same after two accounts turned out to be one customer."""
        return Labels(self._of_rows, {name: added.with_move(account, into) for name, added in self._added.items()})

    def with_rows(self, labels: Sequence[str]) -> Labels:
        """These, and labels of further rows."""
        return Labels(list(dict.fromkeys([*self._of_rows, *labels])), dict(self._added))

    def known(self, name: str | None) -> str:
        """The name of a segment that exists; None stands for the only one."""
        all_of_them = list(dict.fromkeys([*self._of_rows, *self._added]))
        if name is None and len(all_of_them) == 1:
            return all_of_them[0]
        if name is None or name not in all_of_them:
            known = ", ".join(all_of_them) or "none; name columns with segment= when the ledger is made, or use add_segment"
            raise SchemaError(f"no segment {name!r}; there are {known}" if name else f"name the segment; there are {known}")
        return name

    @property
    def unread(self) -> bool:
        """Whether nothing was read yet."""
        return not self._made

    def rows(self, name: str, book: _core.revenue.Book, reading: _core.revenue.Reading) -> _core.revenue.LabelRows:
        """The rows of one segment, for the customers of a reading."""
        if name not in self._made:
            added = self._added.get(name)
            self._made[name] = book.labels_of(reading, name) if added is None else added.rows(reading.ledger)
        return self._made[name]

    def notes(self) -> dict[str, Any]:
        """The tables that were added, as JSON knows them."""
        return {name: added.notes() for name, added in self._added.items()}

    @classmethod
    def from_notes(cls, of_rows: Sequence[str], notes: dict[str, Any]) -> Labels:
        """The labels behind `notes`."""
        return cls(of_rows, {name: AddedLabels.from_notes(added) for name, added in notes.items()})


def _key(key: Any) -> str | int | None:
    return key if key is None or isinstance(key, str) else int(key)


def _day_number(day: Any) -> int | None:
    return None if day is None else int(day)
