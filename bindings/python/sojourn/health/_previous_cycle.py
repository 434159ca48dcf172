"""What the previous cycle knew, in the order of the accounts of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column, DateReading
from sojourn._frames.columns import OpenTable, column, columns, present, take_rows
from sojourn._frames.dates import day_column
from sojourn._frames.periods import ISO
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle

MEMORY = ("smoothed", "candidate", "held", "gap", "scored_on", "as_of")


def scores_before(previous: Any, card: str, dates: DateReading = ISO) -> list[Column]:
    """Account, score and tier of the previous cycle, then the memory of the card where there is one.

    A tier that another card gave does not count as a tier of this card, even if it has the same name, and what that card
    kept for the next cycle is forgotten.
    """
    same = isinstance(previous, ScoredCycle) and previous.card.name == card
    held = previous.cycle() if same else previous.table() if isinstance(previous, ScoredCycle) else previous
    opened = OpenTable(held)
    found = columns(opened, {"account": "account", "score": "score", "tier": "tier"})
    tiers = found["tier"]
    given = present(opened, ("card", *MEMORY))
    if "card" in given and any(name != card for name in given["card"]):
        tiers = column(
            [tier if name in (card, None) else "(other card)" for tier, name in zip(tiers, given["card"], strict=True)],
            "tier",
        )
        mine = [row if name in (card, None) else -1 for row, name in enumerate(given["card"])]
        given = {name: take_rows(values, mine) if name in MEMORY else values for name, values in given.items()}
    parts = [found["account"], found["score"], tiers]
    if any(name not in given for name in MEMORY):
        return parts
    return [*parts, *(day_column(given[name], name, name, dates)[0] for name in MEMORY)]


def signals_before(names: Sequence[str], accounts: Column, before: Any, account: str | None) -> dict[str, Column]:
    """The columns of the previous cycle that the card reads, matched by account; without `account`, row for row."""
    if isinstance(before, ScoredCycle):
        return _core.health.align_columns(accounts, before._accounts, _only(names, before._inputs))
    opened = OpenTable(before)
    found = present(opened, names)
    if account is None:
        for name, values in found.items():
            if len(values) != len(accounts):
                raise SchemaError(
                    f'"{name}" of the previous signals has {len(values)} rows and the table has {len(accounts)}; '
                    "name the account"
                )
        return found
    return _core.health.align_columns(accounts, columns(opened, {"account": account})["account"], found)


def _only(names: Sequence[str], held: Mapping[str, Column]) -> dict[str, Column]:
    return {name: held[name] for name in names if name in held}
