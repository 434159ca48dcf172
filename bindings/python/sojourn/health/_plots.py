"""Pictures of a book on the caller's matplotlib axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn._frames.palette import FULL, PALE, change_colours, tier_colours
from sojourn._frames.table import Table


def plot_transitions(table: Table, ax: Any) -> None:
    """Heat map: rows are the previous tiers, columns the current ones; the shade is the share of the row."""
    names = [name for name in table.columns[1:] if name != "dwell"]
    rows = table["previous"].to_list()
    cells = [[_number(table[name][row]) for name in names] for row in range(len(rows))]
    totals = [sum(cell for cell in row if cell == cell) for row in cells]
    shares = [
        [cell / total if total > 0 else float("nan") for cell in row] for row, total in zip(cells, totals, strict=True)
    ]
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            if cell == cell and cell != 0:
                text = f"{cell:,.0f}" if float(cell).is_integer() else f"{cell:.2f}"
                ax.annotate(text, (x, y), ha="center", va="center", color="white" if shares[y][x] > 0.6 else "black")
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlabel("now")
    ax.set_ylabel("in the cycle before")


def plot_tiers(table: Table, ax: Any) -> None:
    """Bars by tier: value where there is one, else accounts."""
    values = [float(value) for value in table["value"]]
    money = any(values)
    heights = values if money else [float(count) for count in table["accounts"]]
    tiers = table["tier"].to_list()
    known = tier_colours(sum(tier != "unknown" for tier in tiers))
    ax.bar(tiers, heights, color=[*known, PALE][: len(tiers)])
    ax.set_ylabel("value" if money else "accounts")


def plot_load(table: Table, ax: Any) -> None:
    """Effort by owner; what lies beyond capacity is pale, and the line is the capacity."""
    owners = [owner or "(no owner)" for owner in table["owner"]]
    over = table["overload"].to_list()
    within = [effort - more for effort, more in zip(table["effort"].to_list(), over, strict=True)]
    ax.bar(owners, within, color=FULL, label="within capacity")
    ax.bar(owners, over, bottom=within, color=PALE, label="beyond")
    ax.axhline(table.options["capacity"], linestyle="--", linewidth=1, color="black")
    ax.set_ylabel("effort")
    ax.tick_params(axis="x", rotation=45)
    ax.legend(fontsize="small", frameon=False)


def plot_alerts(table: Table, ax: Any) -> None:
    """Raised and held back, by rule."""
    rules = [str(rule).replace("_", " ") for rule in table["rule"]]
    raised = table["raised"].to_list()
    held = [fired - shown for fired, shown in zip(table["fired"].to_list(), raised, strict=True)]
    ax.barh(rules, raised, color=FULL, label="raised")
    ax.barh(rules, held, left=raised, color=PALE, label="held back")
    ax.invert_yaxis()
    ax.set_xlabel("alerts")
    ax.legend(fontsize="small", frameon=False)


def plot_delta(table: Table, ax: Any) -> None:
    """Mean points over the accounts with a score in both cycles, by part of the change."""
    names = ["value", "coverage", "rules", "model"]
    both = [row for row, total in enumerate(table["total"]) if total == total]
    means = []
    for name in names:
        parts = [cell for cell in (table[name][row] for row in both) if cell == cell]
        means.append(sum(parts) / len(parts) if parts else 0.0)
    ax.barh(names, means, color=change_colours(means))
    ax.axvline(0, linewidth=1, color="black")
    ax.invert_yaxis()
    ax.set_xlabel(f"mean points ({len(both):,} accounts with a score in both cycles)")


def _number(cell: Any) -> float:
    return float("nan") if cell is None else float(cell)


def plot_scores(table: Table, ax: Any, tiers: Mapping[str, float]) -> None:
    """A histogram of the scores; dashed lines where a tier begins."""
    scores = [score for score in table["score"] if score == score]
    ax.hist(scores, bins=[5 * step for step in range(21)])
    for name, start in tiers.items():
        if start > 0:
            ax.axvline(start, linestyle="--", linewidth=1, color="black")
        ax.annotate(name, (start + 1, 1), xycoords=("data", "axes fraction"), va="bottom")
    ax.set_xlim(0, 100)
    ax.set_xlabel(f"Health score ({len(scores):,} accounts, {len(table) - len(scores):,} without a score)")
    ax.set_ylabel("Accounts")
