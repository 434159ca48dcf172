"""MRR movements over time, and the roll-forward of a whole window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._frames.language import language, mark, say, word
from sojourn.charts.style import LIGHT, NUMBER, TIP, Spec, field, frame, scale_of_colours, spread, tip, values

GAINS = ("new", "expansion", "reactivation")
LOSSES = ("churn", "contraction")
LABELS = {
    "new": mark("New"),
    "reactivation": mark("Reactivation"),
    "expansion": mark("Expansion"),
    "contraction": mark("Contraction"),
    "churn": mark("Churn"),
    "fx": mark("Currency"),
}


def unit_of(largest: float) -> tuple[float, str]:
    """The power of a thousand (in Chinese of ten thousand) that leaves the largest amount at least two digits."""
    steps = ((1e8, "亿"), (1e4, "万")) if language() == "zh" else ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands"))
    for divisor, name in steps:
        if largest >= 10 * divisor:
            return divisor, name
    return 1.0, ""


def unit_title(currency: str, unit: str) -> str:
    return f"{currency} {unit}".strip()


def mrr_movements(
    periods: Sequence[str], movements: Mapping[str, Sequence[float]], *, currency: str = "USD", each: str = "month"
) -> Spec:
    """Stacked bars, gains up and losses down, the net as a dot. Amounts in currency units, losses as positive numbers."""
    shown = [name for name in (*GAINS, *LOSSES) if any(movements.get(name, ()))]
    if any(movements.get("fx", ())):
        shown.append("fx")
    ups, downs = _extremes(periods, movements)
    divisor, unit = unit_of(max(ups, -downs, 0.0))
    rows, nets = [], []
    for index, period in enumerate(periods):
        net, up, down = 0.0, 0.0, 0.0
        for name in shown:
            amount = movements[name][index] * (-1 if name in LOSSES else 1)
            net += amount
            low = up if amount >= 0 else down
            rows.append(
                {
                    "period": period,
                    "movement": word(LABELS[name]),
                    "amount": amount / divisor,
                    "from": low / divisor,
                    "to": (low + amount) / divisor,
                    "tip": f"{TIP}{period} {word(LABELS[name])}: {amount:,.2f} {currency}",
                }
            )
            up, down = (up + amount, down) if amount >= 0 else (up, down + amount)
        nets.append({"period": period, "net": net / divisor})
    spec = frame(
        say("MRR movements by {each}, {currency}", each=word(each), currency=unit_title(currency, unit)),
        say("Gains stack upwards, losses downwards; the dot is the net change."),
        height=270,
    )
    colour = field(
        "movement",
        "nominal",
        sort=None,
        legend={"symbolOpacity": 1},
        scale=scale_of_colours([word(LABELS[n]) for n in shown], [LIGHT[n] for n in shown]),
    )
    x = field("period", "ordinal", sort=None, title=None, axis=period_axis(periods), scale={"paddingInner": 0.22})
    spec["layer"] = [
        {
            "data": values(rows),
            "mark": {"type": "bar"},
            "encoding": {
                "x": x,
                "color": colour,
                "y": field("from", "quantitative", title=None, axis={"tickCount": 6, "format": NUMBER}),
                "y2": {"field": "to"},
                **tip(),
            },
        },
        {
            "data": values([{"zero": 0}]),
            "mark": {"type": "rule", "color": LIGHT["axis"]},
            "encoding": {"y": field("zero", "quantitative")},
        },
        {
            "data": values(nets),
            "mark": {
                "type": "point",
                "filled": True,
                "size": 34,
                "color": LIGHT["ink"],
                "stroke": LIGHT["paper"],
                "strokeWidth": 1,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": field("net", "quantitative")},
        },
    ]
    return spec


def mrr_waterfall(
    opening: float,
    movements: Mapping[str, float],
    closing: float,
    *,
    opening_label: str,
    closing_label: str,
    currency: str = "USD",
) -> Spec:
    """Opening balance, one step for each movement, closing balance: the roll-forward as a picture."""
    steps = [(say("Opening"), opening_label, 0.0, opening, "total")]
    level = opening
    for name in ("new", "reactivation", "expansion", "contraction", "churn", "fx"):
        amount = movements.get(name, 0.0) * (-1 if name in LOSSES else 1)
        if amount or name != "fx":
            steps.append((word(LABELS[name]), "", level, level + amount, name))
            level += amount
    steps.append((say("Closing"), closing_label, 0.0, closing, "total"))
    divisor, unit = unit_of(max(max(abs(a), abs(b)) for _, _, a, b, _ in steps))
    changes = [abs(end - start) / divisor for _, _, start, end, _ in steps if end != start]
    places = 0 if min(changes, default=0.0) >= 10 else 1
    rows: list[Spec] = []
    for label, when, start, end, name in steps:
        change = end - start
        rows.append(
            {
                "step": [label, when] if when else label,
                "key": label,
                "movement": name,
                "from": start / divisor,
                "to": end / divisor,
                "amount": change / divisor,
                "top": max(start, end) / divisor,
                "text": _amount(change / divisor, places, signed=name != "total"),
                "tip": f"{TIP}{label}: {change:,.2f} {currency}",
            }
        )
    spec = frame(
        say(
            "MRR roll-forward {opening_label} to {closing_label}, {currency}",
            opening_label=opening_label,
            closing_label=closing_label,
            currency=unit_title(currency, unit),
        ),
        height=260,
    )
    keys = [row["key"] for row in rows]
    x = field(
        "key",
        "ordinal",
        sort=None,
        title=None,
        scale={"paddingInner": 0.28},
        axis={"labelAngle": 0, "ticks": False, "labelPadding": 8},
    )
    links = [{"key": keys[i], "next": keys[i + 1], "level": rows[i]["to"]} for i in range(len(rows) - 1)]
    spec["layer"] = [
        {
            "data": values(links),
            "mark": {"type": "rule", "color": LIGHT["axis"], "strokeDash": [2, 2]},
            "encoding": {"x": {**x, "sort": keys}, "x2": {"field": "next"}, "y": field("level", "quantitative")},
        },
        {
            "data": values(rows),
            "mark": "bar",
            "encoding": {
                "x": {**x, "sort": keys},
                "y": field("from", "quantitative", title=None, axis={"tickCount": 5, "format": NUMBER}),
                "y2": {"field": "to"},
                **tip(),
                "color": field(
                    "movement",
                    "nominal",
                    legend=None,
                    scale=scale_of_colours([r["movement"] for r in rows[:-1]], [LIGHT[r["movement"]] for r in rows[:-1]]),
                ),
            },
        },
        {
            "data": values(rows),
            "mark": {"type": "text", "dy": -7, "fontWeight": 600},
            "encoding": {"x": {**x, "sort": keys}, "y": field("top", "quantitative"), "text": field("text", "nominal")},
        },
    ]
    return spec


RATES = {"nrr": ("NRR", "series1"), "grr": ("GRR", "series2"), "logo_retention": (mark("Customers"), "series3")}


def retention_over_time(
    periods: Sequence[str],
    rates: Mapping[str, Sequence[tuple[float, float, float] | None]],
    *,
    window: int = 12,
    level: float = 0.95,
) -> Spec:
    """One line per rate (nrr, grr, logo_retention) with its band. Each period has value, low and high as shares, or None."""
    shown = [name for name in RATES if any(found is not None for found in rates.get(name, ()))]
    names, colours = [word(RATES[name][0]) for name in shown], [LIGHT[RATES[name][1]] for name in shown]
    known = [
        (period, word(RATES[name][0]), found)
        for name in shown
        for period, found in zip(periods, rates[name], strict=True)
        if found is not None
    ]
    rows = [{"period": period, "rate": rate, "kept": 100 * value} for period, rate, (value, _, _) in known]
    bands = [
        {"period": period, "rate": rate, "low": 100 * low, "high": 100 * high}
        for period, rate, (_, low, high) in known
        if low == low and high == high
    ]
    spec = frame(
        say("Kept of what was there {window} months before, %", window=window),
        say(
            "NRR counts upgrades, GRR does not; band: {level:.0%} interval; at the line of 100 nothing is lost.", level=level
        ),
        width=650,
        height=270,
    )
    colour = field("rate", "nominal", legend=None, scale=scale_of_colours(names, colours))
    x = field(
        "period",
        "ordinal",
        sort=list(periods),
        title=None,
        axis=period_axis(periods),
        scale={"type": "point", "padding": 0.3},
    )
    y = field("kept", "quantitative", title=None, scale={"zero": False}, axis={"tickCount": 6, "format": NUMBER})
    spec["layer"] = [
        {
            "data": values(bands),
            "mark": {"type": "area", "opacity": 0.14},
            "encoding": {
                "x": x,
                "y": field("low", "quantitative", scale={"zero": False}),
                "y2": {"field": "high"},
                "color": colour,
            },
        },
        {
            "data": values([{"all": 100}]),
            "mark": {"type": "rule", "color": LIGHT["axis"], "strokeDash": [2, 2]},
            "encoding": {"y": field("all", "quantitative")},
        },
        {"data": values(rows), "mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": y, "color": colour}},
        {
            "data": values(_ends(rows, bands, spec["height"])),
            "mark": {"type": "text", "align": "left", "x": 656, "fontWeight": 600, "clip": False},
            "encoding": {"y": field("kept", "quantitative"), "text": field("rate", "nominal"), "color": colour},
        },
    ]
    return spec


def _ends(rows: Sequence[Mapping[str, Any]], bands: Sequence[Mapping[str, Any]], height: int) -> list[Mapping[str, Any]]:
    """The positions of the names of lines: at their ends, without overlap."""
    last = {row["rate"]: row["kept"] for row in rows}
    shown = [100.0, *(row["kept"] for row in rows), *(row[end] for row in bands for end in ("low", "high"))]
    gap = (max(shown) - min(shown)) * 16 / height
    return [{"rate": rate, "kept": kept} for rate, kept in zip(last, spread(list(last.values()), gap), strict=True)]


def _amount(value: float, places: int, *, signed: bool) -> str:
    size = abs(value)
    text = f"{size:,.{places}f}"
    if not signed:
        return text if value >= 0 else f"−{text}"
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else "0"


def _extremes(periods: Sequence[str], movements: Mapping[str, Sequence[float]]) -> tuple[float, float]:
    ups = [sum(movements[n][i] for n in GAINS if n in movements) for i in range(len(periods))]
    downs = [-sum(movements[n][i] for n in LOSSES if n in movements) for i in range(len(periods))]
    return max(ups, default=0.0), min(downs, default=0.0)


def period_axis(periods: Sequence[str]) -> Spec:
    """Every label that fits, about 13 on the width of a page."""
    stride = max(1, -(-len(periods) // 13))
    kept = list(periods)[::stride]
    return {"values": kept, "labelAngle": 0, "labelOverlap": False, "tickSize": 4}
