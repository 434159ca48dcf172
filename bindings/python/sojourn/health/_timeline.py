"""Accounts followed through the cycles."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Protocol

from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaError


class Cycle(Protocol):
    """What a timeline reads: a `HealthResult` or a `CardSetResult`."""

    @property
    def as_of(self) -> datetime.date | None: ...

    def table(self) -> Table: ...


@checked
def timeline(cycles: Sequence[Cycle], *, accounts: Any = None) -> Table:
    """Every account through the cycles: account, as_of, score, tier, change, card.

    One row per account and cycle, by account in the order of their first appearance, then by day; `accounts` picks some.
    `change` is the difference from the account's previous cycle. It is missing where one of the two has no score, or
    where the card was another one: such scores do not compare.
    """
    wanted = None if accounts is None else set(column(accounts, "accounts"))
    found: dict[Any, list[tuple[datetime.date, Any, Any, Any]]] = {}
    for cycle in cycles:
        day = cycle.as_of
        if day is None:
            raise SchemaError("a timeline needs the day of every cycle: score with as_of=")
        table = cycle.table()
        for key, score, tier, card in zip(table["account"], table["score"], table["tier"], table["card"], strict=True):
            if wanted is None or key in wanted:
                found.setdefault(key, []).append((day, score, tier, card))
    shown: dict[str, list[Any]] = {name: [] for name in ("account", "as_of", "score", "tier", "change", "card")}
    for key, steps in found.items():
        before: tuple[Any, Any] = (None, None)
        for day, score, tier, card in sorted(steps, key=lambda step: step[0]):
            known = before[1] == card and score == score and before[0] == before[0]
            for name, value in zip(shown, (key, day, score, tier, score - before[0] if known else None, card), strict=True):
                shown[name].append(value)
            before = (score, card)
    if not found:
        return Table({name: column([], name) for name in shown}, title="Timeline")
    changes = column([float("nan") if change is None else change for change in shown["change"]], "change")
    return Table({**shown, "change": changes}, title="Timeline")
