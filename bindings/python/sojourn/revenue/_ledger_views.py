"""Ledgers that are made of a ledger: other policies and views, further usage, what was known, parts, copies and bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from sojourn._frames.periods import day_of
from sojourn.errors import SchemaError
from sojourn.revenue._ledger_bytes import HeldLedger, ledger_bytes, ledger_from_bytes
from sojourn.revenue._policy import Policy
from sojourn.revenue._readings import Readings
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.row_habits import ends_and_column
from sojourn.revenue._sources.usage import Usage


class LedgerViews(Readings):
    """Each shares the facts with the ledger that it is made of; corrections of one do not reach the other."""

    def with_policy(self, policy: Policy) -> Self:
        """The same facts, corrections included, under another policy."""
        return self._under(policy, self._view)

    def with_view(
        self,
        *,
        policy: Policy | None = None,
        as_of: Any = None,
        known_on: Any = None,
        unit: str | None = None,
        owners_on: Any = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Self:
        """The same facts under another view; what is not named stays.

        `known_on`: rows as they were known at the end of that day. `unit`: "account", or "parent" for the parents of
        `parent=` and `set_parent`: `movements` then has transfers between parents, and rates take the owners of their
        opening. What knows no transfers (`cohorts`, `survival`, `tenure`, `ltv`, `compare`, segments; `contributors`,
        `explain` and causes of a period in which accounts change parents) is refused. `owners_on`: who owns an account on
        that day (after mergers, splits and parents) owns it on all days; nothing is transferred then, and all of it answers.
        `where`: only rows with these labels, as `where={"region": ["EU", "UK"]}`.
        """
        view = self._view
        if as_of is not None:
            view = replace(view, as_of=day_of(as_of, "as_of"), as_of_default="")
        if known_on is not None:
            self._require_knowledge()
            view = replace(view, known_on=day_of(known_on, "known_on"))
        if unit is not None:
            view = replace(view, unit=unit)
        if owners_on is not None:
            view = replace(view, owners_on=day_of(owners_on, "owners_on"))
        if where is not None:
            words = {name: [some] if isinstance(some, str) else sorted(set(some)) for name, some in where.items()}
            view = replace(view, where=words)
        return self._under(policy or self._asked, view)

    def with_usage(
        self,
        table: Any,
        *,
        name: str = "usage",
        account: str | None = None,
        start: str | None = None,
        month: str | None = None,
        amount: str | None = None,
        kind: str | None = None,
        end: str | None = None,
        subscription: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        timezone: Any = None,
        date_format: str | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: Any = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
    ) -> Self:
        """The same facts and those of a table of usage beside them: a base subscription, and usage on top.

        Columns are those of `from_usage`. `apply(rows, source=name)` and its siblings correct these rows; a second table
        needs a name of its own. `currency` is the ledger's, or names a column of
        codes where the ledger has rates. An `as_of` that was stated stays; the default one is found again, so that new usage
        counts.
        """
        ends, end = ends_and_column(ends, end)
        own = self._facts.source.common
        currency = currency or (None if own.in_currencies else self.currency)
        of_ledger = {"policy": self._asked, "rates": own.rates, "report_in": own.report_in, "fx": own.fx}
        common = Common.of_call({**locals(), **of_ledger, "read_rates": own.read_rates})
        rows = Usage(
            table,
            account=account,
            start=start,
            month=month,
            amount=amount,
            kind=kind,
            end=end,
            subscription=subscription,
            common=common,
        )
        if rows.shown_in != self.currency:
            raise SchemaError(
                f"the usage is in {rows.shown_in}, and the ledger in {self.currency}: amounts of several currencies are "
                "never added; make the ledger with currency=, rates= and report_in="
            )
        now = self._standing()
        view = replace(now.view, as_of=None, as_of_default="") if now.view.as_of_default else now.view
        facts = now.facts.with_usage(name, rows)
        reading, view = facts.read(now.policy, view)
        rows.first = None  # the book has them
        made = self._of(HeldLedger(facts, now.policy, view, now.labels.with_rows(common.labels), reading))
        made._set_given_parents(rows)
        return made

    def as_known_on(self, when: Any, *, as_of: Any = None) -> Self:
        """The ledger as it was known at the end of a day: only rows that were recorded by then and not yet withdrawn.

        `when` selects rows; `as_of` cuts time. By default `as_of` is the day after `when`, or this ledger's `as_of` if that
        is earlier, so that nothing counts that still lay ahead on that day.
        """
        self._require_knowledge()
        known_on = day_of(when, "when")
        until = min(self._ledger.known_until, known_on + 1) if as_of is None else day_of(as_of, "as_of")
        return self._under(self._asked, replace(self._view, known_on=known_on, as_of=until, as_of_default=""))

    def _require_knowledge(self) -> None:
        if not self._standing().facts.book.has_knowledge:
            raise SchemaError("this ledger does not know when its rows were recorded; name that column with known_from=")

    def partition(self, n: int) -> list[Self]:
        """`n` ledgers that share no account and together hold every account, cut by a hash of the account's key.

        Their states add up to the state of the whole, and refuse to be added twice.
        """
        if n < 1:
            raise SchemaError(f"a ledger is cut into 1 part or more, not {n}")
        now, unit = self._standing(), self.policy.unit
        return [
            self._of(
                HeldLedger(
                    now.facts.copy(),
                    now.policy,
                    replace(now.view, parts=(*now.view.parts, (index, n, unit))),
                    now.labels.anew(),
                    now.reading.part(index, n),
                )
            )
            for index in range(n)
        ]

    def snapshot(self) -> Self:
        """A frozen copy: later corrections of this ledger do not reach it. Takes microseconds and shares memory."""
        now = self._standing()
        return self._of(now._replace(labels=now.labels.anew()))

    def to_bytes(self) -> bytes:
        """Facts, keys, labels, corrections and the view, as canonical bytes: equal ledgers have equal bytes.

        The order in which rows came and the corrections that led to them have no influence. Bytes of another version of the
        library that knows other columns are refused, so they are no archive: keep the rows for that.
        """
        return ledger_bytes(self._standing())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The ledger behind `to_bytes()`: equal to it, with the same numbers and the same corrections before it.

        Damaged or made-up bytes are a `StateError`; memory grows with `data` and with nothing else.
        """
        return cls._of(ledger_from_bytes(bytes(data)))

    def __reduce__(self) -> tuple[Callable[[bytes], Self], tuple[bytes]]:
        return type(self).from_bytes, (self.to_bytes(),)

    def __copy__(self) -> Self:
        return self.snapshot()

    def __deepcopy__(self, _: object) -> Self:
        return self.snapshot()

    def __eq__(self, other: object) -> bool:
        """Whether everything that `to_bytes` holds is equal."""
        if not isinstance(other, LedgerViews):
            return NotImplemented
        return self is other or self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # corrections change it

    __hash__ = None  # type: ignore[assignment]  # corrections change it
