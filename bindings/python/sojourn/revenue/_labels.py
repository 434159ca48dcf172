"""Segment labels of a ledger's accounts: the columns they come from, and what corrections did to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import column, columns
from sojourn.errors import SchemaError

Edit = Callable[[_core.revenue.LabelRows, _core.revenue.Ledger], None]


@dataclass(frozen=True, eq=False)
class LabelColumns:
    """The label of each row of one segment: whose it is, and since when."""

    names: list[str]
    """Of the columns account, label and, where there is one, since."""
    account: Column
    label: Column
    since: Column | None = None
    subscription: Column | None = None


class Labels:
    """The segments of a ledger and the edits that make them; read against its accounts when they are asked for."""

    def __init__(
        self,
        table: Any,
        segments: str | Sequence[str] | None,
        *,
        account: str,
        since: str,
        subscription: str | None = None,
        by_month: bool = False,
    ) -> None:
        self._segments = [segments] if isinstance(segments, str) else list(segments or [])
        self._account, self._since, self._subscription, self._by_month = account, since, subscription, by_month
        self._edits: dict[str, list[Edit]] = {name: [_add(rows)] for name, rows in self.read(table).items()}
        self._made: dict[str, _core.revenue.LabelRows] = {}

    def copy(self) -> Labels:
        """The same edits, to be read against another ledger."""
        other = Labels.__new__(Labels)
        other.__dict__.update(self.__dict__)
        other._edits = {name: list(edits) for name, edits in self._edits.items()}
        other._made = {}
        return other

    def with_table(self, name: str, table: Any, *, account: str, label: str, since: str | None) -> Labels:
        """One more segment, from a table of accounts."""
        other = self.copy()
        picked = columns(table, {"account": account, "label": label, "since": since})
        names = [name for name in (account, label, since) if name is not None]
        other._edits[name] = [_add(LabelColumns(names, picked["account"], picked["label"], picked.get("since")))]
        return other

    def known(self, name: str | None) -> str:
        """The name of a segment that exists; None stands for the only one."""
        if name is None and len(self._edits) == 1:
            return next(iter(self._edits))
        if name is None or name not in self._edits:
            known = ", ".join(self._edits) or "none; name columns with segment= when the ledger is made, or use add_segment"
            raise SchemaError(f"no segment {name!r}; there are {known}" if name else f"name the segment; there are {known}")
        return name

    def read(self, table: Any, names: Sequence[str] = ()) -> dict[str, LabelColumns]:
        """The segments of a table like the first one; `names` are those of its account and start, where they differ."""
        if not self._segments:
            return {}
        account, since = names[:2] if names else (self._account, self._since)
        roles = {"account": account, "since": since, "subscription": self._subscription}
        picked = columns(table, {**roles, **{f"label {name}": name for name in self._segments}})
        start = _core.frames.month_spans(picked["since"], since)[0] if self._by_month else picked["since"]
        return {
            name: LabelColumns(
                [account, name, since], picked["account"], picked[f"label {name}"], start, picked.get("subscription")
            )
            for name in self._segments
        }

    def add(self, read: dict[str, LabelColumns]) -> None:
        """Rows were applied."""
        for name, rows in read.items():
            self._edit(name, _add(rows))

    def remove(self, read: dict[str, LabelColumns]) -> None:
        """Rows were retracted."""
        for name, rows in read.items():
            self._edit(name, _remove(rows))

    def move(self, account: Any, into: Any) -> None:
        """Two accounts are one customer."""
        for name in self._edits:
            self._edit(name, lambda rows, ledger: rows.move(ledger.keys, account, into))

    def split(self, read: dict[str, LabelColumns], into: Any, since: int | None) -> None:
        """The labels of rows that moved are also those of the account they moved to."""
        for name, rows in read.items():
            moved = replace(rows, account=column([into] * len(rows.label), "into"))
            if since is not None and moved.since is not None:
                moved = replace(moved, since=_not_before(moved.since, since))
            self._edit(name, _add(moved))

    def rows(self, name: str, ledger: _core.revenue.Ledger, unit: str) -> _core.revenue.LabelRows:
        """The rows of one segment, read against the accounts of a ledger whose customers are of this unit."""
        if name not in self._made:
            rows = _core.revenue.LabelRows()
            for edit in self._edits[name]:
                edit(rows, ledger)
            if unit == "subscription" and name in self._segments and self._subscription is None:
                raise SchemaError("a ledger of subscriptions needs the subscription of each row to put it into a segment")
            self._made[name] = rows
        return self._made[name]

    def _edit(self, name: str, edit: Edit) -> None:
        self._edits[name].append(edit)
        self._made.pop(name, None)


def _add(rows: LabelColumns) -> Edit:
    def edit(to: _core.revenue.LabelRows, ledger: _core.revenue.Ledger) -> None:
        customer = rows.subscription if rows.subscription is not None and ledger.by_subscription else rows.account
        to.add(ledger.keys, customer, rows.label, rows.since, rows.names)

    return edit


def _remove(rows: LabelColumns) -> Edit:
    return lambda of, ledger: of.remove(ledger.keys, rows.account, rows.label, rows.since, rows.names)


def _not_before(days: Column, first: int) -> Column:
    return _core.frames.days([None if day is None else max(day, first) for day in days.convert("day").storage().to_list()])
