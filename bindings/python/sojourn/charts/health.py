"""Health scores: their distribution against the tier thresholds, and the tiers as one bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sojourn._frames.language import counted, say
from sojourn._frames.palette import tier_colours
from sojourn.charts.style import LIGHT, NUMBER, WIDTH, Spec, field, frame, scale_of_colours, spread, values


def score_histogram(scores: Sequence[float], *, thresholds: Sequence[float], tiers: Sequence[str]) -> Spec:
    """Number of accounts by score, coloured by tier. Missing scores are left out; show their number beside the picture.

    The step is the widest of 5, 4, 2, 1 points on which every threshold falls, so a bar has one colour; where a threshold
    falls between (42.5), the bar that it cuts is stacked. `tiers` are named worst first.
    """
    step = next((s for s in (5, 4, 2, 1) if all(t % s == 0 for t in thresholds)), 5)
    counts: dict[tuple[int, int], int] = {}
    for score in scores:
        if score == score:
            key = (min(int(score // step), 100 // step - 1), sum(1 for t in thresholds if score >= t))
            counts[key] = counts.get(key, 0) + 1
    rows, tops = [], dict[int, int]()
    for (index, tier), count in sorted(counts.items()):
        base = tops.get(index, 0)
        rows.append(
            {
                "low": index * step,
                "high": (index + 1) * step,
                "base": base,
                "top": base + count,
                "count": count,
                "tier": tiers[tier],
            }
        )
        tops[index] = base + count
    spec = frame(
        say("Accounts by health score, number in steps of {points}", points=counted(step, "point")),
        say("{n:,} scored accounts; dashed: where a tier begins.", n=sum(counts.values())),
        height=230,
    )
    colours = tier_colours(len(tiers))
    x = field(
        "low",
        "quantitative",
        title=say("Health score (0 worst, 100 best)"),
        scale={"domain": [0, 100]},
        axis={"values": list(range(0, 101, 10)), "tickSize": 4, "grid": False},
    )
    y = field(
        "base",
        "quantitative",
        title=None,
        scale={"domain": [0, 1.14 * max(tops.values(), default=1)]},
        axis={"tickCount": 5, "format": NUMBER, "tickMinStep": 1},
    )
    bounds = [0.0, *thresholds, 100.0]
    names = [{"middle": (bounds[i] + bounds[i + 1]) / 2, "tier": name} for i, name in enumerate(tiers)]
    colour = field("tier", "nominal", legend=None, scale=scale_of_colours(tiers, colours))
    spec["layer"] = [
        {
            "data": values(rows),
            "mark": {"type": "rect", "stroke": LIGHT["paper"], "strokeWidth": 1},
            "encoding": {"x": x, "x2": {"field": "high"}, "color": colour, "y": y, "y2": {"field": "top"}},
        },
        {
            "data": values([{"at": t} for t in thresholds]),
            "mark": {"type": "rule", "color": LIGHT["ink"], "strokeDash": [4, 3]},
            "encoding": {"x": field("at", "quantitative")},
        },
        {
            "data": values(names),
            "mark": {"type": "text", "y": 6, "fontWeight": 600},
            "encoding": {"x": field("middle", "quantitative"), "text": field("tier", "nominal")},
        },
    ]
    return spec


def tier_bar(tiers: Sequence[str], accounts: Sequence[int], *, unknown: int = 0, title: str = "") -> Spec:
    """One bar cut by tier, best first; its number and share of the scored accounts stand in each part, or below it where the
    part is narrow."""
    parts = list(zip(tiers, accounts, tier_colours(len(tiers)), strict=True))[::-1]
    if unknown:
        parts.append((say("no score"), unknown, LIGHT["grid"]))
    total = sum(count for _, count, _ in parts) or 1
    scored = sum(accounts) or 1
    rows: list[Spec] = []
    at = 0.0
    for part, (name, count, fill) in enumerate(parts):
        share = f" ({100 * count / scored:.1f}%)" if part < len(tiers) else ""
        if count:
            rows.append(
                {
                    "tier": name,
                    "from": at,
                    "to": at + count,
                    "middle": at + count / 2,
                    "count": count,
                    "fill": fill,
                    "text": f"{name} {count:,}{share}",
                    "wide": count / total > 0.24,
                }
            )
        at += count
    spec = frame(title, height=32)
    x = field("from", "quantitative", axis=None, scale={"domain": [0, total], "nice": False})
    colour = field("tier", "nominal", legend=None, scale=scale_of_colours([p[0] for p in parts], [p[2] for p in parts]))
    spec["layer"] = [
        {
            "data": values(rows),
            "mark": {"type": "bar", "height": 30, "stroke": LIGHT["paper"]},
            "encoding": {"x": x, "x2": {"field": "to"}, "color": colour},
        }
    ]
    for fill in sorted({row["fill"] for row in rows}):
        inside = LIGHT["onsolid"] if fill in (LIGHT["good"], LIGHT["poor"]) else LIGHT["onfair"]
        spec["layer"].append(_bar_text([row for row in rows if row["fill"] == fill and row["wide"]], inside, 16))
    narrow = [row for row in rows if not row["wide"]]
    room = total * 140 / WIDTH
    placed = spread([row["middle"] for row in narrow], room)
    last = len(placed) - 1
    inside_bar = [min(max(at, room * (i + 0.5)), total - room * (last - i + 0.5)) for i, at in enumerate(placed)]
    below = [{**row, "middle": at} for row, at in zip(narrow, inside_bar, strict=True)]
    spec["layer"].append(_bar_text(below, LIGHT["ink"], 44))
    return spec


def _bar_text(rows: Sequence[Spec], colour: str, y: float) -> Spec:
    return {
        "data": values(rows),
        "mark": {"type": "text", "fontWeight": 600, "color": colour, "y": y},
        "encoding": {"x": field("middle", "quantitative"), "text": field("text", "nominal")},
    }


def delta_waterfall(before: float, effects: Mapping[str, float], now: float, *, title: str, top: int = 5) -> Spec:
    """From the score before to the score now, one step per effect: the `top` largest, then all others as one."""
    seen = 0.05  # points: less would be printed as 0.0
    order = sorted((name for name, effect in effects.items() if abs(effect) >= seen), key=lambda name: -abs(effects[name]))
    steps = [(name, effects[name]) for name in order[:top]]
    rest = (now - before) - sum(effect for _, effect in steps)
    if abs(rest) >= seen:
        steps.append((say("all others") if any(effects.values()) else say("not split"), rest))
    rows: list[Spec] = [{"step": say("before"), "kind": "total", "from": 0.0, "to": before, "text": f"{before:.1f}"}]
    level = before
    for name, effect in steps:
        sign = "+" if effect >= 0 else "\N{MINUS SIGN}"
        rows.append(
            {
                "step": name,
                "kind": "good" if effect >= 0 else "poor",
                "from": level,
                "to": level + effect,
                "text": f"{sign}{abs(effect):.1f}",
            }
        )
        level += effect
    rows.append({"step": say("now"), "kind": "total", "from": 0.0, "to": now, "text": f"{now:.1f}"})
    keys = [row["step"] for row in rows]
    low = min(min(row["from"], row["to"]) for row in rows[1:-1] or rows)
    high = max(max(row["from"], row["to"]) for row in rows)
    # Bars of scores may be cut at the foot: what is shown is the difference, and the numbers stand above.
    foot = max(0.0, 10 * int((low - 0.6 * (high - low)) // 10)) if low > 10 else 0.0
    for row in rows:
        row.update({"from": max(row["from"], foot), "top": max(row["from"], row["to"])})
    subtitle = say("Points of the health score; what each signal did, the largest first.") + (
        say(" The axis starts at {foot:.0f}.", foot=foot) if foot else ""
    )
    spec = frame(title, subtitle, height=240)
    x = field(
        "step",
        "ordinal",
        sort=keys,
        title=None,
        scale={"paddingInner": 0.28},
        axis={"labelAngle": 0, "ticks": False, "labelPadding": 8, "labelLimit": 110},
    )
    y_scale = {"domain": [foot, high + 0.12 * (high - foot)], "nice": False}
    links = [{"step": keys[i], "next": keys[i + 1], "level": rows[i]["to"]} for i in range(len(rows) - 1)]
    kinds = ["total", "good", "poor"]
    spec["layer"] = [
        {
            "data": values(links),
            "mark": {"type": "rule", "color": LIGHT["axis"], "strokeDash": [2, 2]},
            "encoding": {"x": x, "x2": {"field": "next"}, "y": field("level", "quantitative", title=None, scale=y_scale)},
        },
        {
            "data": values(rows),
            "mark": "bar",
            "encoding": {
                "x": x,
                "y": field("from", "quantitative", title=None, scale=y_scale, axis={"tickCount": 5, "format": NUMBER}),
                "y2": {"field": "to"},
                "color": field(
                    "kind", "nominal", legend=None, scale=scale_of_colours(kinds, [LIGHT[kind] for kind in kinds])
                ),
            },
        },
        {
            "data": values(rows),
            "mark": {"type": "text", "dy": -7, "fontWeight": 600},
            "encoding": {"x": x, "y": field("top", "quantitative", scale=y_scale), "text": field("text", "nominal")},
        },
    ]
    return spec
