"""Month snapshots, change events and mergers as a ledger takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._core.revenue import Ledger as CoreLedger
from sojourn._frames import columns as _input
from sojourn._frames.format import exponent
from sojourn._frames.periods import day_of
from sojourn.errors import DataError, SchemaError
from sojourn.revenue._economics import usual_policy
from sojourn.revenue._segments import Labels
from sojourn.revenue._sources.prices import PRICING, Invoices

if TYPE_CHECKING:
    from sojourn.revenue._ledger import Ledger
    from sojourn.revenue._policy import Policy


def _unused(rules: Policy) -> list[str]:
    return [name for name in PRICING if name in rules.changes()]


def from_snapshots(
    book: Ledger, table: Any, names: dict[str, str], currency: str, as_of: Any, policy: Policy, segment: Any
) -> Ledger:
    """Makes `book` the ledger of one row an account and month."""
    picked = _input.columns(table, names)
    until = None if as_of is None else day_of(as_of, "as_of")
    places = exponent(currency)

    def build(rules: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_snapshots(
            **picked, exponent=places, as_of=until, names=list(names.values()), lapse_grace=rules.lapse_grace
        )

    book._asked = dict(names)
    book._labels = Labels(table, segment, account=names["account"], since=names["month"], months=True)
    book._start(build, _unused, policy, currency)
    return book


def snapshot_periods(table: Any, names: dict[str, str | None]) -> tuple[list[str], dict[str, Column]]:
    """Snapshots as periods of one month each."""
    picked = _input.columns(table, names)
    start, end = _core.revenue.month_spans(picked["month"], str(names["month"]))
    shown = [str(names[role]) for role in ("account", "month", "month", "mrr")]
    return shown, {"account": picked["account"], "start": start, "end": end, "mrr": picked["mrr"]}


def from_changes(
    book: Ledger,
    table: Any,
    names: dict[str, str | None],
    same_day: str,
    currency: str,
    as_of: Any,
    policy: Policy,
    segment: Any,
) -> Ledger:
    """Makes `book` the ledger of a log of changes."""
    if (names["mrr_after"] is None) == (names["change"] is None):
        raise SchemaError("name the column of levels with mrr_after=, or that of differences with change=, one of the two")
    amount = "level" if names["change"] is None else "delta"
    roles = {
        "account": names["account"],
        "when": names["when"],
        "amount": names["mrr_after"] or names["change"],
        "subscription": names["subscription"],
    }
    picked = _input.columns(table, roles)
    until = None if as_of is None else day_of(as_of, "as_of")
    places, shown = exponent(currency), [name for name in roles.values() if name is not None]
    days, minutes = _core.revenue.moments(picked["when"], str(names["when"]))
    if minutes is not None:
        table = {**_input.frame(table), str(names["when"]): days}

    def build(rules: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_changes(
            picked["account"],
            days,
            picked["amount"],
            picked.get("subscription"),
            minutes,
            amount_is=amount,
            same_day=same_day,
            exponent=places,
            as_of=until,
            names=shown,
            lapse_grace=rules.lapse_grace,
            grouping_minutes=rules.grouping_minutes,
        )

    def unused(rules: Policy) -> list[str]:
        return [name for name in _unused(rules) if minutes is None or name != "grouping_minutes"]

    book._asked, book._of_prices = {"account": names["account"]}, True
    book._labels = Labels(table, segment, account=str(names["account"]), since=str(names["when"]))
    book._start(build, unused, policy, currency)
    return book


def mergers(core: _core.revenue.Ledger, columns: dict[str, Column]) -> list[tuple[Any, Any, Any]]:
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
            raise _broken(row, repr(account), "with days each merger names the account that stays, not one merged itself")
        found.append((account, end, days[row]))
    return found


def _broken(row: int, value: str, rule: str) -> DataError:
    return DataError(f'column "account", row {row}, value {value}: {rule}', "account", row, value, rule)


class OtherInputs:
    """Ledgers of other rows than periods."""

    @classmethod
    def from_snapshots(
        cls,
        table: Any,
        *,
        account: str = "account_id",
        month: str = "month",
        mrr: str = "mrr_minor",
        currency: str = "USD",
        as_of: Any = None,
        policy: Policy | None = None,
        segment: str | Sequence[str] | None = None,
    ) -> Ledger:
        """A ledger of month snapshots: one row an account and month, "2024-01" or any date of it.

        A month without a row is one without MRR. `as_of` is the first day that is not known, by default that of the month
        after the latest: an account of the last month is still a customer.
        """
        names = {"account": account, "month": month, "mrr": mrr}
        book = cast("Ledger", cls.__new__(cls))
        return from_snapshots(book, table, names, currency, as_of, policy or usual_policy(), segment)

    @classmethod
    def from_changes(
        cls,
        table: Any,
        *,
        account: str = "account_id",
        when: str = "date",
        mrr_after: str | None = None,
        change: str | None = None,
        subscription: str | None = None,
        same_day: str = "usual",
        currency: str = "USD",
        as_of: Any = None,
        policy: Policy | None = None,
        segment: str | Sequence[str] | None = None,
    ) -> Ledger:
        """A ledger of change events: from the day on an account pays `mrr_after`, or `change` more than before.

        Name one of the two columns. With `subscription`, each has its own levels, and those of an account add up. Several
        changes on one day: the "last" row counts, their "sum", or "refuse"; "usual" is last for levels, sum for changes.
        `when` holds dates, or moments without a time zone ("2024-01-05 23:50"): then the time decides which change is the
        last, and the policy's `grouping_minutes` moves changes that follow each other closely to the day of the first.
        """
        names = {"account": account, "when": when, "mrr_after": mrr_after, "change": change, "subscription": subscription}
        book = cast("Ledger", cls.__new__(cls))
        return from_changes(book, table, names, same_day, currency, as_of, policy or usual_policy(), segment)

    @classmethod
    def from_invoices(
        cls,
        table: Any,
        *,
        account: str = "account_id",
        service_start: str = "service_start",
        service_end: str = "service_end",
        amount: str = "amount_minor",
        currency: str = "USD",
        as_of: Any = None,
        policy: Policy | None = None,
        segment: str | Sequence[str] | None = None,
        shard: tuple[int, int] | None = None,
        **columns: str,
    ) -> Ledger:
        """A ledger of lines of invoices: each counts for the days [service_start, service_end) that it bills.

        Its MRR is the amount over the months of that period. Further columns by role: kind ("recurring", "one_off", "usage",
        "refund"; missing: a refund where the amount is negative), subscription, discount_minor, discount_term, tax_minor,
        full_start and full_end (the whole period of which a prorated line bills a part), ended_on, cancelled_on,
        billing_ended_on, unpaid_since, paid_again_on.
        """
        names = {"account": account, "service_start": service_start, "service_end": service_end, "amount": amount, **columns}
        lines = Invoices(table, names, exponent(currency), None if as_of is None else day_of(as_of, "as_of"))
        book = cast("Ledger", cls.__new__(cls))
        book._asked, book._of_prices, book._shard = {"account": account}, True, shard
        book._labels = Labels(table, segment, account=account, since=service_start, subscription=columns.get("subscription"))
        book._start(lines.build, lines.not_applied, policy or usual_policy(), currency)
        return book


class Corrections:
    """Accounts that turn out to be others than they seemed."""

    _core: CoreLedger
    _asked: dict[str, str | None]
    _labels: Labels
    currency: str

    def _correct(self, edit: Callable[[CoreLedger], None]) -> None:
        raise NotImplementedError

    def _require_correctable(self) -> None:
        raise NotImplementedError

    def merge(self, account: Any, into: Any, *, since: Any = None) -> None:
        """Two accounts turn out to be one customer: `into` pays what both paid, also in the past; `account` is empty.

        With `since` only from that day on: history before it stays, and on the day `account` leaves and `into` grows.
        """
        when = None if since is None else day_of(since, "since")
        self._correct(lambda core: core.merge(account, into, when))
        if when is None:
            self._labels.move(account, into)

    def merge_all(self, table: Any, *, account: str = "account", into: str = "into", since: str | None = None) -> int:
        """Every merger of a table, in any order: chains (a into b, b into c) end where they lead. Returns how many.

        An account merged twice, with itself or in a circle, or not in the ledger, is an error before anything changes.
        """
        found = mergers(self._core, _input.columns(table, {"account": account, "into": into, "since": since}))
        for one, other, when in found:
            self.merge(one, other, since=when)
        return len(found)

    def split(self, table: Any, into: Any, *, since: Any = None) -> None:
        """Rows of the ledger, with its columns, turn out to be those of the account `into`, known or new; also in the past.

        With `since` from that day on only: the rows are cut there. When a row was not in the ledger, nothing has changed.
        """
        names, picked = self._rows(table)
        when = None if since is None else day_of(since, "since")
        labels = self._labels.read(table, names)
        places = exponent(self.currency)
        self._correct(lambda core: core.split(**picked, exponent=places, names=names, into=into, since=when))
        self._labels.split(labels, into, when)

    def _rows(self, table: Any) -> tuple[list[str], dict[str, Column]]:
        """Names and columns of the four roles of a table like the one that the ledger was made of."""
        self._require_correctable()
        if "month" in self._asked:
            return snapshot_periods(table, self._asked)
        from sojourn.revenue._ledger import _pick

        names, picked = _pick(table, self._asked)
        return [names[role] for role in self._asked], picked
