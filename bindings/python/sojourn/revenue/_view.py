"""How the facts of a ledger are read: the book, its source and a view make the compiled ledger."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sojourn import _core
from sojourn._frames.as_of import day_after_latest, default_as_of
from sojourn._frames.money import unit_read
from sojourn._frames.periods import date_of, day_of
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger, Terms
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source

NOW = day_of("2199-12-31", "now")
VALUED_ONCE = ("service_start", "purchase")


@dataclass(frozen=True, kw_only=True)
class View:
    """Whose facts are read, as of which day, as known on which day."""

    as_of: int | None = None
    """The first day that is not known, in days since 1970; None until the default is found."""
    as_of_default: str = ""
    """Why it is that day, where the default holds."""
    known_on: int | None = None
    """None: what is believed now."""
    unit: str = "account"
    where: Mapping[str, list[str]] = field(default_factory=dict)
    split_by: str | None = None
    shard: tuple[int, int] | None = None
    """The shard that the table was declared to be."""
    parts: tuple[tuple[int, int, str], ...] = ()
    """Part i of n of the accounts, one cut after another, and the unit of the customers that were cut."""


@dataclass(eq=False)
class BookOfLedger:
    """The facts of a ledger, corrections included, and the source that they come from."""

    source: Source
    book: _core.revenue.Book
    habits: dict[str, int] = field(default_factory=dict)
    """How many rows of the source repeat an earlier one, where there are any."""

    @classmethod
    def made_of(cls, source: Source) -> BookOfLedger:
        """The facts of the source's own table."""
        book = _core.revenue.Book(source.kind)
        assert source.first is not None
        book.apply(source.first)
        return cls(source, book)

    def copy(self) -> BookOfLedger:
        """The same facts, to be corrected apart from these."""
        return BookOfLedger(self.source, copy.copy(self.book), self.habits)

    def read(self, policy: Policy, view: View) -> tuple[_core.revenue.Reading, View]:
        """The book under a policy and a view; where the view names no `as_of`, the default holds and says why."""
        rules = self.source.common.effective_policy(policy)
        for _, _, unit in view.parts:
            if rules.unit != unit:
                raise SchemaError("a part of a ledger holds customers of one unit; change the unit of the whole")
        if view.as_of is None and rules.fx in VALUED_ONCE and self.source.common.in_currencies:
            # Before it is read, because no rate is needed for days that are not known.
            as_of, reason = default_as_of(day_after_latest(*self.source.days()))
            view = replace(view, as_of=as_of, as_of_default=reason)
        reading = self._read(rules, view)
        if view.as_of is None:
            as_of, reason = default_as_of(reading.ledger.known_until)
            view = replace(view, as_of=as_of, as_of_default=reason)
            if as_of != reading.ledger.known_until:
                reading = self._read(rules, view)
        reading.ledger.declare(view.shard)
        for index, count, _ in view.parts:
            reading = reading.part(index, count)
        return reading, view

    def _read(self, rules: Policy, view: View) -> _core.revenue.Reading:
        common = self.source.common
        return self.book.read(
            policy=rules.core,
            as_of=view.as_of,
            known_on=view.known_on,
            unit=view.unit,
            where={name: list(words) for name, words in view.where.items()},
            split_by=view.split_by,
            rates=None if common.read_rates is None or view.split_by == "currency" else common.read_rates.of(self.book),
            **self.source.reading,
        )

    def core_ledger(
        self, reading: _core.revenue.Reading, policy: Policy, view: View, options: dict[str, Any] | None = None
    ) -> CoreLedger:
        """What readers take of a reading; `options` are those of this reading where they are known."""
        rules = self.source.common.effective_policy(policy)
        terms = self._terms(reading) if self.source.has_terms and not view.parts else None
        shown = self.options(reading, policy, view) if options is None else options
        return CoreLedger(reading.ledger, rules, self.source.shown_in, shown, terms)

    def options(self, reading: _core.revenue.Reading, policy: Policy, view: View) -> dict[str, Any]:
        """What every result of a reading assumes."""
        source = self.source
        rules = source.common.effective_policy(policy)
        unused = [*source.not_applied(rules), *source.found.not_applied]
        known = {"known_on": "now" if view.known_on is None else str(date_of(view.known_on))}
        return {
            **rules.describe(),
            **({"not_applied": ", ".join(unused)} if unused else {}),
            "currency": source.shown_in,
            "amounts": unit_read(source.common.amounts),
            "as_of": str(date_of(reading.ledger.known_until)),
            **source.found.describe(),
            **({"as_of_default": view.as_of_default} if view.as_of_default else {}),
            **({"ends": source.common.ends} if source.common.ends != "exclusive" else {}),
            **(known if self.book.has_knowledge else {}),
            **({"fx": rules.fx} if source.common.in_currencies else {}),
            **({"unit": view.unit} if view.unit != "account" else {}),
            **({"where": _spelled(view.where)} if view.where else {}),
        }

    def _terms(self, reading: _core.revenue.Reading) -> Terms:
        return lambda first, end, lost: self.book.available_to_renew(reading, first, end, lost)

    def counts(self, reading: _core.revenue.Reading, view: View) -> dict[str, int]:
        """Rows, and those without effect by reason; also those that were not known on the day."""
        counts = dict(self.book.counts(reading))
        if self.book.has_knowledge:
            found = self.book.known(NOW if view.known_on is None else view.known_on)
            counts |= {name: found[name] for name in ("not_yet_known", "taken_back", "never_known") if found[name]}
        return {**counts, **self.habits}


def _spelled(where: Mapping[str, list[str]]) -> str:
    return "; ".join(f"{name}: {', '.join(where[name])}" for name in sorted(where))
