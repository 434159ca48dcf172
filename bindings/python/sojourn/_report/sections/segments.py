"""Segments of survey answers: their heading, their order, and which stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._core import Estimate


def segment_heading(by: str) -> str:
    return by[:1].upper() + by[1:] or "Segment"


def largest_first(segments: Sequence[Any], size: Any) -> list[Any]:
    return sorted(segments, key=lambda s: (-size(s), s.name))


def best_and_worst(named: Sequence[tuple[str, Estimate]], show: Any, unit: str) -> str:
    """Best and worst segment with at least 30 answers, and whether their intervals are apart."""
    if len(named) < 2:
        return ""
    best, worst = max(named, key=lambda s: s[1].value), min(named, key=lambda s: s[1].value)
    apart = best[1].low > worst[1].high
    verdict = "their intervals are apart" if apart else "their intervals overlap, so the order may be chance"
    unit = f" {unit}" if unit else ""
    return (
        f"Among the segments with at least 30 answers {best[0]} is highest ({show(best[1].value)}{unit}) and {worst[0]} "
        f"lowest ({show(worst[1].value)}{unit}); {verdict}."
    )
