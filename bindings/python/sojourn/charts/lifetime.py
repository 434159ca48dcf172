"""Survival curves with their bands and the numbers at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field as dataclass_field

from sojourn._frames.language import say, word
from sojourn.charts.labels import end_labels, label_layer, round_ticks
from sojourn.charts.style import LIGHT, NUMBER, Spec, field, frame, scale_of_colours, series_colour, shorten, values


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One group's step curve: survival holds from `time[i]` until the next time; `at_risk[i]` is counted just before it."""

    name: str
    time: Sequence[float]
    survival: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    at_risk: Sequence[int] = ()
    censored: Sequence[int] = dataclass_field(default=())

    def risk_at(self, when: float) -> int:
        """How many are still observed at `when`; 0 after the last time."""
        return next((n for t, n in zip(self.time, self.at_risk, strict=False) if t >= when), 0)

    def at_months(self) -> Curve:
        """The same curve read at whole units of time, for tables."""
        marks = [float(month) for month in range(int(self.time[-1]) + 1)] if self.time else []
        held = [max((i for i, t in enumerate(self.time) if t <= mark), default=-1) for mark in marks]
        low, high = self.low or [float("nan")] * len(self.time), self.high or [float("nan")] * len(self.time)
        return Curve(
            name=self.name,
            time=marks,
            survival=[self.at(mark) for mark in marks],
            low=[low[i] if i >= 0 else float("nan") for i in held],
            high=[high[i] if i >= 0 else float("nan") for i in held],
            at_risk=[self.risk_at(mark) for mark in marks],
        )

    def at(self, when: float) -> float:
        held = 1.0
        for t, s in zip(self.time, self.survival, strict=False):
            if t > when:
                break
            held = s
        return held


def survival_curve(
    curves: Sequence[Curve],
    *,
    unit: str = "months",
    what: str = "accounts",
    by: str = "",
    level: float = 0.95,
    height: int = 290,
) -> Spec:
    """Kaplan-Meier steps with their band, a tick where observation of an account ends, and the number at risk below."""
    end = max((curve.time[-1] for curve in curves if curve.time), default=1.0)
    ticks = round_ticks(end)
    names = [shorten(curve.name, 22) for curve in curves]
    colours = [series_colour(i) for i in range(len(curves))]
    band = any(len(curve.low) for curve in curves)
    spec = frame(
        say(
            "Share of {what} still there{by}, % by {unit} since start",
            what=word(what),
            by=say(", by {by}", by=by) if by else "",
            unit=word(unit),
        ),
        (say("Kaplan-Meier; band: {level:.0%} interval", level=level) if band else say("Kaplan-Meier"))
        + (say("; ticks: leaving observation while still there") if any(any(c.censored) for c in curves) else ""),
        width=660,
        height=height,
    )
    scale = {"domain": [0, end], "nice": False}
    x = field(
        "time",
        "quantitative",
        scale=scale,
        title=say("{unit} since start", unit=word(unit)),
        axis={"values": ticks, "format": NUMBER, "tickSize": 4, "grid": False},
    )
    colour = field("group", "nominal", legend=None, scale=scale_of_colours(names, colours))
    y = field("survival", "quantitative", title=None, scale={"domain": [0, 100]}, axis={"format": NUMBER, "tickCount": 5})
    steps, bands, marks = [], [], []
    for name, curve in zip(names, curves, strict=True):
        points = [(0.0, 1.0, 1.0, 1.0), *_points(curve)]
        points.append((end, *points[-1][1:])) if points[-1][0] < end and len(curves) == 1 else None
        for t, s, low, high in points:
            steps.append({"group": name, "time": t, "survival": 100 * s})
            if band and low == low and high == high:
                bands.append({"group": name, "time": t, "low": 100 * low, "high": 100 * high})
        gone = [t for t, count in zip(curve.time, curve.censored, strict=False) if count]
        marks += [{"group": name, "time": t, "survival": 100 * curve.at(t)} for t in gone]
    labels = end_labels(names, [100 * c.survival[-1] if c.survival else 100.0 for c in curves], height)
    spec["layer"] = [
        {
            "data": values(bands),
            "mark": {"type": "area", "opacity": 0.16, "interpolate": "step-after"},
            "encoding": {"x": x, "y": field("low", "quantitative"), "y2": {"field": "high"}, "color": colour},
        },
        {
            "data": values(steps),
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": colour},
        },
        {
            "data": values(marks),
            "mark": {"type": "tick", "orient": "vertical", "size": 8, "thickness": 1, "opacity": 0.75},
            "encoding": {"x": x, "y": y, "color": colour},
        },
    ]
    if len(curves) > 1:
        spec["layer"].append(label_layer(labels, names, colours, 660))
    if any(len(curve.at_risk) for curve in curves):
        spec["layer"] += _risk_rows(curves, names, colours, ticks, height, scale)
    return spec


def _points(curve: Curve) -> list[tuple[float, float, float, float]]:
    lows = curve.low or [float("nan")] * len(curve.time)
    highs = curve.high or [float("nan")] * len(curve.time)
    return [
        (float(t), s, low, high) for t, s, low, high in zip(curve.time, curve.survival, lows, highs, strict=True) if t > 0
    ]


def _risk_rows(
    curves: Sequence[Curve],
    names: Sequence[str],
    colours: Sequence[str],
    ticks: Sequence[float],
    height: int,
    scale: Mapping[str, object],
) -> list[Spec]:
    top = height + 58
    layers: list[Spec] = [
        {
            "data": values([{}]),
            "mark": {
                "type": "text",
                "align": "left",
                "x": 0,
                "y": top,
                "fontSize": 11,
                "color": LIGHT["muted"],
                "text": say("Number at risk"),
            },
        }
    ]
    for row, (name, curve, colour) in enumerate(zip(names, curves, colours, strict=True)):
        y = top + 17 * (row + 1)
        cells = [{"time": t, "text": f"{curve.risk_at(t):,}"} for t in ticks]
        layers.append(
            {
                "data": values(cells),
                "mark": {"type": "text", "y": y, "fontSize": 11, "align": "center", "color": colour},
                "encoding": {"x": field("time", "quantitative", scale=scale), "text": field("text", "nominal")},
            }
        )
        if len(curves) > 1:
            layers.append(
                {
                    "data": values([{"text": name}]),
                    "mark": {"type": "text", "x": 690, "y": y, "align": "left", "fontSize": 11, "color": colour},
                    "encoding": {"text": field("text", "nominal")},
                }
            )
    return layers
