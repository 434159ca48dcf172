"""Survey answers -> NPS, CSAT, CES and response facts, whole and by segment, plain and weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._report.sections.surveys import CesFacts, CsatFacts, CsatSegment, NpsFacts, NpsSegment, ResponseFacts
from sojourn.errors import SchemaError

WHOLE = "All answers"
MOST_SEGMENTS = 24


def nps_facts(
    scores: Sequence[int | None],
    *,
    segments: Sequence[str] | None = None,
    by: str = "",
    weights: Sequence[float] | None = None,
    level: float = 0.95,
) -> NpsFacts:
    """`scores` are 0-10 or None for no answer; `weights` add the weighted score beside the plain one."""
    return NpsFacts(
        whole=_nps(WHOLE, scores, weights, level),
        segments=[_nps(name, *rows, level) for name, rows in _split(scores, weights, segments, by).items()],
        by=by,
        blank=sum(1 for score in scores if score is None),
    )


def csat_facts(
    scores: Sequence[int | None],
    *,
    segments: Sequence[str] | None = None,
    by: str = "",
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    scale: tuple[int, int] = (1, 5),
    satisfied_from: int | None = None,
) -> CsatFacts:
    """`scores` lie on `scale`; the top two boxes are satisfied unless `satisfied_from` says otherwise."""
    asked = {"scale": scale, "satisfied_from": satisfied_from, "level": level}
    low = satisfied_from if satisfied_from is not None else scale[1] - 1
    boxes = list(range(low, scale[1] + 1))
    satisfied = f"{' or '.join(map(str, boxes))} of {scale[1]}" if len(boxes) <= 2 else f"{low} to {scale[1]} of {scale[1]}"
    return CsatFacts(
        whole=_csat(WHOLE, scores, weights, asked),
        segments=[_csat(name, *rows, asked) for name, rows in _split(scores, weights, segments, by).items()],
        by=by,
        blank=sum(1 for score in scores if score is None),
        satisfied=satisfied,
    )


def ces_facts(
    scores: Sequence[int | None],
    *,
    segments: Sequence[str] | None = None,
    by: str = "",
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    scale: tuple[int, int] = (1, 7),
) -> CesFacts:
    """`scores` lie on `scale`, the highest being the easiest; with `weights` the weighted mean stands for the plain one."""
    import sojourn as sj

    def mean(rows: Sequence[int | None], own: Sequence[float] | None) -> Estimate:
        found: Estimate = sj.ces(rows, scale=scale, weights=own, level=level)
        return found

    parts = _split(scores, weights, segments, by)
    return CesFacts(
        rows=[(WHOLE, mean(scores, weights)), *((name, mean(*rows)) for name, rows in parts.items())],
        by=by,
        blank=sum(1 for score in scores if score is None),
        scale=scale,
    )


def response_facts(surveys: Mapping[str, tuple[Any, Any]], *, level: float = 0.95) -> ResponseFacts:
    """By kind of survey the columns of the days of sending and of answering; no answer is a missing day."""
    import sojourn as sj

    rows = []
    for name, (sent, answered) in surveys.items():
        rate = sj.response_rate(sent, answered, level=level)
        rows.append((name, rate.state.delivered, rate.state.delivered_answered, rate))
    return ResponseFacts(rows=rows)


def _nps(name: str, scores: Sequence[int | None], weights: Sequence[float] | None, level: float) -> NpsSegment:
    import sojourn as sj

    given = [score for score in scores if score is not None]
    return NpsSegment(
        name=name,
        promoters=sum(score >= 9 for score in given),
        passives=sum(7 <= score <= 8 for score in given),
        detractors=sum(score <= 6 for score in given),
        score=sj.nps(scores, level=level),
        weighted=None if weights is None else sj.nps(scores, weights=weights, level=level),
    )


def _csat(name: str, scores: Sequence[int | None], weights: Sequence[float] | None, asked: Mapping[str, Any]) -> CsatSegment:
    import sojourn as sj

    share: Estimate = sj.csat(scores, **asked)
    mean = getattr(share, "mean", None)
    return CsatSegment(
        name=name,
        share=share,
        mean=None if mean is None else float(mean),
        weighted=None if weights is None else sj.csat(scores, weights=weights, **asked),
    )


def _split(
    scores: Sequence[int | None], weights: Sequence[float] | None, segments: Sequence[str] | None, by: str
) -> dict[str, tuple[list[int | None], list[float] | None]]:
    """Rows by segment in order of first appearance."""
    if segments is None:
        return {}
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        rows.setdefault(segment, []).append(row)
    if len(rows) > MOST_SEGMENTS:
        raise SchemaError(f'"{by}" has {len(rows)} different values; a page shows up to {MOST_SEGMENTS} segments')
    return {
        name: ([scores[r] for r in own], None if weights is None else [weights[r] for r in own])
        for name, own in rows.items()
    }
