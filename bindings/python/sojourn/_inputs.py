"""Month snapshots, change events and mergers as a ledger takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sojourn import _core, _input
from sojourn._core import Column
from sojourn._format import exponent
from sojourn._periods import day_of
from sojourn._prices import PRICING
from sojourn._segments import Labels
from sojourn.errors import DataError, SchemaError

if TYPE_CHECKING:
    from sojourn._policy import Policy
    from sojourn.revenue import Ledger


def _unused(rules: Policy) -> list[str]:
    return [name for name in PRICING if name in rules.changes()]


def from_snapshots(
    book: Ledger, table: Any, names: dict[str, str], currency: str, as_of: Any, policy: Policy, segment: Any
) -> Ledger:
    """Makes `book` the ledger of one row an account and month."""
    picked = _input.columns(table, names)
    until = None if as_of is None else day_of(as_of, "as_of")
    places = exponent(currency)

    def build(rules: Policy) -> _core.Ledger:
        return _core.Ledger.from_snapshots(**picked, exponent=places, as_of=until, names=list(names.values()),
                                           lapse_grace=rules.lapse_grace)

    book._asked = dict(names)
    book._labels = Labels(table, segment, account=names["account"], since=names["month"], months=True)
    book._start(build, _unused, policy, currency)
    return book


def snapshot_periods(table: Any, names: dict[str, str | None]) -> tuple[list[str], dict[str, Column]]:
    """Snapshots as periods of one month each."""
    picked = _input.columns(table, names)
    start, end = _core.month_spans(picked["month"], str(names["month"]))
    shown = [str(names[role]) for role in ("account", "month", "month", "mrr")]
    return shown, {"account": picked["account"], "start": start, "end": end, "mrr": picked["mrr"]}


def from_changes(
    book: Ledger, table: Any, names: dict[str, str | None], same_day: str, currency: str, as_of: Any, policy: Policy, segment: Any
) -> Ledger:
    """Makes `book` the ledger of a log of changes."""
    if (names["mrr_after"] is None) == (names["change"] is None):
        raise SchemaError("name the column of levels with mrr_after=, or that of differences with change=, one of the two")
    amount = "level" if names["change"] is None else "delta"
    roles = {"account": names["account"], "when": names["when"], "amount": names["mrr_after"] or names["change"],
             "subscription": names["subscription"]}
    picked = _input.columns(table, roles)
    until = None if as_of is None else day_of(as_of, "as_of")
    places, shown = exponent(currency), [name for name in roles.values() if name is not None]

    def build(rules: Policy) -> _core.Ledger:
        return _core.Ledger.from_changes(picked["account"], picked["when"], picked["amount"], picked.get("subscription"),
                                         amount_is=amount, same_day=same_day, exponent=places, as_of=until, names=shown,
                                         lapse_grace=rules.lapse_grace)

    book._asked, book._of_prices = {"account": names["account"]}, True
    book._labels = Labels(table, segment, account=str(names["account"]), since=str(names["when"]))
    book._start(build, _unused, policy, currency)
    return book


def mergers(core: _core.Ledger, columns: dict[str, Column]) -> list[tuple[Any, Any, Any]]:
    """(account, final account, day or None) of each merger, checked as a whole."""
    accounts, targets = columns["account"].to_list(), columns["into"].to_list()
    days = columns["since"].to_list() if "since" in columns else [None] * len(accounts)
    leads: dict[Any, Any] = {}
    for row, (account, into) in enumerate(zip(accounts, targets, strict=True)):
        for key in (account, into):
            if key is None:
                raise _broken(row, "missing", "a merger names two accounts")
            if not core.holds(key):
                raise _broken(row, repr(key), "not an account of this ledger")
        if account in leads:
            raise _broken(row, repr(account), "an account is merged once")
        leads[account] = into
    found = []
    for row, account in enumerate(accounts):
        end, seen = leads[account], {account}
        while end in leads and end not in seen:
            seen.add(end)
            end = leads[end]
        if end in seen:
            raise _broken(row, repr(account), "mergers do not run in a circle")
        if any(days) and leads[account] in leads:
            raise _broken(row, repr(account), "with days each merger names the account that stays, not one that is merged itself")
        found.append((account, end, days[row]))
    return found


def _broken(row: int, value: str, rule: str) -> DataError:
    return DataError(f'column "account", row {row}, value {value}: {rule}', "account", row, value, rule)
