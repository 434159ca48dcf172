"""What was lost over time, by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sojourn._frames.language import mark, say, word
from sojourn._frames.palette import CAUSES, cause_colours
from sojourn.charts.revenue import period_axis, unit_of, unit_title
from sojourn.charts.style import LIGHT, NUMBER, TIP, Spec, field, frame, scale_of_colours, tip, values

MOST = 7
REST = mark("all others")


def churn_by_cause(
    periods: Sequence[str], lost: Mapping[str, Sequence[float]], *, currency: str = "USD", each: str = "month"
) -> Spec:
    """Stacked bars of what each cause took, in currency units, the largest cause at the bottom and unknown on top.

    Of more than seven causes the smallest are drawn as one, so that colours stay apart; the table has them all.
    """
    shown = _largest(lost)
    order = list(shown)
    divisor, unit = unit_of(max((sum(amounts) for amounts in zip(*shown.values(), strict=True)), default=0.0))
    rows = []
    for index, period in enumerate(periods):
        base = 0.0
        for cause in order:
            amount = shown[cause][index]
            rows.append(
                {
                    "period": period,
                    "cause": cause_label(cause),
                    "from": base / divisor,
                    "to": (base + amount) / divisor,
                    "tip": f"{TIP}{period} {cause_label(cause)}: {amount:,.2f} {currency}",
                }
            )
            base += amount
    named = [cause for cause in order if cause != REST]
    spec = frame(
        say("MRR that left by {each} and cause, {currency}", each=word(each), currency=unit_title(currency, unit)),
        say("The largest cause is at the bottom."),
    )
    colours = {cause: CAUSES["other"] for cause in order} | dict(zip(named, cause_colours(named), strict=True))
    spec["layer"] = [
        {
            "data": values(rows),
            "mark": {"type": "bar"},
            "encoding": {
                "x": field(
                    "period", "ordinal", sort=None, title=None, axis=period_axis(periods), scale={"paddingInner": 0.22}
                ),
                "y": field("from", "quantitative", title=None, axis={"tickCount": 6, "format": NUMBER}),
                "y2": {"field": "to"},
                **tip(),
                "color": field(
                    "cause",
                    "nominal",
                    sort=None,
                    legend={"symbolOpacity": 1},
                    scale=scale_of_colours([cause_label(cause) for cause in order], list(colours.values())),
                ),
            },
        },
        {
            "data": values([{"zero": 0}]),
            "mark": {"type": "rule", "color": LIGHT["axis"]},
            "encoding": {"y": field("zero", "quantitative")},
        },
    ]
    return spec


def cause_label(cause: str) -> str:
    """A cause in words for the eye; words of the caller's own stay."""
    return word(cause.replace("_", " ")) if cause in CAUSES or cause == REST else cause


def _largest(lost: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """The largest causes first, unknown last; those beyond the most that can be told apart in one."""
    order = sorted((cause for cause in lost if any(lost[cause])), key=lambda c: (c == "unknown", -sum(lost[c]), c))
    named = [cause for cause in order if cause != "unknown"]
    kept = named if len(order) <= MOST else named[: MOST - 2]
    shown = {cause: list(lost[cause]) for cause in kept}
    if rest := [cause for cause in named if cause not in shown]:
        shown[REST] = [sum(amounts) for amounts in zip(*(lost[cause] for cause in rest), strict=True)]
    if "unknown" in order:
        shown["unknown"] = list(lost["unknown"])
    return shown
