"""Scored cycles as bytes: what a cycle was scored from, so that scores, parts, deltas and alerts can be had again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sojourn import _core, health
from sojourn._core.frames import Column, DateReading
from sojourn._frames.columns import OpenTable
from sojourn._frames.periods import date_of, days_since
from sojourn.errors import Error, SchemaError, StateError


class ScoredFrom(NamedTuple):
    """What one cycle was scored from, card or set of cards aside."""

    account: str | None
    accounts: Column | None
    signals: Mapping[str, Column]
    source: Any
    as_of: Any
    dates: DateReading
    before: dict[str, Column] | None
    signals_before: dict[str, Column] | None
    manual: dict[str, Column] | None


def cycle_bytes(card: Any, of_set: bool, scored: ScoredFrom, books: Sequence[Any], keep: Sequence[str] | None) -> bytes:
    """See `HealthResult.to_bytes`."""
    notes = {"account": scored.account, "date_format": scored.dates.date_format, "timezone": scored.dates.zone}
    return _core.health.cycle_to_bytes(
        of_set,
        card.to_json(),
        None if scored.as_of is None else days_since(scored.as_of),
        scored.accounts,
        dict(scored.signals),
        _beside(scored, keep),
        scored.before,
        scored.signals_before,
        scored.manual,
        _fingerprint(books),
        json.dumps(notes, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    )


def scored_again(data: bytes, of_set: bool) -> Any:
    """The result behind bytes that `cycle_bytes` wrote: the card scores what the bytes hold. Any other bytes are a
    `StateError`.
    """
    found = _core.health.cycle_from_bytes(bytes(data))
    if found["of_set"] != of_set:
        raise StateError(
            f"cycle bytes: they hold a cycle of {'a set of cards' if found['of_set'] else 'one card'}; read them with "
            f"{'CardSetResult' if found['of_set'] else 'HealthResult'}.from_bytes"
        )
    try:
        notes = json.loads(found["notes"])
        account = notes["account"]
        keys = {} if found["accounts"] is None or account is None else {account: found["accounts"]}
        before = found["signals_before"]
        result = (
            (health.CardSet if of_set else health.Scorecard)
            .from_json(found["card"])
            .score(
                {**found["beside"], **keys, **found["signals"]},
                account=account,
                as_of=None if found["as_of"] is None else date_of(found["as_of"]),
                previous=found["before"],
                previous_signals=None if before is None else {**keys, **before},
                manual=found["manual"],
                timezone=notes["timezone"],
                date_format=notes["date_format"] or None,
            )
        )
    except (Error, KeyError, TypeError, ValueError, AttributeError) as error:
        raise StateError(f"cycle bytes: what they hold cannot be scored: {error}") from error
    if _fingerprint(result._books()) != found["fingerprint"]:
        raise StateError(
            "cycle bytes: this version of the library gives other scores than those that were kept; score the table again"
        )
    return result


def _beside(scored: ScoredFrom, keep: Sequence[str] | None) -> dict[str, Column]:
    """The other columns of the scored table, or those of them that were asked for."""
    opened = OpenTable(scored.source)
    held = {*scored.signals, scored.account}
    if keep is None:
        names = [name for name in opened.names if name not in held]
    else:
        missing = [name for name in keep if name not in opened.names]
        if missing:
            raise SchemaError(
                f'"{missing[0]}" in keep is not a column of the scored table; it has: {", ".join(opened.names)}'
            )
        names = [name for name in keep if name not in held]
    try:
        return opened.read(dict.fromkeys(names, ""))
    except Error as error:
        raise SchemaError(f"{error}; name the columns to store with the scores: keep=[...]") from error


def _fingerprint(books: Sequence[Any]) -> int:
    """Of the scores of all books: one has its own, several are hashed together."""
    each = [_core.health.scores_fingerprint(book) for book in books]
    if len(each) == 1:
        return each[0]
    together = b"".join(one.to_bytes(8, "little") for one in each)
    return int.from_bytes(hashlib.blake2b(together, digest_size=8).digest(), "little")
