"""What all pictures share: the palette, the type, the frame.

A colour has a name. The specification holds its light value; `svg.to_svg` writes it as a CSS variable of that name, so a
page can swap the palette for dark mode or print without drawing the picture again. Series colours are told apart by
lightness as well as by hue (blue against orange), and every series is labelled where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._frames.palette import AXIS, CAUSES, MOVEMENTS, OWN_CAUSES, SERIES, TIERS, TOTAL

Spec = dict[str, Any]

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
WIDTH = 740
NUMBER = ",~f"

LIGHT: Mapping[str, str] = {
    "ink": "#1f2a33",
    "muted": "#56636e",
    "grid": "#dfe4e8",
    "axis": AXIS,
    "paper": "#fffffe",
    **MOVEMENTS,
    "total": TOTAL,
    **TIERS,
    "link": "#0a5c9e",
    "heat": "#11579b",
    "heatlow": "#a63f0e",
    "onheat": "#fefffe",
    "onfaint": "#000102",
    "onfair": "#20262b",
    "onsolid": "#fffffd",
    **{f"series{i}": colour for i, colour in enumerate(SERIES, start=1)},
    **{f"cause_{name}": colour for name, colour in CAUSES.items()},
    **{f"cause{i}": colour for i, colour in enumerate(OWN_CAUSES, start=1)},
}

DARK: Mapping[str, str] = {
    "ink": "#e8ecef",
    "muted": "#a9b4bd",
    "grid": "#35404a",
    "axis": "#6d7a85",
    "paper": "#171c21",
    "new": "#3f8fd0",
    "expansion": "#7fb8e8",
    "reactivation": "#c9e2f7",
    "contraction": "#f5c795",
    "churn": "#e27b45",
    "total": "#93a0aa",
    "fx": "#b7b963",
    "good": "#35b09d",
    "fair": "#e3b63c",
    "poor": "#e2764d",
    "link": "#7db9ec",
    "heat": "#2b76bd",
    "heatlow": "#b4541f",
    "onheat": "#fefffe",
    "onfaint": "#e8ecee",
    "onfair": "#20262b",
    "onsolid": "#0f1a1a",
    "series1": "#5aa8e6",
    "series2": "#f0914f",
    "series3": "#3dbb9e",
    "series4": "#d892c0",
    "series5": "#c9b53a",
    "series6": "#9fc3df",
    "cause_voluntary": "#e5824f",
    "cause_payment_failed": "#f6cc9f",
    "cause_expired": "#b3a33c",
    "cause_paused": "#cde4f8",
    "cause_price": "#3b86c8",
    "cause_seats": "#83bcec",
    "cause_product": "#38b29f",
    "cause_usage": "#a9e0d2",
    "cause_discount_end": "#cf8bb8",
    "cause_refund": "#e6bd45",
    "cause_dispute": "#94587f",
    "cause_new_subscription": "#4a9bdd",
    "cause_reactivated": "#a3c2d9",
    "cause_unpaused": "#e0eefa",
    "cause_recovered": "#fae1c6",
    "cause_other": "#96a3ad",
    "cause_unknown": "#56616b",
    "cause1": "#eb9db7",
    "cause2": "#c4946a",
    "cause3": "#86c793",
    "cause4": "#cdb8e6",
    "cause5": "#e2d37a",
    "cause6": "#7d9cb8",
}


def series_colour(index: int) -> str:
    return SERIES[index % len(SERIES)]


def frame(title: str, subtitle: str | Sequence[str] = "", *, width: int = WIDTH, height: int = 260) -> Spec:
    """The outside of every picture: size, title (what is shown, with its unit), subtitle, type and lines."""
    heading: Spec = {"text": title, "anchor": "start", "frame": "bounds", "offset": 14}
    if subtitle:
        heading["subtitle"] = subtitle if isinstance(subtitle, str) else list(subtitle)
        heading["subtitlePadding"] = 5
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "title": heading,
        "config": _config(),
    }


def _config() -> Spec:
    return {
        "background": None,
        "font": FONT,
        "padding": {"left": 0, "right": 24, "top": 4, "bottom": 6},
        "title": {
            "color": LIGHT["ink"],
            "subtitleColor": LIGHT["muted"],
            "fontSize": 15,
            "subtitleFontSize": 12,
            "fontWeight": 600,
        },
        "view": {"stroke": None},
        "text": {"color": LIGHT["ink"], "fontSize": 12},
        "axis": {
            "labelColor": LIGHT["muted"],
            "titleColor": LIGHT["muted"],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": LIGHT["grid"],
            "domainColor": LIGHT["axis"],
            "tickColor": LIGHT["axis"],
            "labelLimit": 190,
            "titlePadding": 8,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "axisX": {"grid": False, "labelFlush": False},
        "legend": {
            "labelColor": LIGHT["ink"],
            "titleColor": LIGHT["muted"],
            "labelFontSize": 12,
            "titleFontSize": 12,
            "orient": "top",
            "direction": "horizontal",
            "symbolType": "square",
            "symbolSize": 130,
            "title": None,
            "offset": 6,
            "labelLimit": 200,
            "columnPadding": 16,
            "symbolStrokeWidth": 0,
        },
    }


def values(rows: Sequence[Mapping[str, Any]]) -> Spec:
    return {"values": [dict(row) for row in rows]}


def field(name: str, kind: str, **more: Any) -> Spec:
    """One encoding channel bound to a column: kind is "quantitative", "nominal", "ordinal" or "temporal"."""
    return {"field": name, "type": kind, **more}


TIP = "\N{INVISIBLE SEPARATOR}"
"""Marks the descriptions that `svg.to_svg` makes tooltips of, among those that Vega writes by itself."""


def tip() -> Spec:
    """The channel that shows the column "tip" of a row beside the pointer."""
    return {"description": field("tip", "nominal")}


def scale_of_colours(names: Sequence[str], colours: Sequence[str]) -> Spec:
    return {"domain": list(names), "range": list(colours)}


def room(labels: Sequence[str]) -> float:
    """Width for axis labels, enough for a wide fallback font, so that no label is cut off on the left."""
    return 7.4 * max((len(label) for label in labels), default=0) + 6


def shorten(label: str, limit: int = 23) -> str:
    """A label that fits beside a bar; the table below the picture keeps the full name."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Moves labels apart so that none stands closer than `gap` to the next; order and centre of mass stay."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    blocks: list[tuple[float, list[int]]] = []
    for index in order:
        members, centre = [index], positions[index]
        while blocks and centre - blocks[-1][0] < gap * (len(members) + len(blocks[-1][1])) / 2:
            other_centre, other = blocks.pop()
            members = other + members
            centre = (other_centre * len(other) + centre * (len(members) - len(other))) / len(members)
        blocks.append((centre, members))
    placed = [0.0] * len(positions)
    for centre, members in blocks:
        for rank, index in enumerate(members):
            placed[index] = centre + gap * (rank - (len(members) - 1) / 2)
    return placed
