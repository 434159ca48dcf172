"""The share of MRR left at different churn rates."""

from __future__ import annotations

from collections.abc import Sequence

from sojourn._frames.language import say
from sojourn.charts.labels import round_ticks
from sojourn.charts.style import LIGHT, NUMBER, Spec, field, frame, scale_of_colours, series_colour, spread, values


def mrr_index_curves(rates: Sequence[float], curves: Sequence[Sequence[float]], *, own: float | None = None) -> Spec:
    """What share of today's MRR is left after n months (1 at the start), one curve for each monthly churn rate.

    With `own`, the rate of the business at hand, that curve stands out and the others step back.
    """
    months = max((len(curve) for curve in curves), default=1) - 1
    curves = [[100 * share for share in curve] for curve in curves]
    top = max([100.0, *(v for curve in curves for v in curve)])
    spec = frame(
        say("Share of today's MRR that is left, %, by monthly churn rate"),
        say("Nothing added, nothing won back."),
        width=590,
        height=270,
    )
    names = [say("{rate:.3g}% per month", rate=100 * rate) for rate in rates]
    colours = [
        series_colour(i) if own is None else series_colour(0) if rate == own else LIGHT["muted"]
        for i, rate in enumerate(rates)
    ]
    x = field(
        "month",
        "quantitative",
        title=say("Months"),
        scale={"domain": [0, months], "nice": False},
        axis={"values": round_ticks(months), "format": NUMBER, "tickSize": 4, "grid": False},
    )
    rows = [
        {"rate": name, "month": m, "index": value}
        for name, curve in zip(names, curves, strict=True)
        for m, value in enumerate(curve)
    ]
    placed = spread([curve[-1] for curve in curves], top * 15 / 270)
    labels = [
        {"group": name, "level": at, "text": say("{left:.0f}%  at {name}", left=curve[-1], name=name)}
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
