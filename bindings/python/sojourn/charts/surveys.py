"""NPS and CSAT by segment, with their intervals and the number of answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sojourn._frames.language import say
from sojourn.charts.style import LIGHT, NUMBER, Spec, field, frame, room, scale_of_colours, shorten, values

_ROW = 30


@dataclass(frozen=True, kw_only=True)
class NpsRow:
    """One segment's answers: shares of the three groups (0..1) and the score in points with its interval."""

    segment: str
    promoters: float
    passives: float
    detractors: float
    nps: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class RateRow:
    """One segment's rate in 0..1 with its interval."""

    segment: str
    rate: float
    low: float
    high: float
    n: int


def _groups() -> tuple[str, str, str]:
    return say("Detractors (0-6)"), say("Passives (7-8)"), say("Promoters (9-10)")


def nps_bars(rows: Sequence[NpsRow], *, by: str = "segment", level: float = 0.95) -> Spec:
    """Left: the shares of detractors, passives and promoters. Right: the score with its interval and n."""
    names = _unique([row.segment for row in rows])
    height = max(_ROW, _ROW * len(rows))
    spec = frame(
        say("Net promoter score{by}", by=_by(by, rows)),
        say("Left: share of answers, %. Right: NPS in points, with its {level:.0%} interval.", level=level),
    )
    del spec["width"], spec["height"]
    y = _segments(names)
    bare = {**y, "axis": None}
    spec["hconcat"] = [
        {"width": 270, "height": height, "layer": _shares(names, rows, y)},
        {"width": 190, "height": height, "layer": _scores(names, rows, bare)},
    ]
    spec["spacing"] = 26
    return spec


def _shares(names: Sequence[str], rows: Sequence[NpsRow], y: Spec) -> list[Spec]:
    parts = []
    for name, row in zip(names, rows, strict=True):
        at = 0.0
        for group, share in zip(_groups(), (row.detractors, row.passives, row.promoters), strict=True):
            wide = share >= 0.095
            parts.append(
                {
                    "segment": name,
                    "group": group,
                    "from": at,
                    "to": at + 100 * share,
                    "middle": at + 50 * share,
                    "share": 100 * share,
                    "text": f"{100 * share:.0f}" if wide else "",
                }
            )
            at += 100 * share
    x = field(
        "from",
        "quantitative",
        title=None,
        scale={"domain": [0, 100]},
        axis={"values": [0, 50, 100], "format": NUMBER, "grid": False, "tickSize": 4},
    )
    colours = scale_of_colours(_groups(), [LIGHT["contraction"], LIGHT["grid"], LIGHT["reactivation"]])
    return [
        {
            "data": values(parts),
            "mark": {"type": "bar", "height": 19},
            "encoding": {
                "y": y,
                "x": x,
                "x2": {"field": "to"},
                "color": field("group", "nominal", sort=None, scale=colours, legend={"columns": 3, "labelLimit": 120}),
            },
        },
        *(
            {
                "data": values([p for p in parts if (p["group"] == _groups()[1]) == passive]),
                "mark": {"type": "text", "color": LIGHT["ink" if passive else "onfair"], "fontSize": 11},
                "encoding": {"y": y, "x": field("middle", "quantitative"), "text": field("text", "nominal")},
            }
            for passive in (False, True)
        ),
    ]


def _scores(names: Sequence[str], rows: Sequence[NpsRow], y: Spec) -> list[Spec]:
    dots: list[Spec] = [
        {
            "segment": name,
            "nps": row.nps,
            "low": row.low,
            "high": row.high,
            "text": f"{row.nps:+.1f}".replace("-", "−"),
            "n": f"n = {row.n:,}",
        }
        for name, row in zip(names, rows, strict=True)
        if row.nps == row.nps
    ]
    low, high = min([0.0, *(d["low"] for d in dots)]), max([0.0, *(d["high"] for d in dots)])
    ends = [-100 if low < -50 else -50 if low < 0 else 0, 100 if high > 50 else 50]
    x = field(
        "zero",
        "quantitative",
        title=None,
        scale={"domain": ends},
        axis={"tickCount": 5, "format": NUMBER, "grid": True, "tickSize": 4},
    )
    return [
        {"data": values([{"zero": 0}]), "mark": {"type": "rule", "color": LIGHT["axis"]}, "encoding": {"x": x}},
        *_whisker(dots, y, "nps"),
        _column(dots, y, "text", 240, weight=600),
        _column(dots, y, "n", 312, colour=LIGHT["muted"]),
    ]


def csat_dots(rows: Sequence[RateRow], *, by: str = "segment", satisfied: str = "4 or 5 of 5", level: float = 0.95) -> Spec:
    """The share of satisfied answers by segment; `satisfied` says which answers those are."""
    return rate_dots(
        rows, title=say("CSAT{by}, % of answers that are {satisfied}", by=_by(by, rows), satisfied=satisfied), level=level
    )


def rate_dots(rows: Sequence[RateRow], *, title: str, level: float = 0.95) -> Spec:
    """A dot and an interval for each segment on a 0-100 % axis, which a rate of money can exceed."""
    names = _unique([row.segment for row in rows])
    dots = [
        {
            "segment": name,
            "rate": 100 * row.rate,
            "low": 100 * row.low,
            "high": 100 * row.high,
            "text": f"{100 * row.rate:.1f}%",
            "n": f"n = {row.n:,}",
        }
        for name, row in zip(names, rows, strict=True)
        if row.rate == row.rate
    ]
    spec = frame(
        title,
        say("Dot and whisker: rate with its {level:.0%} interval.", level=level),
        width=430,
        height=max(_ROW, 26 * len(rows)),
    )
    y = _segments(names)
    end = max([100.0, *(25.0 * math.ceil(100 * row.high / 25) for row in rows if row.high == row.high)])
    spec["layer"] = [
        {
            "data": values([{"low": 0}]),
            "mark": {"type": "point", "opacity": 0, "color": LIGHT["grid"]},
            "encoding": {
                "x": field(
                    "low",
                    "quantitative",
                    title=None,
                    scale={"domain": [0, end], "nice": False},
                    axis={"tickCount": 6, "format": NUMBER, "grid": True, "tickSize": 4},
                )
            },
        },
        *_whisker(dots, y, "rate"),
        _column(dots, y, "text", 488, weight=600),
        _column(dots, y, "n", 566, colour=LIGHT["muted"]),
    ]
    return spec


def _by(by: str, rows: Sequence[object]) -> str:
    """Empty where there is only one row: then nothing is split."""
    return say(" by {by}", by=by) if len(rows) > 1 else ""


def _segments(names: Sequence[str]) -> Spec:
    return field(
        "segment",
        "nominal",
        title=None,
        sort=None,
        scale={"domain": list(names)},
        axis={"labelColor": LIGHT["ink"], "labelLimit": 200, "minExtent": room(names)},
    )


def _whisker(dots: Sequence[Spec], y: Spec, name: str) -> list[Spec]:
    return [
        {
            "data": values(dots),
            "mark": {"type": "rule", "color": LIGHT["ink"], "strokeWidth": 1.6},
            "encoding": {"y": y, "x": field("low", "quantitative"), "x2": {"field": "high"}},
        },
        {
            "data": values(dots),
            "mark": {
                "type": "point",
                "filled": True,
                "size": 64,
                "color": LIGHT["ink"],
                "opacity": 1,
                "stroke": LIGHT["paper"],
                "strokeWidth": 1,
            },
            "encoding": {"y": y, "x": field(name, "quantitative")},
        },
    ]


def _column(dots: Sequence[Spec], y: Spec, name: str, x: int, *, colour: str = LIGHT["ink"], weight: int = 400) -> Spec:
    return {
        "data": values(dots),
        "mark": {"type": "text", "align": "right", "x": x, "color": colour, "fontWeight": weight, "fontSize": 12},
        "encoding": {"y": y, "text": field(name, "nominal")},
    }


def _unique(labels: Sequence[str]) -> list[str]:
    """Shortened labels that stay distinct: two long names with the same beginning must not share a row."""
    seen: dict[str, int] = {}
    result = []
    for label in labels:
        short = shorten(label)
        seen[short] = seen.get(short, 0) + 1
        result.append(short if seen[short] == 1 else f"{short} ({seen[short]})")
    return result
