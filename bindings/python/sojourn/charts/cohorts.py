"""The cohort triangle as a heat map."""

from __future__ import annotations

from collections.abc import Sequence

from sojourn._frames.language import counted, say, word
from sojourn.charts.style import LIGHT, TIP, WIDTH, Spec, field, frame, room, tip, values

# Three diagonals inside the unit square that Vega scales to the cell: a hatch that needs no pattern definition.
_HATCH = "M-1,-0.2L-0.2,-1M-1,1L1,-1M0.2,1L1,0.2"
# From these shades on white has the contrast of 4.5 to 1 that black has below: blue, and orange.
_LIGHT_TEXT = {False: 0.79, True: 0.84}


def cohort_heat_map(
    cohorts: Sequence[str],
    retention: Sequence[Sequence[float | None]],
    *,
    sizes: Sequence[int],
    measure: str = "accounts",
    step: str = "month",
) -> Spec:
    """Share of each cohort still there, by age: `retention[c][a]` in 0..1.

    An age that is None, or beyond the end of a cohort's row, is not known yet: it is hatched, so that nobody reads it as
    zero. The colour scale is fixed, so two pictures compare: 0-100 % for accounts; MRR, which can grow, is orange below
    100 % and blue above, the deeper the farther.
    """
    ages = max((len(row) for row in retention), default=0)
    money = measure != "accounts"
    cell = min(46.0, (WIDTH - 150) / max(1, ages))
    rows: list[Spec] = []
    hatched: list[Spec] = []
    for cohort, row in zip(cohorts, retention, strict=True):
        for age in range(ages):
            value = row[age] if age < len(row) else None
            if value is None or value != value:
                hatched.append({"cohort": cohort, "age": age})
            else:
                rows.append(
                    {
                        "cohort": cohort,
                        "age": age,
                        "share": value,
                        "shade": min(1.0, 2 * abs(value - 1)) if money else min(1.0, max(0.0, value)),
                        "below": money and value < 1,
                        "text": f"{100 * value:.0f}",
                        "tip": f"{TIP}{cohort} + {counted(age, step)}: {100 * value:.1f}%",
                    }
                )
    spec = frame(
        say("Accounts retained by start {step}, % of the cohort at its start", step=word(step))
        if measure == "accounts"
        else say("MRR retained by start {step}, % of the cohort at its start", step=word(step)),
        (
            say("Orange: less than at the start, blue: more; the colour is full at 50% and at 150%.")
            if money
            else say("Colour: faint at 0%, full at 100%.")
        )
        + (say(" Hatched: not known yet.") if hatched else ""),
        width=int(cell * max(1, ages)),
        height=max(22, 22 * len(cohorts)),
    )
    x = field(
        "age",
        "ordinal",
        title=say("Age of the cohort, {steps}", steps=word(f"{step}s")),
        scale={"domain": list(range(ages)), "padding": 0},
        axis={
            "orient": "top",
            "labelAngle": 0,
            "domain": False,
            "ticks": False,
            "labelOverlap": False,
            "values": list(range(0, ages, 1 if cell >= 21 else 6)),
        },
    )
    y = field(
        "cohort",
        "ordinal",
        title=None,
        sort=None,
        scale={"domain": list(cohorts), "padding": 0},
        axis={"domain": False, "ticks": False, "labelPadding": 62, "minExtent": 62 + room(cohorts)},
    )
    counts = [{"cohort": cohort, "text": f"{size:,}"} for cohort, size in zip(cohorts, sizes, strict=True)]
    text = {"x": x, "y": y, "text": field("text", "nominal")}
    spec["layer"] = [
        *(
            _cells([row for row in rows if row["below"] == below], x, y, below=below)
            for below in ((False, True) if money else (False,))
        ),
        {
            "data": values(hatched),
            "mark": {"type": "rect", "fill": LIGHT["grid"], "fillOpacity": 0.3, "stroke": LIGHT["paper"], "strokeWidth": 1},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": values(hatched),
            "mark": {
                "type": "point",
                "shape": _HATCH,
                "filled": False,
                "size": 190,
                "color": LIGHT["axis"],
                "strokeWidth": 1,
                "opacity": 0.6,
            },
            "encoding": {"x": x, "y": y},
        },
        {
            "data": values(counts),
            "mark": {"type": "text", "align": "right", "x": -10, "color": LIGHT["muted"], "fontSize": 11},
            "encoding": {"y": y, "text": field("text", "nominal")},
        },
        {
            "data": values([{}]),
            "mark": {
                "type": "text",
                "align": "right",
                "x": -10,
                "y": -11,
                "color": LIGHT["muted"],
                "fontSize": 11,
                "text": say("accounts"),
            },
        },
    ]
    if cell >= 21:
        size = 11 if cell >= 25 else 10
        light = [row for row in rows if row["shade"] < _LIGHT_TEXT[row["below"]]]
        dark = [row for row in rows if row["shade"] >= _LIGHT_TEXT[row["below"]]]
        spec["layer"] += [
            {"data": values(light), "mark": {"type": "text", "fontSize": size, "color": LIGHT["onfaint"]}, "encoding": text},
            {"data": values(dark), "mark": {"type": "text", "fontSize": size, "color": LIGHT["onheat"]}, "encoding": text},
        ]
    return spec


def _cells(rows: list[Spec], x: Spec, y: Spec, *, below: bool) -> Spec:
    fill = LIGHT["heatlow" if below else "heat"]
    shade = field("shade", "quantitative", legend=None, scale={"domain": [0, 1], "range": [0.05, 1]})
    return {
        "data": values(rows),
        "mark": {"type": "rect", "fill": fill, "stroke": LIGHT["paper"], "strokeWidth": 1},
        "encoding": {"x": x, "y": y, "fillOpacity": shade, **tip()},
    }
