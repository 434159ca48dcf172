"""One colour per movement, tier, rate and series, the same in every picture: in the report and on matplotlib axes.

Colours of one picture differ in lightness as well as in hue (blue against orange), so that they stay apart in print and for
colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOVEMENTS: Mapping[str, str] = {
    "new": "#0b4f86",
    "expansion": "#3f87c5",
    "reactivation": "#9cc6ea",
    "contraction": "#f2b27a",
    "churn": "#c2521d",
    "fx": "#8d8f3a",
}
TIERS: Mapping[str, str] = {"poor": "#bc4a22", "fair": "#d9a514", "good": "#0f7a6c"}
SERIES: Sequence[str] = ("#0a66ad", "#c4560f", "#0c8068", "#a2568a", "#7a6a00", "#4f7fa6")
RATES: Mapping[str, str] = dict(zip(("nrr", "grr", "logo_retention"), SERIES, strict=False))

TOTAL = "#6b7882"
CAUSES: Mapping[str, str] = {
    "voluntary": "#c8591f",
    "payment_failed": "#efaf76",
    "expired": "#776804",
    "paused": "#a0c9ec",
    "price": "#0d528b",
    "seats": "#458cc9",
    "product": "#0e816a",
    "usage": "#7fc7b4",
    "discount_end": "#a55a8d",
    "refund": "#d6a219",
    "dispute": "#5c2a4e",
    "new_subscription": "#1b72b5",
    "reactivated": "#6f9bbd",
    "unpaused": "#bfdcf3",
    "recovered": "#f7cfa4",
    "other": "#707d87",
    "unknown": "#c3cad0",
}
OWN_CAUSES: Sequence[str] = ("#e07a9b", "#9c6b3f", "#5aa469", "#b59ad6", "#d3c04c", "#3d5a73")
AXIS = "#9aa5ae"
GAIN, LOSS = MOVEMENTS["expansion"], MOVEMENTS["churn"]
FULL, PALE = MOVEMENTS["expansion"], MOVEMENTS["reactivation"]
"""What was counted, and beside it what was held back or lies beyond a limit."""


def tier_colours(count: int) -> list[str]:
    """Worst tier first. Three tiers are poor, fair, good; more repeat the nearest of the three."""
    ramp = list(TIERS.values())
    return ramp[-1:] if count <= 1 else [ramp[round(2 * i / (count - 1))] for i in range(count)]


def cause_colours(causes: Sequence[str]) -> list[str]:
    """The colour of each cause; words of the caller's own take theirs in turn."""
    known = {**CAUSES, "fx": MOVEMENTS["fx"]}
    own = [cause for cause in causes if cause not in known]
    return [known[cause] if cause in known else OWN_CAUSES[own.index(cause) % len(OWN_CAUSES)] for cause in causes]


def change_colours(changes: Sequence[float]) -> list[str]:
    """The colour of a gain or a loss for each change."""
    return [GAIN if change >= 0 else LOSS for change in changes]
