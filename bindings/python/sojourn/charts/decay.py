"""A fitted decay with its projection."""

from __future__ import annotations

from collections.abc import Sequence

from sojourn._frames.language import say, word
from sojourn.charts.labels import round_ticks
from sojourn.charts.style import LIGHT, NUMBER, Spec, field, frame, values


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
        say("Share of accounts still there, % by {unit} since start: observed, fitted, projected", unit=word(unit)),
        say(
            "Dots: observed. Line: {family} fitted to them.",
            family=say("{family} curve", family=family) if family else say("curve"),
        )
        + (say(" Band: its {level:.0%} interval.", level=level) if low else ""),
        width=700,
        height=270,
    )
    x = field(
        "age",
        "quantitative",
        title=say("{unit} since start", unit=word(unit)),
        scale={"domain": [0, horizon], "nice": False},
        axis={"values": round_ticks(horizon), "format": NUMBER, "tickSize": 4, "grid": False},
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
            "data": values([{"from": last, "text": say("projection, not observed")}]),
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
