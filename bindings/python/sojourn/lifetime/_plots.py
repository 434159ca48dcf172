"""Pictures of survival, decay and MRR left. matplotlib is imported only when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sojourn._frames.optional import require

if TYPE_CHECKING:
    from sojourn._frames.table import Table

PROJECTED = "0.93"
CURVES_WITH_BANDS = 3
CURVES_AT_RISK = 8
CAUSES_INSIDE = 6
PICTURES_IN_A_ROW = 4


@dataclass(frozen=True)
class StepCurve:
    """One survival curve as numbers: a row for each age at which an account left observation."""

    label: str
    time: Sequence[float]
    survival: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    at_risk: Sequence[int]
    censored: Sequence[int]


def draw_survival(curves: Sequence[StepCurve], ax: Any = None) -> Any:
    """Steps, bands, censoring ticks; below them one row of numbers at risk per curve.

    Many curves over one another stay legible: beyond three there are lines only, named beside the picture in the order in
    which they end; beyond eight the numbers at risk are left to the table.
    """
    ax = _axes(ax)
    last = max((curve.time[-1] for curve in curves if len(curve.time)), default=1)
    crowded = len(curves) > CURVES_WITH_BANDS
    for curve, style in zip(curves, line_styles(len(curves)), strict=True):
        _draw_steps(ax, curve, style, plain=crowded)
    ax.set_xlim(0, last)
    ax.set_ylim(0, 1.02)
    ax.set_ylabel("share left")
    ax.grid(alpha=0.2)
    ages = _ages(last)
    ax.set_xticks(ages)
    if len(curves) <= CURVES_AT_RISK and any(any(curve.at_risk) for curve in curves):
        _at_risk_rows(ax, curves, ages)
    else:
        ax.set_xlabel("age")
    if crowded:
        lines = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
        lines.sort(key=lambda line: -line.get_ydata()[-1])
        ax.legend(handles=lines, frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), borderaxespad=0)
    elif len(curves) > 1:
        ax.legend(frameon=False)
    return ax


def line_styles(lines: int) -> list[dict[str, Any]]:
    """A colour and a dash for each line, no two alike."""
    dashes = ("-", "--", ":", "-.")
    return [{"color": f"C{i % 10}", "linestyle": dashes[i // 10 % len(dashes)]} for i in range(lines)]


def draw_incidence(time: Sequence[float], causes: Mapping[str, Sequence[float]], ax: Any = None) -> Any:
    """Shares that have left, stacked by cause in steps; above them those still there."""
    ax = _axes(ax)
    ages = [0, *time]
    below = [0.0] * len(ages)
    for place, (cause, shares) in enumerate(causes.items()):
        above = [b + s for b, s in zip(below, [0.0, *shares], strict=True)]
        look = {"color": f"C{place % 10}", "hatch": ("", "//", "..", "xx")[place // 10 % 4], "edgecolor": "white"}
        ax.fill_between(ages, below, above, step="post", alpha=0.8, linewidth=0, label=cause, **look)
        below = above
    ax.set_xlim(0, ages[-1] if len(ages) > 1 else 1)
    ax.set_ylim(0, 1)
    ax.set_xlabel("age")
    ax.set_ylabel("share that has left")
    if causes:
        handles, labels = ax.get_legend_handles_labels()
        beside: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5)} if len(causes) > CAUSES_INSIDE else {}
        ax.legend(handles[::-1], labels[::-1], frameon=False, title="left for", **beside)
    return ax


def side_by_side(pictures: int) -> Any:
    """Axes of one figure that share their scales, four in a row."""
    across = min(max(1, pictures), PICTURES_IN_A_ROW)
    down = -(-max(1, pictures) // across)
    figure = require("matplotlib.pyplot", "sojourn[plot]").figure(figsize=(4 * across, 3.6 * down), layout="constrained")
    axes = list(figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).flat)
    for unused in axes[pictures:]:
        unused.remove()
    for lowest in axes[max(0, pictures - across) : pictures]:
        lowest.tick_params(labelbottom=True)
    return axes[:pictures]


def draw_decay(table: Table, ax: Any) -> Any:
    """Observed points, fitted curve with its band, the projected part shaded."""
    period, share = table["period"].to_list(), table["survival"].to_list()
    observed = int(table.options["observed"])
    low = [s if v != v else v for v, s in zip(table["low"], share, strict=True)]
    high = [s if v != v else v for v, s in zip(table["high"], share, strict=True)]
    if period[-1] > observed:
        ax.axvspan(observed, period[-1], color=PROJECTED, zorder=0, label="projected")
    ax.fill_between(period, low, high, alpha=0.25, linewidth=0, label=f"{table.options['level']:.0%} interval")
    ax.plot(period, share, label="fitted")
    seen = [(p, v) for p, v in zip(period, table["observed"], strict=True) if v is not None]
    ax.plot([p for p, _ in seen], [v for _, v in seen], "o", color="0.2", markersize=4, label="observed")
    ax.set_xlim(0, period[-1])
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("renewals")
    ax.set_ylabel("share left")
    ax.legend(frameon=False)
    return ax


def draw_renewal_rates(table: Table, ax: Any) -> Any:
    """The rate of each renewal with its limits."""
    renewal, rate, low, high = (table[name].to_list() for name in ("renewal", "rate", "low", "high"))
    ax.vlines(renewal, low, high, color="0.6", linewidth=2, label=f"{table.options['level']:.0%} interval")
    ax.plot(renewal, rate, "o-", markersize=4, label="renewed")
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("renewal")
    ax.set_ylabel("share that renewed")
    ax.legend(frameon=False)
    return ax


def draw_fitted(table: Table, ax: Any) -> Any:
    """A fitted survival curve with its band."""
    ages, share = table["age"].to_list(), table["survival"].to_list()
    low = [s if v != v else v for v, s in zip(table["low"], share, strict=True)]
    high = [s if v != v else v for v, s in zip(table["high"], share, strict=True)]
    ax.fill_between(ages, low, high, alpha=0.25, linewidth=0, label=f"{table.options['level']:.0%} interval")
    ax.plot(ages, share, label=str(table.options["family"]))
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("age")
    ax.set_ylabel("share left")
    ax.legend(frameon=False)
    return ax


def draw_chain_ladder(cells: Table, ends: Table, ax: Any = None) -> Any:
    """One line per cohort from light (old) to dark (young): seen solid, projected dotted, limits to the right."""
    ax = _axes(ax)
    rows = list(zip(cells["cohort"], cells["age"], cells["value"], cells["projected"], strict=True))
    limits = dict(zip(ends["cohort"], zip(ends["low"], ends["high"], strict=True), strict=True))
    names = list(dict.fromkeys(cohort for cohort, *_ in rows))
    for place, name in enumerate(names):
        own = [(age, value, projected) for cohort, age, value, projected in rows if cohort == name]
        seen = [(age, value) for age, value, projected in own if not projected]
        colour = str(0.75 * (1 - place / max(1, len(names) - 1)))
        label = name if place in (0, len(names) - 1) else None
        ax.plot([age for age, _ in seen], [value for _, value in seen], color=colour, linewidth=1, label=label)
        ahead = [seen[-1], *((age, value) for age, value, projected in own if projected)]
        ax.plot([age for age, _ in ahead], [value for _, value in ahead], ":", color=colour, linewidth=1)
        low, high = limits[name]
        if len(ahead) > 1 and low == low:
            ax.vlines(ahead[-1][0] + 0.25 * place, low, high, color=colour, linewidth=1)  # side by side, oldest first
    ax.set_xlabel("age")
    ax.set_ylabel("value")
    ax.margins(y=0.08)
    ax.grid(alpha=0.2)
    ax.legend(frameon=False, title="cohort; dotted: projected", loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def draw_mrr_index(table: Table, ax: Any) -> Any:
    """One line per churn rate, named at its end."""
    rows = list(zip(table["churn_rate"], table["month"], table["remaining"], strict=True))
    for rate in dict.fromkeys(rate for rate, _, _ in rows):
        line = [(month, left) for each, month, left in rows if each == rate]
        (drawn,) = ax.plot([m for m, _ in line], [left for _, left in line])
        ax.annotate(f"{rate:.3g}", line[-1], xytext=(4, 0), textcoords="offset points", va="center", color=drawn.get_color())
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("months")
    ax.set_ylabel("share of today's MRR")
    return ax


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    return require("matplotlib.pyplot", "sojourn[plot]").figure(layout="constrained").add_subplot()


def _draw_steps(ax: Any, curve: StepCurve, style: dict[str, Any], *, plain: bool) -> None:
    ages, share = [0, *curve.time], [1.0, *curve.survival]
    ax.step(ages, share, where="post", label=curve.label, **style)
    if plain:
        return
    colour = style["color"]
    low = [1.0, *(v if v == v else s for v, s in zip(curve.low, curve.survival, strict=True))]
    high = [1.0, *(v if v == v else s for v, s in zip(curve.high, curve.survival, strict=True))]
    ax.fill_between(ages, low, high, step="post", alpha=0.2, linewidth=0, color=colour)
    ticks = [(t, s) for t, s, c in zip(curve.time, curve.survival, curve.censored, strict=True) if c > 0]
    ax.plot([t for t, _ in ticks], [s for _, s in ticks], "|", color=colour, markersize=6)


def _at_risk_rows(ax: Any, curves: Sequence[StepCurve], ages: list[float]) -> None:
    """Below the axis, in data coordinates across and points down, so that they stay with their ages."""
    below = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "fontsize": "small", "va": "top"}
    for row, curve in enumerate(curves):
        for age in ages:
            ax.annotate(f"{_at_risk(curve, age):,}", (age, 0), xytext=(0, -20 - 12 * row), ha="center", **below)
        label = curve.label if len(curves) > 1 else "at risk"
        ax.annotate(label, (0, 0), xytext=(-24, -20 - 12 * row), ha="right", **below)
    ax.set_xlabel("age", labelpad=8 + 12 * len(curves))


def _at_risk(curve: StepCurve, age: float) -> int:
    """Accounts still observed at the first row from `age` on."""
    return next((int(n) for t, n in zip(curve.time, curve.at_risk, strict=True) if t >= age), 0)


def _ages(last: float) -> list[float]:
    """About seven ages at steps of 1, 2, 5, 6 or 12 times a power of ten."""
    steps = [unit * 10.0**power for power in range(-6, 9) for unit in (1, 2, 5, 6, 12)]
    step = next(step for step in sorted(steps) if last / step <= 7)
    whole = int(step) if step >= 1 else step
    return [whole * count for count in range(int(last / whole) + 1)]
