"""Two groups of answers compared."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn.surveys._rows import NPS_SCALE
from sojourn.surveys._state import SurveyState, csat_cut


@checked
def compare_nps(
    first: Any,
    second: Any,
    *,
    level: float = 0.95,
    method: str = "agresti_caffo",
    no_score: str = "excluded",
    breaks: tuple[int, int] | None = None,
    **rows: Any,
) -> Estimate:
    """first - second in points, with its interval and `.p_value`: two segments, or two periods with different respondents.

    Each side is a column of scores or a SurveyState. `method`: agresti_caffo adds 3/2 answers to each side, adjusted_wald 3
    (as Lewis and Sauro publish it), wald none.
    """
    a, b = _pair(first, second, NPS_SCALE, rows)
    used = _core.surveys.nps_breaks(a if a.counts else b, breaks)
    difference: Estimate
    difference, p_value = _core.surveys.compare_nps(a, b, level, method, no_score, breaks)
    difference.p_value = p_value
    difference.options = {"level": level, "method": method, "no_score": no_score, "breaks": used}
    return difference


@checked
def compare_csat(
    first: Any,
    second: Any,
    *,
    scale: tuple[int, int] = (1, 5),
    satisfied_from: int | None = None,
    level: float = 0.95,
    **rows: Any,
) -> Estimate:
    """first - second as a difference of shares, with Newcombe's interval and the `.p_value` of the pooled score test."""
    a, b = _pair(first, second, scale, rows)
    difference: Estimate
    difference, p_value = _core.surveys.compare_csat(a, b, level, satisfied_from)
    difference.p_value = p_value
    difference.options = {"level": level, "satisfied_from": csat_cut([a, b], satisfied_from)}
    return difference


def _pair(first: Any, second: Any, scale: tuple[int, int], rows: dict[str, Any]) -> tuple[Any, Any]:
    """Both sides as counts of one kind."""
    a, b = (
        side if isinstance(side, SurveyState) else SurveyState(side, **{"scale": scale, **rows}) for side in (first, second)
    )
    a = SurveyState.of(a._counts.copy())
    theirs = a.like(b)
    return a._counts, theirs
