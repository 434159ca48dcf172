"""Many segments compared at once."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.surveys import GroupComparison
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.errors import SchemaError, SchemaTypeError
from sojourn.surveys._rows import NPS_SCALE, survey_rows, tally
from sojourn.surveys._segments import nps_breaks
from sojourn.surveys._state import csat_cut

_NO_DESIGN = {"cluster": None, "strata": None, "fpc": None}


@checked
def compare_segments(
    scores: Any,
    by: Any,
    *,
    score: str = "nps",
    scale: tuple[int, int] | None = None,
    level: float = 0.95,
    method: str = "agresti_caffo",
    no_score: str = "excluded",
    breaks: tuple[int, int] | None = None,
    satisfied_from: int | None = None,
    **rows: Any,
) -> SegmentComparison:
    """Do the segments of `by` differ at all, and which two do?

    `score`: nps or csat. One overall chi-square test (`.statistic`, `.dof`, `.p_value`), and `.pairs()` with every two
    segments: the difference, an interval that holds for all pairs at once, the p-value and Holm's adjusted one. `method`,
    `no_score` and `breaks` are those of `compare_nps`, `satisfied_from` that of `csat`; `rows` say how answers are read
    (weights, count, blank, dedupe ...). Rows without a segment take no part; `.options["without_segment"]` counts them.
    """
    if score not in ("nps", "csat"):
        raise SchemaError(f'score "{score}" is not one of nps, csat')
    only_nps = {"method": method != "agresti_caffo", "no_score": no_score != "excluded", "breaks": breaks is not None}
    if by is None:
        raise SchemaTypeError("by is None; accepted: the segment of each answer")
    foreign = [name for name, given in only_nps.items() if given] if score == "csat" else []
    if score == "nps" and satisfied_from is not None:
        foreign = ["satisfied_from"]
    if foreign:
        raise SchemaError(f'{", ".join(foreign)}: not an argument of score="{score}"; leave it out')
    asked = scale or (NPS_SCALE if score == "nps" else (1, 5))
    read = survey_rows(scale=asked, by=by, **rows)
    found = tally(scores, read, rows.get("unit", "respondent"), _NO_DESIGN)
    labels, states, missing = found.states
    options: dict[str, Any] = {"score": score, "level": level, **found.reading, "without_segment": missing.scored}
    if score == "nps":
        options |= {"method": method, "no_score": no_score, "breaks": nps_breaks(found.states, breaks)}
        result = _core.surveys.compare_nps_segments(states, level, method, no_score, breaks)
    else:
        options |= {"satisfied_from": csat_cut(states, satisfied_from)}
        result = _core.surveys.compare_csat_segments(states, level, satisfied_from)
    return SegmentComparison(labels, result, options)


@checked
class SegmentComparison:
    """Segments compared: one test of all, and every pair."""

    def __init__(self, segments: list[str], found: GroupComparison, options: dict[str, Any]) -> None:
        self.segments = segments
        self.options = options
        self._found = found

    @property
    def statistic(self) -> float:
        """Chi-square of the overall test; NaN for fewer than two segments with answers."""
        return self._found.statistic

    @property
    def dof(self) -> int:
        """Segments with answers, less one."""
        return self._found.dof

    @property
    def p_value(self) -> float:
        """The probability of segments at least this different by chance."""
        return self._found.p_value

    @property
    def estimates(self) -> list[Estimate]:
        """The score of each segment."""
        found = self._found.groups
        for one in found:
            one.options = self.options
        return found

    def table(self) -> Table:
        """One row per segment: answers, score and its interval."""
        columns: dict[str, Any] = {"segment": self.segments}
        for name, field in (("n", "n"), (self.options["score"], "value"), ("low", "low"), ("high", "high")):
            columns[name] = [getattr(one, field) for one in self.estimates]
        return Table(columns, options=self.options, title="Segments compared")

    def pairs(self) -> Table:
        """Every two segments: difference, low, high (for all pairs at once), p_value and p_adjusted (Holm)."""
        columns: dict[str, Any] = dict(self._found.pair_columns())
        for side in ("first", "second"):
            columns[side] = [self.segments[place] for place in columns[side].to_list()]
        return Table(columns, options=self.options, title="Pairs of segments")

    def __repr__(self) -> str:
        return f"SegmentComparison({len(self.segments)} segments, statistic {self.statistic:.6g}, p {self.p_value:.3g})"
