"""Cards per segment: who gets which card, in one pass; and every account under every card."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns, take_rows
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._card import card_text, card_text_of_file
from sojourn.health._diagnoses import Diagnoses, card_diagnoses
from sojourn.health._result import HealthResult
from sojourn.health._scorecard import Scorecard


@checked
class CardSet:
    """Several scorecards in one document: some extend others, ordered choices say who gets which, a default takes the
    rest.
    """

    def __init__(self, text: str) -> None:
        self._core = _core.health.CardSet(text)
        self.cards: dict[str, Scorecard] = {card.name: card for card in map(Scorecard, self._core.cards)}
        """The compiled cards by name, with what they inherit filled in."""

    @classmethod
    def from_json(cls, source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> CardSet:
        """From JSON text, a dict or a `Path`; text is never taken for a path. Raises `CardError` with every mistake of the
        set and of its cards.
        """
        return cls(card_text(source))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> CardSet:
        """From a file of JSON."""
        return cls(card_text_of_file(path))

    @staticmethod
    def check(source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> list[dict[str, str]]:
        """Errors and warnings without compiling."""
        return _core.health.card_set_problems(card_text(source))

    def to_json(self) -> str:
        """Canonical JSON: every card written out."""
        return self._core.json

    @property
    def hash(self) -> str:
        """16 hex digits of the canonical JSON."""
        return f"{self._core.hash:016x}"

    @property
    def name(self) -> str:
        """The set's own name."""
        return self._core.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CardSet) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[type[CardSet], tuple[str]]:
        return (CardSet, (self.to_json(),))

    def __repr__(self) -> str:
        return f"CardSet({self.name}, {', '.join(self.cards)}, default {self._core.default}, hash {self.hash})"

    def assign(self, table: Any) -> Table:
        """The card of every row. `.options` counts the accounts for which a choice could not decide; the next choice
        takes those.
        """
        codes, _, undecided = self._assign(table)
        names = list(self.cards)
        return Table(
            {"card": [names[code] for code in codes]}, options={**self._options(), "undecided": undecided}, title="Cards"
        )

    def score(
        self,
        table: Any,
        *,
        account: str | None = "account_id",
        as_of: datetime.date | str | None = None,
        previous: Any = None,
        previous_signals: Any = None,
        manual: Any = None,
        timezone: datetime.tzinfo | str | None = None,
        date_format: str | None = None,
        threads: int = 0,
    ) -> CardSetResult:
        """Scores every row under the card assigned to it: bit for bit what each card gives its accounts alone.

        The arguments are those of `Scorecard.score`. A score that another card gave in the previous cycle is flagged
        `card_changed`: its tier does not carry over, and `delta` compares unlike scores.
        """
        codes, rows, undecided = self._assign(table)
        wanted: dict[str, str | None] = {name: name for card in self.cards.values() for name in card.inputs}
        found = columns(table, {**{f"signal {role}": name for role, name in wanted.items()}, "account": account})
        keys = found.pop("account", None)
        whole = {role.removeprefix("signal "): values for role, values in found.items()}
        if keys is None:
            keys = column(range(len(codes)), "row")
        else:
            _core.health.require_one_row_each(keys, "the scored table", threads)
        if isinstance(previous, CardSetResult):
            previous = previous.table()
        if isinstance(previous_signals, CardSetResult):
            previous_signals = previous_signals._signals()
        parts: dict[str, HealthResult] = {}
        for mine, card in zip(rows, self.cards.values(), strict=True):
            if "account_id" in card.inputs:
                raise SchemaError('a signal named "account_id" would hide the accounts; rename it')
            part = {"account_id": take_rows(keys, mine), **{name: take_rows(whole[name], mine) for name in card.inputs}}
            parts[card.name] = card.score(
                part,
                as_of=as_of,
                previous=previous,
                previous_signals=previous_signals,
                manual=manual,
                timezone=timezone,
                date_format=date_format,
                threads=threads,
            )
        return CardSetResult(self, parts, rows, keys, table, whole, undecided)

    def score_all(self, table: Any, **options: Any) -> dict[str, HealthResult]:
        """Every row under every card, by name: for accounts with several products, or to compare cards."""
        return {name: card.score(table, **options) for name, card in self.cards.items()}

    def _assign(self, table: Any) -> tuple[Column, list[Column], int]:
        """The card of every row, the rows of every card, and for how many rows a choice could not decide."""
        wanted = {f"column {name}": name for name in self._core.inputs}
        if wanted:
            found = columns(table, dict(wanted))
            return self._core.assign({role.removeprefix("column "): values for role, values in found.items()})
        first = next(iter(self.cards.values())).inputs[0]
        return self._core.assign({first: columns(table, {"signal": first})["signal"]})

    def _options(self) -> dict[str, Any]:
        return {"card_set": self.name, "card_set_hash": self.hash}


@checked
class CardSetResult:
    """The scores of one cycle under a set of cards. `parts` has the full result of each card."""

    def __init__(
        self,
        cards: CardSet,
        parts: dict[str, HealthResult],
        rows: list[Column],
        accounts: Column,
        source: Any,
        signals: dict[str, Column],
        undecided: int,
    ) -> None:
        self.cards = cards
        self.parts = parts
        self.undecided = undecided
        """Accounts for which an earlier choice compared a missing value."""
        self._rows = rows
        self._accounts = accounts
        self._source = source
        self._columns = signals

    @property
    def as_of(self) -> datetime.date | None:
        """The day of the scores."""
        return next(iter(self.parts.values())).as_of

    def __len__(self) -> int:
        return len(self._accounts)

    def __getitem__(self, card: str) -> HealthResult:
        if card not in self.parts:
            raise SchemaError(f'the set has no card "{card}"; there are: {", ".join(self.parts)}')
        return self.parts[card]

    @property
    def options(self) -> dict[str, Any]:
        """What was assumed: the set, its hash, the day."""
        day = self.as_of
        return {**self.cards._options(), "as_of": None if day is None else day.isoformat(), "undecided": self.undecided}

    def table(self) -> Table:
        """The columns of `HealthResult.table()` for all accounts, in the order of the scored table; `card` says whose
        score it is.
        """
        tables = [part.table() for part in self.parts.values()]
        names = [name for name in tables[0].columns if name != "account"]
        found = {name: _core.frames.merge_rows([table[name] for table in tables], self._rows) for name in names}
        return Table({"account": self._accounts, **found}, options=self.options, title="Health scores")

    def distribution(self, *, level: float = 0.95) -> Table:
        """Accounts by card and tier. Scores of different cards do not add, so every card has its own rows."""
        tables = [(name, part.distribution(level=level)) for name, part in self.parts.items()]
        first = tables[0][1].columns
        rows = {column_name: [cell for _, table in tables for cell in table[column_name]] for column_name in first}
        return Table(
            {"card": [name for name, table in tables for _ in range(len(table))], **rows},
            options={"level": level, **self.options},
        )

    def manual(self) -> Table:
        """Like `HealthResult.manual`, for the accounts of all cards."""
        tables = [part.manual() for part in self.parts.values()]
        states = ["not in this book"] * len(tables[0])
        for table in tables:
            states = [new if new != "not in this book" else old for old, new in zip(states, table["state"], strict=True)]
        given = {name: tables[0][name] for name in tables[0].columns if name != "state"}
        return Table({**given, "state": states}, options=self.options, title="Values by hand")

    def diagnoses(self, previous: Any = None, *, unobserved: Any = None) -> Diagnoses:
        """Like `HealthResult.diagnoses`, for the accounts of all cards."""
        return card_diagnoses(list(self.parts.values()), previous, unobserved, self.options)

    def _signals(self) -> dict[str, Column]:
        return {"account_id": self._accounts, **self._columns}

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {len(part):,}" for name, part in self.parts.items())
        return f"CardSetResult({self.cards.name}, {len(self):,} accounts: {counts})"
