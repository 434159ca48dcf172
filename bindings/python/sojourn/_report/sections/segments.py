"""Segments of survey answers: their heading, their order, and which stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.language import say


def segment_heading(by: str) -> str:
    return by[:1].upper() + by[1:] or say("Segment")


def largest_first(segments: Sequence[Any], size: Any) -> list[Any]:
    return sorted(segments, key=lambda s: (-size(s), s.name))


def best_and_worst(named: Sequence[tuple[str, Estimate]], show: Any, unit: str) -> str:
    """Best and worst segment with at least 30 answers, and whether their intervals are apart."""
    if len(named) < 2:
        return ""
    best, worst = max(named, key=lambda s: s[1].value), min(named, key=lambda s: s[1].value)
    apart = best[1].low > worst[1].high
    verdict = say("their intervals are apart") if apart else say("their intervals overlap, so the order may be chance")
    unit = f" {unit}" if unit else ""
    return say(
        "Among the segments with at least 30 answers {best} is highest ({highest}{unit}) and {worst} "
        "lowest ({lowest}{unit}); {verdict}.",
        best=best[0],
        highest=show(best[1].value),
        unit=unit,
        worst=worst[0],
        lowest=show(worst[1].value),
        verdict=verdict,
    )
