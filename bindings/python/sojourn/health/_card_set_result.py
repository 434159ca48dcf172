"""The scores of one cycle under a set of cards: what is asked of one card is asked of the set."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core.frames import Column, DateReading
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, column, columns, take_rows
from sojourn._frames.dates import day_column
from sojourn._frames.periods import days_since
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._alerts import Alerts, alerts
from sojourn.health._card_set_delta import delta_of_sets
from sojourn.health._delta import Delta
from sojourn.health._diagnoses import Diagnoses, card_diagnoses
from sojourn.health._kept_cycle import ScoredFrom, cycle_bytes, scored_again
from sojourn.health._result import HealthResult
from sojourn.health._stages import ready_to_expand
from sojourn.health._work_queue import WorkQueue, work_queue

if TYPE_CHECKING:
    from sojourn.health import CardSet


@checked
class CardSetResult:
    """The scores of one cycle under a set of cards. `parts` has the full result of each card."""

    def __init__(
        self,
        cards: CardSet,
        parts: dict[str, HealthResult],
        rows: list[Column],
        accounts: Column,
        *,
        account: str | None,
        source: OpenTable,
        signals: dict[str, Column],
        undecided: int,
        dates: DateReading,
        before: dict[str, Column] | None,
        signals_before: dict[str, Column] | None,
    ) -> None:
        self.cards = cards
        self.parts = parts
        self.undecided = undecided
        """Accounts for which an earlier choice compared a missing value."""
        self._rows = rows
        self._accounts = accounts
        self._account = account
        self._source = source
        self._inputs = signals
        self._dates = dates
        self._before = before
        self._signals_before = signals_before

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
        found = {name: self._in_order([table[name] for table in tables]) for name in names}
        return Table({"account": self._accounts, **found}, options=self.options, title="Health scores")

    def cycle(self) -> Table:
        """What the next cycle needs of every account: account, score, tier, card; and smoothed, candidate, held, gap,
        scored_on, as_of where one of the cards has a memory. `score(previous=...)` takes it back.
        """
        tables = [part.cycle() for part in self.parts.values()]
        longest = max(tables, key=lambda table: len(table.columns))
        found = {
            name: self._in_order([_or_missing(table, name, longest[name]) for table in tables])
            for name in longest.columns
            if name != "account"
        }
        return Table({"account": self._accounts, **found, "card": self.table()["card"]}, options=self.options)

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

    def drivers(self, top: int = 3) -> Table:
        """The signals that cost each account most under its card, in the order of the scored table: account, rank, signal,
        lost, points, card.
        """
        rows: list[dict[str, Any]] = []
        for name, part in self.parts.items():
            rows += [{**row, "card": name} for row in part.drivers(top).to_dicts()]
        places = {key: row for row, key in enumerate(self._accounts)}
        rows.sort(key=lambda row: (places[row["account"]], row["rank"]))
        names = ("account", "rank", "signal", "lost", "points", "card")
        found = {name: [row[name] for row in rows] if rows else column([], name) for name in names}
        return Table(found, options=self.options)

    def diagnoses(self, previous: Any = None, *, unobserved: Any = None) -> Diagnoses:
        """Like `HealthResult.diagnoses`, for the accounts of all cards."""
        return card_diagnoses(list(self.parts.values()), previous, unobserved, self.options)

    def alerts(self, **options: Any) -> Alerts:
        """Like `HealthResult.alerts`, for the accounts of all cards: one budget per owner, whatever the card.

        The cards need the same tiers. The score of an account that another card gave in the cycle before is not compared: a
        change of the card would look like a change of the customer.
        """
        return alerts(self, **options)

    def work_queue(self, **options: Any) -> WorkQueue:
        """Like `HealthResult.work_queue`, for the accounts of all cards."""
        return work_queue(self, **options)

    def ready_to_expand(
        self, *, used: Any, bought: Any, value: Any = None, owner: Any = None, share: float = 0.9, tier: str | None = None
    ) -> Table:
        """Like `HealthResult.ready_to_expand`, for the accounts of all cards."""
        return ready_to_expand(self, used=used, bought=bought, value=value, owner=owner, share=share, tier=tier)

    def delta(self, previous: CardSetResult, *, dead_band: float = 2) -> Delta:
        """Like `HealthResult.delta`, for the accounts of all cards. What an account that changed its card owes to the new
        card stands in `model`.
        """
        return delta_of_sets(previous, self, dead_band)

    def to_bytes(self, *, keep: Sequence[str] | None = None) -> bytes:
        """Like `HealthResult.to_bytes`, with all cards."""
        for part in self.parts.values():
            part._require_unchanged()
        return cycle_bytes(self.cards, True, self._scored_from(), self._books(), keep)

    @classmethod
    def from_bytes(cls, data: bytes) -> CardSetResult:
        """The result behind `to_bytes()`; damaged or made-up bytes are a `StateError`."""
        result: CardSetResult = scored_again(data, True)
        return result

    def __reduce__(self) -> tuple[Callable[[bytes], CardSetResult], tuple[bytes]]:
        return CardSetResult.from_bytes, (self.to_bytes(),)

    def __eq__(self, other: object) -> bool:
        """Whether everything that `to_bytes` holds is equal."""
        if not isinstance(other, CardSetResult):
            return NotImplemented
        return self is other or self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash((self.cards.hash, self.as_of, len(self)))

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {len(part):,}" for name, part in self.parts.items())
        return f"CardSetResult({self.cards.name}, {len(self):,} accounts: {counts})"

    # What alerts, work lists, movements and bytes ask of any scored cycle.

    @property
    def _days(self) -> int:
        return 0 if self.as_of is None else days_since(self.as_of)

    @property
    def _tiers(self) -> dict[str, float]:
        cards = list(self.parts.values())
        for part in cards[1:]:
            if list(part.card.tiers) != list(cards[0].card.tiers):
                raise SchemaError(
                    f"the cards {cards[0].card.name} and {part.card.name} have different tiers "
                    f"({', '.join(cards[0].card.tiers)}; {', '.join(part.card.tiers)}), which do not compare; ask each card "
                    "by itself: result[card]"
                )
        return cards[0].card.tiers

    def _column(self, values: Any, role: str, dates: DateReading | None = None) -> Column:
        """A column, or the one of this name in the scored table."""
        if isinstance(values, str):
            return columns(self._source.dated(dates or self._dates), {role: values})[role]
        found = day_column(column(values, role), role, role, dates or self._dates)[0]
        if len(found) != len(self):
            raise SchemaError(f'"{role}" has {len(found)} rows and the scores have {len(self)}')
        return found

    def _in_order(self, parts: Sequence[Column]) -> Column:
        """Columns of the parts as one, in the order of the scored table."""
        if parts[0].type == "date":
            days: list[Any] = [None] * len(self)
            for part, rows in zip(parts, self._rows, strict=True):
                for day, row in zip(part, rows, strict=True):
                    days[row] = day
            return column(days, "day")
        return _core.frames.merge_rows(list(parts), self._rows)

    def _rating_falls(self) -> dict[str, float]:
        """Of a rating that several cards read the smallest fall counts."""
        falls: dict[str, float] = {}
        for part in self.parts.values():
            for name, fall in part._rating_falls().items():
                falls[name] = min(fall, falls.get(name, fall))
        return falls

    def _look_inside(self) -> dict[str, Column]:
        inside = [part._look_inside() for part in self.parts.values()]
        return {name: self._in_order([part[name] for part in inside]) for name in inside[0]}

    def _scores_for(self, later: CardSetResult) -> dict[str, Column]:
        """Of the accounts that have the same card in the later cycle; the others have no score to compare with."""
        table, now = self.table(), later.table()
        card_now = dict(zip(now["account"], now["card"], strict=True))
        same = [
            row
            for row, (key, card) in enumerate(zip(table["account"], table["card"], strict=True))
            if card_now.get(key) == card
        ]
        shown = set(same)
        places = [row if row in shown else -1 for row in range(len(table))]
        kept = {name: take_rows(table[name], places) for name in ("score", "tier", "coverage")} if places else {}
        return {"account": table["account"], **(kept or {name: table[name] for name in ("score", "tier", "coverage")})}

    def _require_same_card(self, earlier: Any) -> None:
        if not isinstance(earlier, CardSetResult) or earlier.cards.hash != self.cards.hash:
            raise SchemaError(
                "the earlier cycle was scored with other cards; a change of the cards would look like a change of the "
                "customers: score that cycle again with this set"
            )

    def _books(self) -> list[Any]:
        return [part._book for part in self.parts.values()]

    def _scored_from(self) -> ScoredFrom:
        manual = next(iter(self.parts.values()))._manual
        return ScoredFrom(
            account="row" if self._account is None else self._account,
            accounts=self._accounts,
            signals=self._inputs,
            source=self._source,
            as_of=self.as_of,
            dates=self._dates,
            before=self._before,
            signals_before=self._signals_before,
            manual=None if manual is None else manual.given,
        )


def _or_missing(table: Table, name: str, like: Column) -> Column:
    """A column of the table, or one of the same type that holds nothing."""
    if name in table:
        return table[name]
    return take_rows(like, [-1] * len(table)) if len(table) else like
