"""A ledger as bytes: its book under its view, and beside them how further tables are read."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sojourn import _core
from sojourn._core.revenue import Reading
from sojourn.errors import Error, StateError
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.changes import Changes
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.invoices import Invoices
from sojourn.revenue._sources.prices import Prices
from sojourn.revenue._sources.snapshots import MonthSnapshots
from sojourn.revenue._sources.source import Source
from sojourn.revenue._sources.subscriptions import Subscriptions
from sojourn.revenue._sources.usage import Usage
from sojourn.revenue._view import BookOfLedger, View

_SOURCES: dict[str, type[Source]] = {
    source.kind: source for source in (Subscriptions, MonthSnapshots, Changes, Prices, Invoices, Usage)
}
_MOST_CUTS = 64
"""A part of a part ... of a ledger."""


class HeldLedger(NamedTuple):
    """What a ledger is made of."""

    facts: BookOfLedger
    policy: Policy
    view: View
    labels: Labels
    reading: Reading


def ledger_bytes(held: HeldLedger) -> bytes:
    """Canonical: equal ledgers have equal bytes."""
    facts, view = held.facts, held.view
    notes = {
        "source": facts.source.notes(),
        "common": facts.source.common.notes(),
        "usage": {name: {"source": one.notes(), "common": one.common.notes()} for name, one in facts.usage.items()},
        "habits": facts.habits,
        "segments": held.labels.notes(),
        "view": {"as_of_default": view.as_of_default, "shard": view.shard, "parts": view.parts},
    }
    text = json.dumps(notes, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return facts.book.to_bytes(held.reading, text)


def ledger_from_bytes(data: bytes) -> HeldLedger:
    """What `ledger_bytes` wrote; any other bytes are a `StateError`."""
    core = _core.revenue.Book.from_bytes(data)
    try:
        held = _restored(core)
    except StateError:
        raise
    except (Error, AssertionError, AttributeError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as e:
        raise StateError(f"ledger bytes: their text does not fit their book: {e}") from e
    if ledger_bytes(held) != data:
        raise StateError("ledger bytes: they are not those that this ledger has")
    return held


def _restored(core: dict[str, Any]) -> HeldLedger:
    notes = json.loads(core["notes"])
    common = Common.from_notes(notes["common"], core["rates"])
    reading = {name: core[name] for name in ("part", "commitment", "amount_is", "same_day")}
    source = _SOURCES[core["source"]].from_notes(notes["source"], common, reading)
    habits = {str(name): _count(number) for name, number in notes["habits"].items()}
    usage, labels = {}, list(common.labels)
    for name, table in sorted(notes["usage"].items()):
        beside = Common.from_notes(table["common"], core["rates"])
        usage[str(name)] = Usage.from_notes(table["source"], beside, reading)
        labels += [label for label in beside.labels if label not in labels]
    facts = BookOfLedger(source, core["book"], habits, usage)
    shown = notes["view"]
    if len(shown["parts"]) > _MOST_CUTS:
        raise StateError(f"ledger bytes: a ledger that was cut more than {_MOST_CUTS} times")
    asked = View(
        as_of=core["as_of"],
        as_of_default=str(shown["as_of_default"]),
        known_on=core["known_on"],
        unit=core["unit"],
        owners_on=core["owners_on"],
        where=core["where"],
        shard=None if shown["shard"] is None else (_count(shown["shard"][0]), _count(shown["shard"][1])),
        parts=tuple((_count(index), _count(count), str(unit)) for index, count, unit in shown["parts"]),
    )
    policy = Policy._of(core["policy"])
    made, view = facts.read(policy, asked)
    return HeldLedger(facts, policy, view, Labels.from_notes(labels, notes["segments"]), made)


def _count(number: Any) -> int:
    if type(number) is not int or not 0 <= number < 2**31:
        raise StateError(f"ledger bytes: {number!r} is no count")
    return number
