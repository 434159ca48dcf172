"""Pictures of movements, retention, cohorts and what changed a number, with matplotlib; they take numbers and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._frames.currency import major
from sojourn._frames.optional import require
from sojourn._frames.palette import AXIS, GAIN, LOSS, MOVEMENTS, RATES, cause_colours, change_colours
from sojourn._frames.table import Table

GAINS = ("new", "expansion", "reactivation")
LOSSES = ("churn", "contraction")
RATE_LABELS = {"nrr": "NRR", "grr": "GRR", "logo_retention": "customers"}


def plot_movements(table: Table, ax: Any) -> None:
    """Stacked bars, gains upwards and losses downwards from zero; the dot is the net change, closing - opening."""
    periods = table["period"].to_list()
    at = range(len(periods))
    currency = str(table.options["currency"])
    for sign, group in ((1, GAINS), (-1, LOSSES)):
        base = [0.0] * len(periods)
        for name in group:
            heights = [sign * major(value, currency) for value in table[name].to_list()]
            ax.bar(at, heights, bottom=base, color=MOVEMENTS[name], label=name, width=0.8)
            base = [b + h for b, h in zip(base, heights, strict=True)]
    net = [major(c - o, currency) for o, c in zip(table["opening"].to_list(), table["closing"].to_list(), strict=True)]
    ax.plot(at, net, "o", color="black", markersize=3, label="net")
    ax.axhline(0, color="black", linewidth=0.8)
    step = max(1, len(periods) // 12)
    ax.set_xticks(list(at)[::step], periods[::step], rotation=45, ha="right")
    ax.set_ylabel(f"MRR moved, {currency}")
    ax.legend(fontsize="small", frameon=False)


def plot_causes(table: Table, ax: Any) -> None:
    """Stacked bars by cause, what was gained upwards and what was lost downwards from zero, the largest cause innermost."""
    rows, currency = table.to_dicts(), str(table.options["currency"])
    periods = list(dict.fromkeys(row["period"] for row in rows))
    gains, losses = _by_cause(rows, GAINS, periods), _by_cause(rows, LOSSES, periods)
    for row in rows:
        if row["fx"]:
            into = gains if row["fx"] > 0 else losses
            into.setdefault("fx", [0] * len(periods))[periods.index(row["period"])] += abs(row["fx"])
    size = {cause: sum(gains.get(cause, ())) + sum(losses.get(cause, ())) for cause in {**gains, **losses}}
    causes = sorted(size, key=lambda cause: (cause == "unknown", -size[cause], cause))
    at = range(len(periods))
    for sign, moved in ((1, gains), (-1, losses)):
        base = [0.0] * len(periods)
        for cause, colour in zip(causes, cause_colours(causes), strict=True):
            if cause not in moved:
                continue
            heights = [sign * major(value, currency) for value in moved[cause]]
            ax.bar(at, heights, bottom=base, color=colour, label=cause, width=0.8)
            base = [b + h for b, h in zip(base, heights, strict=True)]
    ax.axhline(0, color="black", linewidth=0.8)
    step = max(1, len(periods) // 12)
    ax.set_xticks(list(at)[::step], periods[::step], rotation=45, ha="right")
    ax.set_ylabel(f"MRR gained and lost, {currency}")
    once = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    shown = [cause for cause in causes if cause in once]
    ax.legend(
        [once[cause] for cause in shown], shown, fontsize="small", frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0)
    )


def _by_cause(rows: Sequence[dict[str, Any]], columns: Sequence[str], periods: Sequence[str]) -> dict[str, list[int]]:
    """What each cause moved in each period, in minor units; causes that moved nothing are left out."""
    moved: dict[str, list[int]] = {}
    for row in rows:
        if amount := sum(row[column] for column in columns):
            moved.setdefault(row["cause"], [0] * len(periods))[periods.index(row["period"])] += amount
    return moved


def plot_retention(table: Table, ax: Any) -> None:
    """A line per rate with its interval as a band; of several windows the longest.

    Windows without customers at their opening, and those that are not complete, are left out.
    """
    incomplete = str(table.options.get("incomplete", "")).split(", ")
    longest = max(table["window"].to_list())
    rows = [
        row
        for row in table.to_dicts()
        if row["window"] == longest and row["period"] not in incomplete and row["accounts"] > 0
    ]
    periods = [row["period"] for row in rows]
    at = range(len(rows))
    for rate, label in RATE_LABELS.items():
        known = [(x, row) for x, row in zip(at, rows, strict=True) if row[rate] is not None]
        ax.plot([x for x, _ in known], [row[rate] for _, row in known], color=RATES[rate], label=label)
        sure = [(x, row) for x, row in known if row[f"{rate}_low"] is not None]
        low, high = ([row[f"{rate}_{end}"] for _, row in sure] for end in ("low", "high"))
        ax.fill_between([x for x, _ in sure], low, high, color=RATES[rate], alpha=0.15, linewidth=0)
    ax.axhline(1, color="black", linewidth=0.8, linestyle=":")
    step = max(1, len(periods) // 12)
    ax.set_xticks(list(at)[::step], periods[::step], rotation=45, ha="right")
    ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    ax.set_ylabel(f"kept over {longest} months")
    ax.legend(fontsize="small", frameon=False)


def plot_triangle(
    cohorts: Sequence[str], shares: Sequence[Sequence[float | None]], step: str, ax: Any, what: str = "retention"
) -> None:
    """Heat map by cohort and age; what is not known yet is hatched, so that it cannot be read as zero."""
    known = [[float("nan") if share is None else share for share in row] for row in shares]
    rows = len(known)
    highest = max([1.0, *(share for row in shares for share in row if share is not None)])
    image = ax.imshow(known, aspect="auto", cmap="Blues", vmin=0, vmax=highest)
    for cohort, row in enumerate(shares):
        for age, share in enumerate(row):
            if share is None:
                ax.add_patch(_hatched(age, cohort))
    ax.set_yticks(range(0, rows, max(1, rows // 12)), cohorts[:: max(1, rows // 12)])
    ax.set_xlabel(f"age in {step}s")
    ax.set_ylabel("cohort")
    ax.figure.colorbar(image, ax=ax, label=what)


def plot_waterfall(
    start: float, changes: Sequence[tuple[str, float]], end: float, ends: tuple[str, str], what: str, ax: Any
) -> None:
    """From one level to another through named changes.

    The ends are lines, not bars, so that the axis need not start at zero, where no change could be seen.
    """
    ax.hlines(start, -0.4, 0.4, color="black", linewidth=2)
    level = start
    for at, (_, change) in enumerate(changes, start=1):
        ax.bar(at, change, bottom=level, color=GAIN if change > 0 else LOSS, width=0.8)
        ax.hlines(level, at - 1, at, color=AXIS, linewidth=0.8, linestyle="dotted")
        level += change
    ax.hlines(end, len(changes) + 0.6, len(changes) + 1.4, color="black", linewidth=2)
    labels = [ends[0], *(name for name, _ in changes), ends[1]]
    ax.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    ax.use_sticky_edges = False
    ax.margins(y=0.15)
    ax.set_ylabel(what)


def plot_amounts(names: Sequence[str], amounts: Sequence[float], what: str, ax: Any) -> None:
    """Bars to both sides of zero, the first name on top."""
    ax.barh(range(len(names)), amounts, color=change_colours(amounts))
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel(what)


def _hatched(age: int, cohort: int) -> Any:
    patches = require("matplotlib.patches", "sojourn[plot]")
    corner = age - 0.5, cohort - 0.5
    return patches.Rectangle(corner, 1, 1, facecolor="none", edgecolor=AXIS, hatch="///", linewidth=0)
