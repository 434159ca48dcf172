"""A score by segment: one row per segment, rows without a segment last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sojourn import _core
from sojourn._frames.table import Table
from sojourn.surveys._rows import Answers, Counts, Tallied
from sojourn.surveys._state import SurveyState

NPS_TITLE = "Net Promoter Score by segment"


def by_segment(
    found: Tallied,
    row: Callable[[SurveyState, Answers], dict[str, Any]],
    options: dict[str, Any],
    title: str,
    plot: Callable[[Table, Any], Any] | None,
) -> Table:
    """One row per segment, in order of first appearance; rows without a segment come last under a missing name."""
    labels, states, missing = found.states
    _, answers, answers_missing = found.answers
    named: list[tuple[str | None, SurveyState, Answers]] = [
        (label, SurveyState.of(state), each) for label, state, each in zip(labels, states, answers, strict=True)
    ]
    if not named or _has_rows(missing):
        named.append((None, SurveyState.of(missing), answers_missing))
    cells = [{"segment": label, "n": state.scored, **row(state, each)} for label, state, each in named]
    columns = {name: [line[name] for line in cells] for name in cells[0]}
    return Table(columns, options={**options, **found.reading}, plot=plot, title=title)


def nps_by_segment(found: Tallied, options: dict[str, Any], used: dict[str, Any]) -> Table:
    """The rows of `by_segment` for the NPS of plain counts, made together: there may be thousands of segments."""
    labels, states, missing = found.states
    shown = not labels or _has_rows(missing)
    columns = {
        "segment": [*labels, None] if shown else labels,
        **_core.surveys.nps_columns([*states, missing] if shown else states, **options),
    }
    return Table(columns, options={**used, **found.reading}, plot=draw_groups, title=NPS_TITLE)


def _has_rows(counts: Counts) -> bool:
    return counts.scored + counts.no_score + counts.superseded > 0


def nps_breaks(states: Any, asked: tuple[int, int] | None) -> tuple[int, int]:
    """The break points that the scores of these segments use."""
    _, found, missing = states
    return _core.surveys.nps_breaks(next((state for state in found if state.counts), missing), asked)


def draw_groups(table: Table, ax: Any) -> Any:
    """Shares of the three groups as one bar per segment; NPS with its interval on top, the number of answers at the side."""
    lines = table.to_dicts()
    for place, line in enumerate(lines):
        answers = line["promoters"] + line["passives"] + line["detractors"]
        if answers == 0:
            continue
        left = -100.0 * line["detractors"] / answers - 50.0 * line["passives"] / answers
        for group, color in (("detractors", "#d1495b"), ("passives", "#c9ccd1"), ("promoters", "#3a7d44")):
            width = 100.0 * line[group] / answers
            ax.barh(place, width, left=left, height=0.6, color=color, label=group if place == 0 else None)
            left += width
        if line["nps"] == line["nps"]:
            error = [[line["nps"] - line["low"]], [line["high"] - line["nps"]]]
            ax.errorbar(
                line["nps"], place, xerr=error, fmt="o", color="black", capsize=3, label="NPS" if place == 0 else None
            )
    ax.set_yticks(
        range(len(lines)),
        [f"{'no segment' if line['segment'] is None else line['segment']} (n = {line['n']:,})" for line in lines],
    )
    ax.invert_yaxis()
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel(f"points and % of answers; NPS with its {100 * table.options['level']:g} % interval")
    ax.set_title(table.title)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=4, frameon=False)
    return ax
