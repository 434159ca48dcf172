"""How the facts of a ledger are read: the book, its source and a view make the compiled ledger."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.as_of import day_after_latest, default_as_of
from sojourn._frames.money import unit_read
from sojourn._frames.periods import date_of, day_of
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger, Terms
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source
from sojourn.revenue._sources.usage import Usage

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
    owners_on: int | None = None
    """Who owns an account on that day owns it on all days; None: on each day its owner of that day."""
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
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """Tables of usage beside it, by the names that corrections call them."""

    @classmethod
    def made_of(cls, source: Source) -> BookOfLedger:
        """The facts of the source's own table."""
        book = _core.revenue.Book(source.kind)
        assert source.first is not None
        book.apply_first(source.first, source.periods)
        return cls(source, book)

    def copy(self) -> BookOfLedger:
        """The same facts, to be corrected apart from these."""
        return BookOfLedger(self.source, copy.copy(self.book), self.habits, self.usage)

    def with_usage(self, name: str, usage: Usage) -> BookOfLedger:
        """These facts and those of a table of usage."""
        if name in self.usage or (name == self.source.kind and name != usage.kind):
            raise SchemaError(f'the ledger holds rows called "{name}" already; give these another name=, or apply them')
        assert usage.first is not None
        made = self.copy()
        made.book.apply_first(usage.first, usage.periods)
        counts = usage.habits()
        made.habits = {key: self.habits.get(key, 0) + counts.get(key, 0) for key in (*self.habits, *counts)}
        made.usage = {**self.usage, name: usage}
        return made

    def facts(self, table: Any, source: str | None) -> _core.revenue.Facts:
        """The rows of a correction: of the ledger's own source, or of the table of usage with that name."""
        if source is None:
            return self.source.facts(table)
        known: dict[str, Source] = {self.source.kind: self.source, **self.usage}
        if source not in known:
            raise SchemaError(f'source "{source}" is not one of {", ".join(known)}')
        return known[source].facts(table)

    def days(self) -> list[Column]:
        """The columns of days that rows reach to."""
        return [days for source in (self.source, *self.usage.values()) for days in source.days()]

    def not_applied(self, policy: Policy) -> list[str]:
        """What no table of the ledger follows, and columns without a role."""
        tables = (self.source, *self.usage.values())
        first, *others = (table.not_applied(policy) for table in tables)
        unused = [name for name in first if all(name in more for more in others)]
        return [*unused, *(column for table in tables for column in table.found.not_applied)]

    def read(self, policy: Policy, view: View) -> tuple[_core.revenue.Reading, View]:
        """The book under a policy and a view; where the view names no `as_of`, the default holds and says why."""
        rules = self.source.common.effective_policy(policy)
        for _, _, unit in view.parts:
            if rules.unit != unit:
                raise SchemaError("a part of a ledger holds customers of one unit; change the unit of the whole")
        if view.as_of is None and rules.fx in VALUED_ONCE and self.source.common.in_currencies:
            # Before it is read, because no rate is needed for days that are not known.
            as_of, reason = default_as_of(day_after_latest(*self.days()))
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
            owners_on=view.owners_on,
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
        terms = self._terms(reading) if self.source.has_terms else None
        shown = self.options(reading, policy, view) if options is None else options
        return CoreLedger(reading.ledger, rules, self.source.shown_in, shown, terms)

    def options(self, reading: _core.revenue.Reading, policy: Policy, view: View) -> dict[str, Any]:
        """What every result of a reading assumes."""
        source = self.source
        rules = source.common.effective_policy(policy)
        unused = self.not_applied(rules)
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
            **({"usage_rates": _usage_rates(rules)} if self.book.has_usage and source.common.in_currencies else {}),
            **({"unit": view.unit} if view.unit != "account" else {}),
            **({"owners_on": str(date_of(view.owners_on))} if view.owners_on is not None else {}),
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


def _usage_rates(rules: Policy) -> str:
    return "those of each row" if rules.fx in VALUED_ONCE else "those of each opening"


def _spelled(where: Mapping[str, list[str]]) -> str:
    return "; ".join(f"{name}: {', '.join(where[name])}" for name in sorted(where))
