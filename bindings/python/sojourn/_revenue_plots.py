"""Pictures of movements and cohorts with matplotlib, which is imported only here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sojourn._format import major

if TYPE_CHECKING:
    from sojourn._table import Table
    from sojourn._triangle import Triangle

GAINS = {"new": "#2a78b5", "expansion": "#6fb1dd", "reactivation": "#b9d9ee"}
LOSSES = {"churn": "#c0504d", "contraction": "#e3a29f"}


def plot_movements(table: Table, ax: Any) -> None:
    """Stacked bars, gains upwards and losses downwards from zero; the dot is the net change, closing - opening."""
    periods = table["period"].to_list()
    at = range(len(periods))
    currency = str(table.options["currency"])
    for sign, group in ((1, GAINS), (-1, LOSSES)):
        base = [0.0] * len(periods)
        for name, colour in group.items():
            heights = [sign * major(value, currency) for value in table[name].to_list()]
            ax.bar(at, heights, bottom=base, color=colour, label=name, width=0.8)
            base = [b + h for b, h in zip(base, heights, strict=True)]
    net = [major(c - o, currency) for o, c in zip(table["opening"].to_list(), table["closing"].to_list(), strict=True)]
    ax.plot(at, net, "o", color="black", markersize=3, label="net")
    ax.axhline(0, color="black", linewidth=0.8)
    step = max(1, len(periods) // 12)
    ax.set_xticks(list(at)[::step], periods[::step], rotation=45, ha="right")
    ax.set_ylabel(f"MRR moved, {currency}")
    ax.legend(fontsize="small", frameon=False)


def plot_triangle(triangle: Triangle, ax: Any) -> None:
    """Heat map by cohort and age; what is not known yet is hatched, so that it cannot be read as zero."""
    shares = triangle.retention()
    known = [[float("nan") if share is None else share for share in row] for row in shares]
    rows = len(known)
    highest = max([1.0, *(share for row in shares for share in row if share is not None)])
    image = ax.imshow(known, aspect="auto", cmap="Blues", vmin=0, vmax=highest)
    for cohort, row in enumerate(shares):
        for age, share in enumerate(row):
            if share is None:
                ax.add_patch(_hatched(age, cohort))
    ax.set_yticks(range(0, rows, max(1, rows // 12)), triangle.cohorts[:: max(1, rows // 12)])
    ax.set_xlabel(f"age in {triangle.by}s")
    ax.set_ylabel("cohort")
    ax.figure.colorbar(image, ax=ax, label="retention")


def _hatched(age: int, cohort: int) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((age - 0.5, cohort - 0.5), 1, 1, facecolor="none", edgecolor="#bbbbbb", hatch="///", linewidth=0)
