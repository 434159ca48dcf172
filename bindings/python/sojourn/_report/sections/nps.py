"""NPS: the whole, the segments, the same with survey weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, signed, span
from sojourn._frames.language import say, sentences, word
from sojourn._report.definitions import defined
from sojourn._report.estimates import estimate_data, interval_text
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn._report.sections.segments import best_and_worst, largest_first, segment_heading
from sojourn.charts import nps_bars
from sojourn.charts.surveys import NpsRow


@dataclass(frozen=True, kw_only=True)
class NpsSegment:
    """One segment (or the whole): counts of the three groups and the score; `weighted` where weights were given."""

    name: str
    promoters: int
    passives: int
    detractors: int
    score: Estimate
    weighted: Estimate | None = None

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True, kw_only=True)
class NpsFacts:
    whole: NpsSegment
    segments: Sequence[NpsSegment] = ()
    by: str = ""
    blank: int = 0


def part(facts: NpsFacts) -> Part:
    whole = facts.whole
    rows = [whole, *largest_first(facts.segments, lambda s: s.answers)]
    level = whole.score.level
    picture = nps_bars([_nps_row(row) for row in rows if row.answers], by=facts.by or "segment", level=level)
    weighted = any(row.weighted for row in rows)
    grid = Grid(
        columns=[
            segment_heading(facts.by),
            "NPS",
            say("Interval"),
            *([say("Weighted NPS")] if weighted else []),
            say("Promoters"),
            say("Passives"),
            say("Detractors"),
            say("Answers"),
        ],
        rows=[
            [
                row.name,
                signed(row.score.value),
                span(signed(row.score.low), signed(row.score.high)),
                *([signed(row.weighted.value) if row.weighted else ""] if weighted else []),
                f"{row.promoters:,}",
                f"{row.passives:,}",
                f"{row.detractors:,}",
                f"{row.answers:,}",
            ]
            for row in rows
        ],
    )
    return Part(
        headlines=[_nps_headline(facts)],
        sections=[
            Section(
                anchor="nps",
                title=say("Would they recommend you?"),
                reading=_nps_reading(facts),
                pictures=[picture],
                grids=[grid],
                proof=say(
                    "{promoters:,} promoters + {passives:,} passives + {detractors:,} detractors = {answers:,} "
                    "answers; 100 × ({promoters:,} − {detractors:,}) / {answers:,} = {value}.",
                    promoters=whole.promoters,
                    passives=whole.passives,
                    detractors=whole.detractors,
                    answers=whole.answers,
                    value=signed(whole.score.value, 4),
                )
                if whole.answers
                else "",
                definition=sentences(defined("nps").meaning, defined("nps").missing),
                not_told=defined("nps").not_told,
            )
        ],
        facts=[
            Fact(
                label=say("NPS answers"),
                value=say("{answers:,} counted, {blank:,} blank and left out", answers=whole.answers, blank=facts.blank),
            )
        ],
        data={"nps": {"by": facts.by, "blank": facts.blank, "segments": [_nps_data(row) for row in rows]}},
    )


def _nps_headline(facts: NpsFacts) -> Headline:
    whole = facts.whole
    if not whole.answers:
        return Headline(
            label=defined("nps").title,
            value=word(UNDEFINED),
            reading=say("Not defined: {reason}.", reason=word(whole.score.reason)),
        )
    reading = say(
        "Of every 100 answers, {promoters:.0f} recommend and {detractors:.0f} criticise.",
        promoters=100 * whole.promoters / whole.answers,
        detractors=100 * whole.detractors / whole.answers,
    )
    if whole.weighted:
        reading += say(" With the survey's weights: {value}.", value=signed(whole.weighted.value))
    return Headline(
        label=defined("nps").title,
        value=signed(whole.score.value),
        interval=interval_text(whole.score, signed),
        reading=reading,
    )


def _nps_reading(facts: NpsFacts) -> str:
    named = [(s.name, s.score) for s in facts.segments if s.answers >= 30]
    return best_and_worst(named, signed, "points")


def _nps_row(segment: NpsSegment) -> NpsRow:
    n = segment.answers
    return NpsRow(
        segment=segment.name,
        promoters=segment.promoters / n,
        passives=segment.passives / n,
        detractors=segment.detractors / n,
        nps=segment.score.value,
        low=segment.score.low,
        high=segment.score.high,
        n=n,
    )


def _nps_data(row: NpsSegment) -> dict[str, Any]:
    return {
        "segment": row.name,
        "promoters": row.promoters,
        "passives": row.passives,
        "detractors": row.detractors,
        "nps": estimate_data(row.score),
        "weighted": estimate_data(row.weighted) if row.weighted else None,
    }
