"""Normalisers fitted to data and frozen in the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sojourn import _core
from sojourn._frames.columns import columns
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._card import Card

AnyCard = TypeVar("AnyCard", bound=Card)


def fit_normalisers(
    card: AnyCard,
    table: Any,
    how: Mapping[str, str | tuple[str, str]] | None,
    *,
    quantiles: tuple[float, float],
    min_fit: int,
    small: str,
    degenerate: str,
    max_reference: int,
    min_segment: int,
) -> AnyCard:
    """See `Scorecard.fit_normalisers`."""
    if how is not None and not how:
        raise SchemaError("how names no signal; leave it out to refit the normalisers that the card has")
    wishes = [(signal, *_wish(signal, kind)) for signal, kind in (how or {}).items()]
    options = _core.health.FitOptions(wishes, quantiles, min_fit, small, degenerate, max_reference, min_segment)
    needed = columns(table, {name: name for name in _core.health.fit_inputs(card._core, options)})
    text, report = _core.health.fit_normalisers(card._core, needed, options)
    fitted = type(card)(text)
    chosen = {"quantiles": tuple(quantiles), "min_fit": min_fit, "small": small, "degenerate": degenerate}
    fitted.fit_report = Table(
        report, options={"card": card.name, "card_hash": fitted.hash, **chosen}, title="Fitted normalisers"
    )
    return fitted


def _wish(signal: str, kind: Any) -> tuple[str, str | None]:
    if isinstance(kind, str):
        return kind, None
    if isinstance(kind, (tuple, list)) and len(kind) == 2 and all(isinstance(word, str) for word in kind):
        return kind[0], kind[1]
    raise SchemaError(f'how["{signal}"] is {kind!r}; accepted: a kind such as "zscore", or a pair such as ("ramp", "lower")')
