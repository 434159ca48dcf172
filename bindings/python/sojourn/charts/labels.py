"""Ticks at round numbers, and labels at the ends of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sojourn.charts.style import Spec, field, scale_of_colours, spread, values


def end_labels(names: Sequence[str], ends: Sequence[float], height: int) -> list[Spec]:
    """The labels of lines at their ends, moved apart where they would overlap."""
    placed = spread(list(ends), 100 * 15 / height)
    return [{"group": name, "level": at} for name, at in zip(names, placed, strict=True)]


def label_layer(labels: Sequence[Mapping[str, object]], names: Sequence[str], colours: Sequence[str], x: float) -> Spec:
    """The layer that draws such labels to the right of `x`, each in the colour of its line."""
    return {
        "data": values(labels),
        "mark": {"type": "text", "align": "left", "x": x + 6, "fontWeight": 600, "clip": False},
        "encoding": {
            "y": field("level", "quantitative"),
            "text": field("group", "nominal"),
            "color": field("group", "nominal", legend=None, scale=scale_of_colours(names, colours)),
        },
    }


def round_ticks(end: float) -> list[float]:
    """0, step, 2 step ... with 5 to 10 ticks; months step by 3, 6, 12, 24."""
    step = next((s for s in (1, 2, 3, 6, 12, 24, 48, 60, 120, 365, 730) if end / s <= 9), end / 6)
    ticks = [0.0]
    while ticks[-1] + step <= end + 1e-9:
        ticks.append(ticks[-1] + step)
    assert all(b > a for a, b in pairwise(ticks))
    return ticks
