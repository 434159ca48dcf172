"""Tables of parents: whose account each is, since when, and since when that is known."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.frames import DateReading
from sojourn._frames.columns import OpenTable
from sojourn._frames.periods import ISO, days_since
from sojourn.errors import DataError, SchemaError

ParentRow = tuple[Any, Any, int | None, int | None]
"""Account, parent, the day since when, the day on which it was learned."""
ROLES = ("account", "parent", "since", "known_from")


def parent_rows(
    ledger: _core.revenue.Ledger | None,
    table: Any,
    *,
    account: str = "account",
    parent: str = "parent",
    since: str | None = None,
    known_from: str | None = None,
    dates: DateReading = ISO,
) -> list[ParentRow]:
    """The rows of a table of parents; days are found in the columns "since" and "known_from" where there are such.

    With a ledger of accounts an account that it does not hold is named with its row.
    """
    opened = OpenTable(table, dates)
    names = {"account": account, "parent": parent, "since": since, "known_from": known_from}
    for role in ("since", "known_from"):
        if names[role] is None and role in opened.names:
            names[role] = role
    asked = {name: role for role, name in names.items() if name is not None}
    if len(asked) < sum(name is not None for name in names.values()):
        raise SchemaError(f"a table of parents has one column for each of {', '.join(ROLES)}")
    columns = opened.read(asked)
    lists = {role: columns[name].to_list() for name, role in asked.items()}
    for role in ROLES[2:]:
        if role in lists:
            lists[role] = [None if day is None else days_since(day) for day in lists[role]]
    missing = [None] * len(lists["account"])
    rows = list(zip(*(lists.get(role, missing) for role in ROLES), strict=True))
    for row, (child, of, _, _) in enumerate(rows):
        for name, key in ((account, child), (parent, of)):
            if key is None:
                rule = "a row names an account and its parent"
                raise DataError(f'column "{name}", row {row}, value missing: {rule}', name, row, "missing", rule)
        if ledger is not None and not _holds(ledger, child):
            rule = "not an account of this ledger"
            raise DataError(f'column "{account}", row {row}, value {child!r}: {rule}', account, row, repr(child), rule)
    return rows


def _holds(ledger: _core.revenue.Ledger, key: Any) -> bool:
    try:
        return ledger.holds(key)
    except DataError:
        return False
