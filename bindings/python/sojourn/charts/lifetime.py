"""Survival curves, fitted decay with its projection, and the MRR left at different churn rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field as dataclass_field
from itertools import pairwise

from sojourn.charts.style import LIGHT, NUMBER, Spec, field, frame, scale_of_colours, series_colour, shorten, spread, values


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
    ticks = _round_ticks(end)
    names = [shorten(curve.name, 22) for curve in curves]
    colours = [series_colour(i) for i in range(len(curves))]
    band = any(len(curve.low) for curve in curves)
    spec = frame(
        f"Share of {what} still there{f', by {by}' if by else ''}, % by {unit} since start",
        (f"Kaplan-Meier; band: {level:.0%} interval" if band else "Kaplan-Meier")
        + ("; ticks: leaving observation while still there" if any(any(c.censored) for c in curves) else ""),
        width=660,
        height=height,
    )
    scale = {"domain": [0, end], "nice": False}
    x = field(
        "time",
        "quantitative",
        scale=scale,
        title=f"{unit} since start",
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
    labels = _end_labels(names, [100 * c.survival[-1] if c.survival else 100.0 for c in curves], height)
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
        spec["layer"].append(_label_layer(labels, names, colours, 660))
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
                "text": "Number at risk",
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


def _end_labels(names: Sequence[str], ends: Sequence[float], height: int) -> list[Spec]:
    placed = spread(list(ends), 100 * 15 / height)
    return [{"group": name, "level": at} for name, at in zip(names, placed, strict=True)]


def _label_layer(labels: Sequence[Mapping[str, object]], names: Sequence[str], colours: Sequence[str], x: float) -> Spec:
    return {
        "data": values(labels),
        "mark": {"type": "text", "align": "left", "x": x + 6, "fontWeight": 600, "clip": False},
        "encoding": {
            "y": field("level", "quantitative"),
            "text": field("group", "nominal"),
            "color": field("group", "nominal", legend=None, scale=scale_of_colours(names, colours)),
        },
    }


def decay_curve(
    observed: Sequence[float],
    fitted: Sequence[float],
    *,
    low: Sequence[float] = (),
    high: Sequence[float] = (),
    unit: str = "months",
    family: str = "",
    level: float = 0.95,
) -> Spec:
    """Observed survival as dots, the fit as a line through them and on into the (shaded) projection.

    Index = age; `observed` ends where the data end, `fitted` (and its band) runs to the horizon.
    """
    last, horizon = len(observed) - 1, len(fitted) - 1
    spec = frame(
        f"Share of accounts still there, % by {unit} since start: observed, fitted, projected",
        f"Dots: observed. Line: {f'{family} curve' if family else 'curve'} fitted to them"
        + (f"; band: its {level:.0%} interval" if low else "")
        + ".",
        width=700,
        height=270,
    )
    x = field(
        "age",
        "quantitative",
        title=f"{unit} since start",
        scale={"domain": [0, horizon], "nice": False},
        axis={"values": _round_ticks(horizon), "format": NUMBER, "tickSize": 4, "grid": False},
    )
    y = field("share", "quantitative", title=None, scale={"domain": [0, 100]}, axis={"format": NUMBER, "tickCount": 5})
    x_from = {**x, "field": "from"}
    line = [{"age": age, "share": 100 * s} for age, s in enumerate(fitted)]
    spec["layer"] = [
        {
            "data": values([{"from": last, "to": horizon}]),
            "mark": {"type": "rect", "color": LIGHT["grid"], "opacity": 0.45},
            "encoding": {"x": x_from, "x2": {"field": "to"}},
        },
        {
            "data": values([{"from": last, "text": "projection, not observed"}]),
            "mark": {"type": "text", "align": "left", "dx": 8, "y": 10, "color": LIGHT["muted"], "fontSize": 11},
            "encoding": {"x": x_from, "text": field("text", "nominal")},
        },
        {
            "data": values(
                [
                    {"age": a, "low": 100 * lo, "high": 100 * hi}
                    for a, (lo, hi) in enumerate(zip(low, high, strict=True))
                    if lo == lo and hi == hi
                ]
            ),
            "mark": {"type": "area", "color": LIGHT["series1"], "opacity": 0.18},
            "encoding": {"x": x, "y": field("low", "quantitative"), "y2": {"field": "high"}},
        },
        {
            "data": values(line[: last + 1]),
            "mark": {"type": "line", "color": LIGHT["series1"], "strokeWidth": 2},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": values(line[last:]),
            "mark": {"type": "line", "color": LIGHT["series1"], "strokeWidth": 2, "strokeDash": [5, 4]},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": values([{"age": a, "share": 100 * s} for a, s in enumerate(observed)]),
            "mark": {"type": "point", "filled": True, "size": 44 if last <= 20 else 22, "color": LIGHT["ink"], "opacity": 1},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": values([{"age": horizon, "share": 100 * fitted[-1], "text": f"{100 * fitted[-1]:.0f}%"}]),
            "mark": {"type": "text", "align": "left", "dx": 6, "color": LIGHT["series1"], "fontWeight": 600},
            "encoding": {"x": x, "y": y, "text": field("text", "nominal")},
        },
    ]
    return spec


def mrr_index_curves(rates: Sequence[float], curves: Sequence[Sequence[float]], *, own: float | None = None) -> Spec:
    """What share of today's MRR is left after n months (1 at the start), one curve for each monthly churn rate.

    With `own`, the rate of the business at hand, that curve stands out and the others step back.
    """
    months = max((len(curve) for curve in curves), default=1) - 1
    curves = [[100 * share for share in curve] for curve in curves]
    top = max([100.0, *(v for curve in curves for v in curve)])
    spec = frame(
        "Share of today's MRR that is left, %, by monthly churn rate",
        "Nothing added, nothing won back.",
        width=590,
        height=270,
    )
    names = [f"{100 * rate:.3g}% per month" for rate in rates]
    colours = [
        series_colour(i) if own is None else series_colour(0) if rate == own else LIGHT["muted"]
        for i, rate in enumerate(rates)
    ]
    x = field(
        "month",
        "quantitative",
        title="Months",
        scale={"domain": [0, months], "nice": False},
        axis={"values": _round_ticks(months), "format": NUMBER, "tickSize": 4, "grid": False},
    )
    rows = [
        {"rate": name, "month": m, "index": value}
        for name, curve in zip(names, curves, strict=True)
        for m, value in enumerate(curve)
    ]
    placed = spread([curve[-1] for curve in curves], top * 15 / 270)
    labels = [
        {"group": name, "level": at, "text": f"{curve[-1]:.0f}%  at {name}"}
        for name, at, curve in zip(names, placed, curves, strict=True)
    ]
    colour = {"legend": None, "scale": scale_of_colours(names, colours)}
    spec["layer"] = [
        {
            "data": values(rows),
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {
                "x": x,
                "y": field(
                    "index", "quantitative", title=None, scale={"domain": [0, top]}, axis={"tickCount": 5, "format": NUMBER}
                ),
                "color": field("rate", "nominal", **colour),
            },
        },
        {
            "data": values(labels),
            "mark": {"type": "text", "align": "left", "x": 598, "fontWeight": 600},
            "encoding": {
                "y": field("level", "quantitative"),
                "text": field("text", "nominal"),
                "color": field("group", "nominal", **colour),
            },
        },
    ]
    return spec


def _round_ticks(end: float) -> list[float]:
    """0, step, 2 step ... with 5 to 10 ticks; months step by 3, 6, 12, 24."""
    step = next((s for s in (1, 2, 3, 6, 12, 24, 48, 60, 120, 365, 730) if end / s <= 9), end / 6)
    ticks = [0.0]
    while ticks[-1] + step <= end + 1e-9:
        ticks.append(ticks[-1] + step)
    assert all(b > a for a, b in pairwise(ticks))
    return ticks
