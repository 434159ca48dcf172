"""Tables of mergers: which account each ends in, and what is wrong with the table."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn.errors import DataError


def mergers(ledger: _core.revenue.Ledger, columns: dict[str, Column]) -> list[tuple[Any, Any, Any]]:
    """Each merger of a table as (account, account it ends in, day or None); a merger that is wrong refuses all."""
    accounts, targets = columns["account"].to_list(), columns["into"].to_list()
    days = columns["since"].to_list() if "since" in columns else [None] * len(accounts)
    leads: dict[Any, Any] = {}
    for row, (account, into) in enumerate(zip(accounts, targets, strict=True)):
        for key in (account, into):
            if key is None:
                raise _bad_account(row, "missing", "a merger names two accounts")
            if not ledger.holds(key):
                raise _bad_account(row, repr(key), "not an account of this ledger")
        if account in leads:
            raise _bad_account(row, repr(account), "an account is merged once")
        leads[account] = into
    found = []
    for row, account in enumerate(accounts):
        end, seen = leads[account], {account}
        while end in leads and end not in seen:
            seen.add(end)
            end = leads[end]
        if end in seen:
            raise _bad_account(row, repr(account), "mergers do not run in a circle")
        if any(days) and leads[account] in leads:
            raise _bad_account(
                row, repr(account), "with days each merger names the account that stays, not one merged itself"
            )
        found.append((account, end, days[row]))
    return found


def _bad_account(row: int, value: str, rule: str) -> DataError:
    return DataError(f'column "account", row {row}, value {value}: {rule}', "account", row, value, rule)
