"""NPS, CSAT and CES: the whole, the segments, the same with survey weights; and how many answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, percent, signed, span
from sojourn._report.definitions import DEFINITIONS
from sojourn._report.estimates import estimate_data, interval_text
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn.charts import csat_dots, nps_bars
from sojourn.charts.surveys import NpsRow, RateRow


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
class CsatSegment:
    name: str
    share: Estimate
    weighted: Estimate | None = None
    mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class NpsFacts:
    whole: NpsSegment
    segments: Sequence[NpsSegment] = ()
    by: str = ""
    blank: int = 0


@dataclass(frozen=True, kw_only=True)
class CsatFacts:
    whole: CsatSegment
    segments: Sequence[CsatSegment] = ()
    by: str = ""
    blank: int = 0
    satisfied: str = "4 or 5 of 5"


@dataclass(frozen=True, kw_only=True)
class CesFacts:
    """Mean effort answers; the first row is the whole."""

    rows: Sequence[tuple[str, Estimate]]
    by: str = ""
    blank: int = 0
    scale: tuple[int, int] = (1, 7)


@dataclass(frozen=True, kw_only=True)
class ResponseFacts:
    """Surveys sent, answered, and the rate, by kind of survey."""

    rows: Sequence[tuple[str, int, int, Estimate]]


def ces_part(facts: CesFacts) -> Part:
    low, high = facts.scale
    rows = [facts.rows[0], *sorted(facts.rows[1:], key=lambda row: (-row[1].n, row[0]))]
    whole = rows[0][1]
    return Part(
        headlines=[_ces_headline(whole, facts.scale)],
        sections=[
            Section(
                anchor="ces",
                title="How easy is it?",
                reading=_apart([(n, e) for n, e in rows[1:] if e.n >= 30], lambda v: number(v, 2), ""),
                grids=[
                    Grid(
                        columns=[_head(facts.by), "Mean answer", "Interval", "Answers"],
                        rows=[
                            [
                                name,
                                number(e.value, 2),
                                span(number(e.low, 2), number(e.high, 2)),
                                f"{e.n:,}",
                            ]
                            for name, e in rows
                        ],
                    )
                ],
                definition=f"{DEFINITIONS['ces'].meaning} {DEFINITIONS['ces'].missing}",
                not_told=DEFINITIONS["ces"].not_told,
            )
        ],
        facts=[
            Fact(
                label="CES answers",
                value=f"{whole.n:,} counted, {facts.blank:,} blank and left out; {low} is hard, {high} easy",
            )
        ],
        data={
            "ces": {
                "by": facts.by,
                "blank": facts.blank,
                "segments": [{"segment": n, "ces": estimate_data(e)} for n, e in rows],
            }
        },
    )


def response_part(facts: ResponseFacts) -> Part:
    names = " and ".join(f"{name} {percent(rate.value)}" for name, _, _, rate in facts.rows)
    return Part(
        sections=[
            Section(
                anchor="responses",
                title="How many answer?",
                reading=f"Answered: {names}. The scores above speak for those who answered.",
                grids=[
                    Grid(
                        columns=["Survey", "Sent", "Answered", "Response rate", "Interval"],
                        rows=[
                            [
                                name,
                                f"{sent:,}",
                                f"{answered:,}",
                                percent(rate.value),
                                span(percent(rate.low), percent(rate.high)),
                            ]
                            for name, sent, answered, rate in facts.rows
                        ],
                    )
                ],
                definition=f"{DEFINITIONS['response_rate'].meaning} {DEFINITIONS['response_rate'].missing}",
                not_told=DEFINITIONS["response_rate"].not_told,
            )
        ],
        data={
            "responses": [
                {"survey": name, "sent": sent, "answered": answered, "rate": estimate_data(rate)}
                for name, sent, answered, rate in facts.rows
            ]
        },
    )


def nps_part(facts: NpsFacts) -> Part:
    whole = facts.whole
    rows = [whole, *_largest_first(facts.segments, lambda s: s.answers)]
    level = whole.score.level
    picture = nps_bars([_nps_row(row) for row in rows if row.answers], by=facts.by or "segment", level=level)
    weighted = any(row.weighted for row in rows)
    grid = Grid(
        columns=[
            _head(facts.by),
            "NPS",
            "Interval",
            *(["Weighted NPS"] if weighted else []),
            "Promoters",
            "Passives",
            "Detractors",
            "Answers",
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
                title="Would they recommend you?",
                reading=_nps_reading(facts),
                pictures=[picture],
                grids=[grid],
                proof=f"{whole.promoters:,} promoters + {whole.passives:,} passives + {whole.detractors:,} detractors = "
                f"{whole.answers:,} answers; 100 × ({whole.promoters:,} − {whole.detractors:,}) / {whole.answers:,} = "
                f"{signed(whole.score.value, 4)}."
                if whole.answers
                else "",
                definition=f"{DEFINITIONS['nps'].meaning} {DEFINITIONS['nps'].missing}",
                not_told=DEFINITIONS["nps"].not_told,
            )
        ],
        facts=[Fact(label="NPS answers", value=f"{whole.answers:,} counted, {facts.blank:,} blank and left out")],
        data={"nps": {"by": facts.by, "blank": facts.blank, "segments": [_nps_data(row) for row in rows]}},
    )


def csat_part(facts: CsatFacts) -> Part:
    rows = [facts.whole, *_largest_first(facts.segments, lambda s: s.share.n)]
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
            _head(facts.by),
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


def _head(by: str) -> str:
    return by[:1].upper() + by[1:] or "Segment"


def _largest_first(segments: Sequence[Any], size: Any) -> list[Any]:
    return sorted(segments, key=lambda s: (-size(s), s.name))


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


def _csat_row(segment: CsatSegment) -> RateRow:
    e = segment.share
    return RateRow(segment=segment.name, rate=e.value, low=e.low, high=e.high, n=e.n)


def _nps_headline(facts: NpsFacts) -> Headline:
    whole = facts.whole
    if not whole.answers:
        return Headline(label=DEFINITIONS["nps"].title, value=UNDEFINED, reading=f"Not defined: {whole.score.reason}.")
    reading = (
        f"Of every 100 answers, {100 * whole.promoters / whole.answers:.0f} recommend and "
        f"{100 * whole.detractors / whole.answers:.0f} criticise."
    )
    if whole.weighted:
        reading += f" With the survey's weights: {signed(whole.weighted.value)}."
    return Headline(
        label=DEFINITIONS["nps"].title,
        value=signed(whole.score.value),
        interval=interval_text(whole.score, signed),
        reading=reading,
    )


def _ces_headline(whole: Estimate, scale: tuple[int, int]) -> Headline:
    title = DEFINITIONS["ces"].title
    if whole.reason is not None:
        return Headline(label=title, value=UNDEFINED, reading=f"Not defined: {whole.reason}.")
    return Headline(
        label=title,
        value=number(whole.value, 2),
        interval=interval_text(whole, lambda v: number(v, 2)),
        reading=f"The mean answer between {scale[0]} (hard) and {scale[1]} (easy).",
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


def _nps_reading(facts: NpsFacts) -> str:
    named = [(s.name, s.score) for s in facts.segments if s.answers >= 30]
    return _apart(named, signed, "points")


def _csat_reading(facts: CsatFacts) -> str:
    named = [(s.name, s.share) for s in facts.segments if s.share.n >= 30]
    return _apart(named, percent, "")


def _apart(named: Sequence[tuple[str, Estimate]], show: Any, unit: str) -> str:
    """Best and worst segment with at least 30 answers, and whether their intervals are apart."""
    if len(named) < 2:
        return ""
    best, worst = max(named, key=lambda s: s[1].value), min(named, key=lambda s: s[1].value)
    apart = best[1].low > worst[1].high
    verdict = "their intervals are apart" if apart else "their intervals overlap, so the order may be chance"
    unit = f" {unit}" if unit else ""
    return (
        f"Among the segments with at least 30 answers {best[0]} is highest ({show(best[1].value)}{unit}) and {worst[0]} lowest "
        f"({show(worst[1].value)}{unit}); {verdict}."
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


def _csat_data(row: CsatSegment) -> dict[str, Any]:
    return {
        "segment": row.name,
        "csat": estimate_data(row.share),
        "mean": row.mean,
        "weighted": estimate_data(row.weighted) if row.weighted else None,
    }
