"""CSAT: the whole, the segments, the same with survey weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, percent, span
from sojourn._frames.language import say, word
from sojourn._report.definitions import defined
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
            say("Satisfied"),
            say("Interval"),
            *([say("Weighted")] if weighted else []),
            *([say("Mean answer")] if mean else []),
            say("Answers"),
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
                title=say("Are they satisfied?"),
                reading=_csat_reading(facts),
                pictures=[picture],
                grids=[grid],
                definition=say(
                    "The share of answers that are {satisfied}. {missing}",
                    satisfied=facts.satisfied,
                    missing=defined("csat").missing,
                ),
                not_told=defined("csat").not_told,
            )
        ],
        facts=[
            Fact(
                label=say("CSAT answers"),
                value=say("{n:,} counted, {blank:,} blank and left out", n=facts.whole.share.n, blank=facts.blank),
            )
        ],
        data={"csat": {"by": facts.by, "blank": facts.blank, "segments": [_csat_data(row) for row in rows]}},
    )


def _csat_headline(facts: CsatFacts) -> Headline:
    whole = facts.whole
    if whole.share.reason is not None:
        return Headline(
            label=defined("csat").title,
            value=word(UNDEFINED),
            reading=say("Not defined: {reason}.", reason=word(whole.share.reason)),
        )
    reading = say(
        "Of every 100 answers, {value:.0f} are {satisfied}.", value=100 * whole.share.value, satisfied=facts.satisfied
    )
    if whole.weighted:
        reading += say(" With the survey's weights: {value}.", value=percent(whole.weighted.value))
    return Headline(
        label=defined("csat").title,
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
