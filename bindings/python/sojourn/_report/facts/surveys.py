"""Survey answers -> NPS, CSAT, CES and response facts, whole and by segment, plain and weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.language import mark, say, word
from sojourn._report.request import CesRequest, CsatRequest, NpsRequest, SurveyRequest
from sojourn._report.sections.ces import CesFacts
from sojourn._report.sections.csat import CsatFacts, CsatSegment
from sojourn._report.sections.nps import NpsFacts, NpsSegment
from sojourn._report.sections.responses import ResponseFacts
from sojourn.errors import SchemaError
from sojourn.surveys import ces, csat, nps, response_rate

WHOLE = mark("All answers")
MOST_SEGMENTS = 24


def nps_facts(request: NpsRequest, *, level: float) -> NpsFacts:
    """The score of all answers and of each segment."""
    return NpsFacts(
        whole=_nps(word(WHOLE), request.scores, request.weights, level),
        segments=[_nps(name, *rows, level) for name, rows in _split(request).items()],
        by=request.by,
        blank=_blank(request),
    )


def csat_facts(request: CsatRequest, *, level: float) -> CsatFacts:
    """The share of satisfied answers, of all and of each segment."""
    top = request.scale[1]
    low = top - 1 if request.satisfied_from is None else request.satisfied_from
    boxes = say(" or ").join(map(str, range(low, top + 1))) if low >= top - 1 else say("{low} to {top}", low=low, top=top)
    return CsatFacts(
        whole=_csat(word(WHOLE), request.scores, request.weights, request, level),
        segments=[_csat(name, *rows, request, level) for name, rows in _split(request).items()],
        by=request.by,
        blank=_blank(request),
        satisfied=say("{boxes} of {top}", boxes=boxes, top=top),
    )


def ces_facts(request: CesRequest, *, level: float) -> CesFacts:
    """The mean answer of all and of each segment; with weights the weighted mean takes its place."""

    def mean(scores: Sequence[int | None], weights: Sequence[float] | None) -> Estimate:
        found: Estimate = ces(scores, scale=request.scale, weights=weights, level=level)
        return found

    segments = [(name, mean(*rows)) for name, rows in _split(request).items()]
    return CesFacts(
        rows=[(word(WHOLE), mean(request.scores, request.weights)), *segments],
        by=request.by,
        blank=_blank(request),
        scale=request.scale,
    )


def response_facts(surveys: Mapping[str, tuple[Any, Any]], *, level: float) -> ResponseFacts:
    """By kind of survey the columns of the days of sending and of answering; no answer is a missing day."""
    rows = []
    for name, (sent, answered) in surveys.items():
        rate = response_rate(sent, answered, level=level)
        rows.append((name, rate.state.delivered, rate.state.delivered_answered, rate))
    return ResponseFacts(rows=rows)


def _nps(name: str, scores: Sequence[int | None], weights: Sequence[float] | None, level: float) -> NpsSegment:
    given = [score for score in scores if score is not None]
    return NpsSegment(
        name=name,
        promoters=sum(score >= 9 for score in given),
        passives=sum(7 <= score <= 8 for score in given),
        detractors=sum(score <= 6 for score in given),
        score=nps(scores, level=level),
        weighted=None if weights is None else nps(scores, weights=weights, level=level),
    )


def _csat(
    name: str, scores: Sequence[int | None], weights: Sequence[float] | None, request: CsatRequest, level: float
) -> CsatSegment:
    options: dict[str, Any] = {"scale": request.scale, "satisfied_from": request.satisfied_from, "level": level}
    share: Estimate = csat(scores, **options)
    return CsatSegment(
        name=name,
        share=share,
        mean=float(share.mean),
        weighted=None if weights is None else csat(scores, weights=weights, **options),
    )


def _blank(request: SurveyRequest) -> int:
    return sum(score is None for score in request.scores)


def _split(request: SurveyRequest) -> dict[str, tuple[list[int | None], list[float] | None]]:
    """Scores and weights by segment, in order of first appearance."""
    scores, weights = request.scores, request.weights
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(request.segments or ()):
        rows.setdefault(segment, []).append(row)
    if len(rows) > MOST_SEGMENTS:
        raise SchemaError(f'"{request.by}" has {len(rows)} different values; a page shows up to {MOST_SEGMENTS} segments')
    return {
        name: ([scores[r] for r in own], None if weights is None else [weights[r] for r in own])
        for name, own in rows.items()
    }
