"""CSAT: the whole, the segments, the same with survey weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, percent, span
from sojourn._report.estimates import estimate_data, interval_text
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn._report.sections.segments import best_and_worst, largest_first, segment_heading
from sojourn.charts import csat_dots
from sojourn.charts.surveys import RateRow


@dataclass(frozen=True, kw_only=True)
class CsatSegment:
    name: str
    share: Estimate
    weighted: Estimate | None = None
    mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class CsatFacts:
    whole: CsatSegment
    segments: Sequence[CsatSegment] = ()
    by: str = ""
    blank: int = 0
    satisfied: str = "4 or 5 of 5"


def part(facts: CsatFacts) -> Part:
    rows = [facts.whole, *largest_first(facts.segments, lambda s: s.share.n)]
    level = facts.whole.share.level
    picture = csat_dots(
        [_csat_row(row) for row in rows if row.share.reason is None],
        by=facts.by or "segment",
        satisfied=facts.satisfied,
        level=level,
    )
    weighted, mean = any(r.weighted for r in rows), any(r.mean is not None for r in rows)
    grid = Grid(
        columns=[
            segment_heading(facts.by),
            "Satisfied",
            "Interval",
            *(["Weighted"] if weighted else []),
            *(["Mean answer"] if mean else []),
            "Answers",
        ],
        rows=[
            [
                row.name,
                percent(row.share.value),
                span(percent(row.share.low), percent(row.share.high)),
                *([percent(row.weighted.value) if row.weighted else ""] if weighted else []),
                *([number(row.mean, 2) if row.mean is not None else ""] if mean else []),
                f"{row.share.n:,}",
            ]
            for row in rows
        ],
    )
    return Part(
        headlines=[_csat_headline(facts)],
        sections=[
            Section(
                anchor="csat",
                title="Are they satisfied?",
                reading=_csat_reading(facts),
                pictures=[picture],
                grids=[grid],
                definition=f"The share of answers that are {facts.satisfied}. {DEFINITIONS['csat'].missing}",
                not_told=DEFINITIONS["csat"].not_told,
            )
        ],
        facts=[Fact(label="CSAT answers", value=f"{facts.whole.share.n:,} counted, {facts.blank:,} blank and left out")],
        data={"csat": {"by": facts.by, "blank": facts.blank, "segments": [_csat_data(row) for row in rows]}},
    )


def _csat_headline(facts: CsatFacts) -> Headline:
    whole = facts.whole
    if whole.share.reason is not None:
        return Headline(label=DEFINITIONS["csat"].title, value=UNDEFINED, reading=f"Not defined: {whole.share.reason}.")
    reading = f"Of every 100 answers, {100 * whole.share.value:.0f} are {facts.satisfied}."
    if whole.weighted:
        reading += f" With the survey's weights: {percent(whole.weighted.value)}."
    return Headline(
        label=DEFINITIONS["csat"].title,
        value=percent(whole.share.value),
        interval=interval_text(whole.share, percent),
        reading=reading,
    )


def _csat_reading(facts: CsatFacts) -> str:
    named = [(s.name, s.share) for s in facts.segments if s.share.n >= 30]
    return best_and_worst(named, percent, "")


def _csat_row(segment: CsatSegment) -> RateRow:
    e = segment.share
    return RateRow(segment=segment.name, rate=e.value, low=e.low, high=e.high, n=e.n)


def _csat_data(row: CsatSegment) -> dict[str, Any]:
    return {
        "segment": row.name,
        "csat": estimate_data(row.share),
        "mean": row.mean,
        "weighted": estimate_data(row.weighted) if row.weighted else None,
    }
