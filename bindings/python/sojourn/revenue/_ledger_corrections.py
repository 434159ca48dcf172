"""Corrections of a ledger: rows added and taken back, mergers, splits, parents and segments."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.revenue import Reading
from sojourn._frames.columns import columns as columns_of
from sojourn._frames.periods import day_or_none
from sojourn.revenue._labels import AddedLabels
from sojourn.revenue._ledger_tables import LedgerTables
from sojourn.revenue._parents import parent_rows


class CorrectedLedger(LedgerTables):
    """What is corrected in place: a correction that is refused changes nothing."""

    def apply(self, table: Any, *, source: str | None = None) -> None:
        """Adds rows with the same columns as the first table: afterwards this is the ledger of the old and the new rows.

        With `source` rows like those of the table of usage with that name (`with_usage`). A back-dated row restates history;
        `as_of` stays. If a row is bad, nothing changes. The cost grows with the new rows and the facts of their accounts,
        not with the ledger. Other threads may read the ledger meanwhile: each call sees all of the correction or nothing of
        it.
        """
        facts = self._facts.facts(table, source)
        self._correct(lambda book, follow: book.apply(facts, follow))

    def retract(self, table: Any, *, taken_back_on: Any = None, source: str | None = None) -> None:
        """Takes rows out again, the inverse of `apply`: to correct a row, retract the wrong one and apply the right one.

        A row of the table takes out one row that equals it in every column; one that is not there is an error, and then
        nothing changes. With `taken_back_on` the rows stay as what was believed until that day: `as_known_on` still finds
        them. `source` as in `apply`.
        """
        facts = self._facts.facts(table, source)
        when = day_or_none(taken_back_on, "taken_back_on")
        self._correct(lambda book, follow: book.retract(facts, when, follow))

    def merge(self, account: Any, into: Any, *, since: Any = None, known_from: Any = None) -> None:
        """Two accounts turn out to be one customer: `into` pays what both paid, also in the past; `account` holds nothing.

        With `since` only from that day on: history before it stays, and on that day `account` churns and `into` expands, or,
        in movements with `unit="account"`, what it pays is transferred.
        `known_from` is the day on which it was learned; before it `as_known_on` sees two accounts.
        """
        when, known = day_or_none(since, "since"), day_or_none(known_from, "known_from")

        def edit(book: _core.revenue.Book, follow: list[Reading]) -> list[tuple[Any, Any]]:
            book.merge(account, into, when, known, follow)
            return [(account, into)] if when is None else []

        self._correct(edit)

    def merge_all(self, table: Any, *, account: str = "account", into: str = "into", since: str | None = None) -> int:
        """Every merger in a table, in any order: a chain (a into b, b into c) ends in its last account. Returns how many.

        An account that is merged twice, into itself or in a circle, or is not in the ledger, is an error; then nothing
        changes: all of them, or none.
        """
        found = columns_of(table, {"account": account, "into": into, "since": since})
        keys = found["account"].to_list(), found["into"].to_list()
        days = found["since"].to_list() if "since" in found else [None] * len(keys[0])
        rows = list(zip(*keys, (day_or_none(day, "since") for day in days), strict=True))
        self._correct(lambda book, follow: book.merge_all(rows, follow))
        return len(rows)

    def split(self, table: Any, into: Any, *, since: Any = None, source: str | None = None) -> None:
        """Rows of the ledger turn out to belong to the account `into`, a known or a new one; also in the past.

        The table has the columns of the first one. With `since` only from that day on: the rows are cut there. If one of the
        rows is not in the ledger, nothing changes. `source` as in `apply`.
        """
        facts, when = self._facts.facts(table, source), day_or_none(since, "since")
        self._correct(lambda book, follow: book.split(facts, into, when, follow))

    def set_parent(self, account: Any, parent: Any, *, since: Any = None, known_from: Any = None) -> None:
        """The account belongs to `parent` from `since` on, by default always; unit="parent" reads parents.

        It takes the place of the parent that rows name. On `since` the account's MRR is transferred from the one parent to
        the other (see `movements`). `known_from` is the day on which it was learned; earlier days of `as_known_on` do not
        see it.
        """
        self._set_parents([(account, parent, day_or_none(since, "since"), day_or_none(known_from, "known_from"))])

    def set_parents(
        self,
        table: Any,
        *,
        account: str = "account",
        parent: str = "parent",
        since: str | None = None,
        known_from: str | None = None,
    ) -> int:
        """Every row of a table of accounts and their parents, as `set_parent`; all of them or none. Returns how many.

        `since` and `known_from` name columns of days, by default those of these names where there are such; a missing day
        says always. The same as `parent=table` of a constructor.
        """
        rows = parent_rows(self._accounts, table, account=account, parent=parent, since=since, known_from=known_from)
        self._set_parents(rows)
        return len(rows)

    def add_segment(
        self, name: str, table: Any, *, account: str | None = None, label: str | None = None, since: str | None = None
    ) -> None:
        """Adds a segment from a table of accounts, for `by_segment(name)`.

        `label` names the column of labels (by default it bears the segment's name, in any spelling, or a usual name of it),
        `since` that of the day from which a label holds.
        """
        added = AddedLabels.of_table(name, table, account=account, label=label, since=since)
        self._add_labels(name, added)
