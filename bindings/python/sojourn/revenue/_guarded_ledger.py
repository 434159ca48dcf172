"""What a ledger is made of, behind a lock: readers see all of a correction or nothing of it."""

from __future__ import annotations

import copy
import datetime
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.revenue import CohortState, LabelRows, Reading
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._labels import AddedLabels
from sojourn.revenue._ledger_bytes import HeldLedger
from sojourn.revenue._parents import ParentRow, parent_rows
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source
from sojourn.revenue._units import TRANSFERS, units_of
from sojourn.revenue._usage import USAGE_AMOUNTS
from sojourn.revenue._view import View


class GuardedLedger:
    """Facts, policy, view, labels and what was read from them. Only this module sets these fields."""

    def _hold(self, held: HeldLedger) -> None:
        self._guard = threading.Lock()
        self._facts, self._asked, self._view, self._labels, self._reading = held
        self._read_options()
        self._corrections = 0
        self._other_unit: tuple[Reading, View] | None = None
        self._read_with_causes: Reading | None = None

    def _read_options(self) -> None:
        self._options = self._facts.options(self._reading, self._asked, self._view)

    @classmethod
    def _of(cls, held: HeldLedger) -> Self:
        made = cls.__new__(cls)
        made._hold(held)
        return made

    def _standing(self) -> HeldLedger:
        """All of the ledger as it stands now: what another thread corrects from now on does not reach it."""
        with self._guard:
            return self._unguarded()

    def _unguarded(self) -> HeldLedger:
        return HeldLedger(self._facts.copy(), self._asked, self._view, self._labels, copy.copy(self._reading))

    def _at_once(self) -> Self:
        """The ledger as it stands now, for questions of several steps."""
        with self._guard:
            now, other, causes = self._unguarded(), self._other_unit, self._read_with_causes
        made = self._of(now)
        made._other_unit, made._read_with_causes = other, causes
        return made

    def _under(self, policy: Policy, view: View) -> Self:
        """The same facts read anew; corrections of one ledger do not reach the other."""
        now = self._standing()
        reading, view = now.facts.read(policy, view)
        return self._of(HeldLedger(now.facts, policy, view, now.labels.anew(), reading))

    def _correct(self, edit: Callable[[_core.revenue.Book, list[Reading]], Sequence[tuple[Any, Any]] | None]) -> None:
        """`edit` gives back the accounts that are one with another from now on, and that other."""
        with self._guard:
            moved = edit(self._facts.book, [self._reading])
            self._corrections, self._read_with_causes, self._other_unit = self._corrections + 1, None, None
            for account, into in moved or ():
                self._labels = self._labels.with_move(account, into)
            if not moved and not self._labels.unread:
                self._labels = self._labels.anew()

    def _set_parents(self, rows: Sequence[ParentRow]) -> None:
        self._correct(lambda book, follow: book.set_parents(rows, follow))
        if any(row[3] is not None for row in rows):  # now it is known since when something is known
            self._read_options()

    def _set_given_parents(self, source: Source) -> None:
        """The parents of a table that a constructor was given with the rows of a source."""
        if source.common.parents is None:
            return
        self._set_parents(parent_rows(self._accounts, source.common.parents, dates=source.common.dates))
        source.common = replace(source.common, parents=None)  # the book has them

    @property
    def _accounts(self) -> _core.revenue.Ledger | None:
        """The compiled ledger, where its customers are accounts."""
        return self._ledger.compiled if self.policy.unit == "account" else None

    def _add_labels(self, name: str, added: AddedLabels) -> None:
        with self._guard:
            self._labels = self._labels.with_added(name, added)

    @property
    def _ledger(self) -> CoreLedger:
        """What is read, as it stands now."""
        return self._core_ledger()

    def _core_ledger(self, policy: Policy | None = None) -> CoreLedger:
        """What readers take, under the ledger's own policy or another one."""
        now = self._standing()
        if policy is None:
            return now.facts.core_ledger(now.reading, now.policy, now.view, self._options)
        reading, view = now.facts.read(policy, now.view)
        return now.facts.core_ledger(reading, policy, view)

    @property
    def policy(self) -> Policy:
        """The rules that its numbers follow."""
        return self._ledger.policy

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self._ledger.currency

    @property
    def as_of(self) -> datetime.date:
        """The first day that is not known."""
        return self._ledger.as_of

    @property
    def accounts(self) -> int:
        """Accounts that occur in the rows."""
        return self._ledger.compiled.accounts

    @property
    def options(self) -> dict[str, Any]:
        """What every result of this ledger assumes."""
        return dict(self._ledger.options)

    @property
    def _unit(self) -> str:
        """Whose movements they are by default."""
        return self._view.unit

    def _of_unit(self, unit: str | None, opening: Callable[[], int] | None = None) -> CoreLedger:
        """What readers take of accounts or parents, by default as the view has it.

        Where accounts change parents, those who own them on the day `opening` own them throughout.
        """
        now, reading, view = self._reading_of(self._view.unit if unit is None else unit)
        if opening is not None and view.unit == "parent" and now.facts.book.owners_change(reading):
            reading, view = now.facts.read(now.policy, replace(view, owners_on=opening()))
        return now.facts.core_ledger(reading, now.policy, view, self._options if view is now.view else None)

    def _reading_of(self, unit: str) -> tuple[HeldLedger, Reading, View]:
        """The facts by account or by parent; the other unit than that of the view is read once between corrections."""
        with self._guard:
            now, other, corrections = self._unguarded(), self._other_unit, self._corrections
        if units_of(unit, unit) == (now.view.unit,):
            return now, now.reading, now.view
        if now.view.parts:
            raise SchemaError("a part of a ledger holds customers of one unit; change the unit of the whole")
        if other is None:
            other = now.facts.read(now.policy, replace(now.view, unit=unit))
            with self._guard:
                if corrections == self._corrections:
                    self._other_unit = other
        return now, *other

    @property
    def owners_change(self) -> bool:
        """Whether parents are the customers (`with_view(unit="parent")`) and accounts go from one to another."""
        now = self._standing()
        return now.view.unit == "parent" and now.facts.book.owners_change(now.reading)

    def _with_one_owner(self, what: str) -> CoreLedger:
        """What readers take; refuses what would call an account that goes to another parent lost, or new."""
        if self.owners_change:
            raise SchemaError(
                f"{what} of parents: accounts go from one parent to another, which is neither churn nor new business, and "
                f"{what} would show it as both; name the day whose owners hold throughout, "
                'with_view(unit="parent", owners_on="2024-12-31"), or ask by account'
            )
        return self._ledger

    def _require_no_transfers(self, what: str, periods: tuple[int, int, int]) -> None:
        """Refuses `what` where accounts change parents in one of the periods."""
        if not self.owners_change:
            return
        found = self._units(("parent",), *periods, False)["parent"]
        counts = zip(*(found[name].to_list() for name in TRANSFERS), strict=True)
        moved = [period for period, some in zip(found["period"].to_list(), counts, strict=True) if any(some)]
        if moved:
            raise SchemaError(
                f"{what}: accounts change parents in {', '.join(moved)}, which it would show as churn and new business; "
                'ask movements(split_by="parent"), which has transfers, or name the day whose owners hold throughout, '
                'with_view(unit="parent", owners_on="2024-12-31")'
            )

    def _shows_transfers(self) -> bool:
        """Whether movements have the columns of transfers without being asked."""
        now = self._standing()
        if now.view.unit != "parent":
            return False
        return not now.reading.ledger.in_currencies or now.facts.book.owners_change(now.reading)

    def _splits_by_parent(self) -> bool:
        """Whether "parent" is no label of the rows, so that it names the parents."""
        return "parent" not in self._facts.source.common.labels

    def _units(
        self, units: Sequence[str], first: int, months_each: int, count: int, each: bool
    ) -> dict[str, dict[str, Any]]:
        """The movements of the periods of a grid by unit, with transfers."""
        now, reading, _ = self._reading_of("parent" if "parent" in units else "account")
        return now.facts.book.movements_of_units(reading, first, months_each, count, len(units) > 1, each)

    def _explained(self, account: Any, first: int, end: int) -> dict[str, Any]:
        """The changes of a parent in the days [first, end), with transfers."""
        now = self._standing()
        return now.facts.book.explain_customer(now.reading, account, first, end)

    def _standing_with_causes(self) -> HeldLedger:
        """As `_standing`, read with the causes that facts say; that reading is kept until a correction."""
        with self._guard:
            now, kept, corrections = self._unguarded(), self._read_with_causes, self._corrections
        reading = _core.revenue.with_causes(now.facts.book, now.reading) if kept is None else kept
        with self._guard:
            if corrections == self._corrections:
                self._read_with_causes = reading
        return now._replace(reading=reading)

    def _causes(self, first: int, months_each: int, count: int) -> dict[str, Column]:
        """The movements of the periods of a grid by cause."""
        now = self._standing_with_causes()
        return _core.revenue.movements_by_cause(now.facts.book, now.reading, first, months_each, count, self.policy.core)

    def _with_causes_of_opening(self, first: int) -> HeldLedger:
        """Read with the causes that facts say; where accounts change parents, by their owners on the day before `first`."""
        now = self._standing_with_causes()
        if now.view.unit == "parent" and now.facts.book.owners_change(now.reading):
            reading, _ = now.facts.read(now.policy, replace(now.view, owners_on=first - 1))
            now = now._replace(reading=_core.revenue.with_causes(now.facts.book, reading))
        return now

    def _churn_of_cause(
        self, metric: str, cause: str, first: int, end: int, level: float, method: str, accounts: Any = None
    ) -> Estimate:
        """What one cause took of logo or gross MRR churn in the days [first, end), of all customers or of some."""
        now, rules = self._with_causes_of_opening(first), self.policy.core
        book = now.facts.book
        return _core.revenue.churn_of_cause(book, now.reading, metric, cause, first, end, rules, level, method, accounts)

    def _behind_cause(self, cell: str, cause: str, first: int, end: int, top: int | None) -> dict[str, Any]:
        """Who left, or pays less, for one cause in the days [first, end)."""
        now, rules = self._with_causes_of_opening(first), self.policy.core
        return _core.revenue.contributors_of_cause(now.facts.book, now.reading, cell, cause, first, end, rules, top)

    def _leavers(self, cause: str, first: int, months_each: int, count: int) -> CohortState:
        """Who had left for a cause, by cohort and age."""
        now = self._standing_with_causes()
        return _core.revenue.leavers(now.facts.book, now.reading, cause, first, months_each, count, self.policy.core)

    def _lives(self, cause: str | bool) -> dict[str, Any]:
        """The tenure of each account and why it left; `cause` is True or a word that this book knows."""
        now = self._standing_with_causes()
        if isinstance(cause, str):
            now.facts.book.require_cause(cause)
        return now.facts.book.lifetimes(now.reading)

    def _lanes(self, split_by: str, first: int, months_each: int, count: int) -> dict[str, Any]:
        """The movements of the periods of a grid by label or currency."""
        now = self._standing()
        reading, _ = now.facts.read(now.policy, replace(now.view, split_by=split_by))
        return now.facts.book.movements_by_lane(reading, first, months_each, count, self.policy.core)

    def _usage(self, first: int, months_each: int, count: int) -> dict[str, Column]:
        """The amounts of usage of the periods of a grid."""
        now = self._standing()
        if not now.facts.book.has_usage:
            return {}
        found = _core.revenue.usage_movements(now.facts.book, now.reading, first, months_each, count)
        return {name: found["columns"][name] for name in USAGE_AMOUNTS}

    def _usage_of_units(self, first: int, months_each: int, count: int, each: bool) -> dict[str, list[Any]]:
        """The periods of a grid and their amounts of usage, of all parents or of each."""
        now, reading, _ = self._reading_of("parent" if each else self._view.unit)
        if not now.facts.book.has_usage:
            return {}
        if each:
            found = _core.revenue.usage_of_customers(now.facts.book, reading, first, months_each, count)
            owners = {"account": list(found["account"])}
        else:
            found, owners = _core.revenue.usage_movements(now.facts.book, reading, first, months_each, count)["columns"], {}
        return {name: found[name].to_list() for name in ("period", *USAGE_AMOUNTS)} | owners

    def _segment(self, name: str) -> tuple[CoreLedger, LabelRows]:
        """What is read, and what is known about the segment `name` of its customers."""
        now = self._standing()
        ledger = now.facts.core_ledger(now.reading, now.policy, now.view, self._options)
        return ledger, now.labels.rows(name, now.facts.book, now.reading)
