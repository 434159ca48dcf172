"""Cards per segment: who gets which card, in one pass; and every account under every card."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, column, columns, present, take_rows
from sojourn._frames.dates import date_reading
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._card import card_text, card_text_of_file
from sojourn.health._card_set_result import CardSetResult
from sojourn.health._cycle import ScoredCycle
from sojourn.health._previous_cycle import MEMORY
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
    def inputs(self) -> list[str]:
        """The columns that the choice of the card reads."""
        return self._core.inputs

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
        dates = date_reading(timezone, date_format)
        opened = OpenTable(table, dates)
        codes, rows, undecided = self._assign(opened)
        wanted: dict[str, str | None] = {name: name for card in self.cards.values() for name in card.inputs}
        found = columns(opened, {**{f"signal {role}": name for role, name in wanted.items()}, "account": account})
        keys = found.pop("account", None)
        whole = {role.removeprefix("signal "): values for role, values in found.items()}
        if keys is None:
            keys = column(range(len(codes)), "row")
        else:
            _core.health.require_one_row_each(keys, "the scored table", threads)
        before = None if previous is None else _scores_before(previous)
        signals = None if previous_signals is None else _signals_before(previous_signals, list(wanted), account)
        parts: dict[str, HealthResult] = {}
        for mine, card in zip(rows, self.cards.values(), strict=True):
            if "account_id" in card.inputs:
                raise SchemaError('a signal named "account_id" would hide the accounts; rename it')
            part = {"account_id": take_rows(keys, mine), **{name: take_rows(whole[name], mine) for name in card.inputs}}
            parts[card.name] = card.score(
                part,
                as_of=as_of,
                previous=before,
                previous_signals=signals,
                manual=manual,
                timezone=timezone,
                date_format=date_format,
                threads=threads,
            )
        return CardSetResult(
            self,
            parts,
            rows,
            keys,
            account=account,
            source=opened,
            signals=whole,
            undecided=undecided,
            dates=dates,
            before=before,
            signals_before=signals,
        )

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


def _scores_before(previous: Any) -> dict[str, Column]:
    """Account, score and tier of the previous cycle with the card that gave them, and what it kept for this one."""
    if isinstance(previous, ScoredCycle):
        kept = previous.cycle()
        named = {name: kept[name] for name in kept.columns}
        return {**named, "card": column([previous.card.name] * len(previous), "card")}
    opened = OpenTable(previous.cycle() if isinstance(previous, CardSetResult) else previous)
    return {
        **columns(opened, {"account": "account", "score": "score", "tier": "tier"}),
        **present(opened, ("card", *MEMORY)),
    }


def _signals_before(previous: Any, names: list[str], account: str | None) -> dict[str, Column]:
    """The signals of the previous cycle under the name that the cards' accounts have."""
    if isinstance(previous, (CardSetResult, ScoredCycle)):
        return {
            "account_id": previous._accounts,
            **{name: previous._inputs[name] for name in names if name in previous._inputs},
        }
    opened = OpenTable(previous)
    keys = columns(opened, {"account_id": "account_id" if account is None else account})
    return {**keys, **present(opened, [name for name in names if name not in keys])}
