"""CES: the mean effort of all answers and of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, span
from sojourn._frames.language import say, sentences, word
from sojourn._report.definitions import defined
from sojourn._report.estimates import estimate_data, interval_text
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn._report.sections.segments import best_and_worst, segment_heading


@dataclass(frozen=True, kw_only=True)
class CesFacts:
    """Mean effort answers; the first row is that of all answers."""

    rows: Sequence[tuple[str, Estimate]]
    by: str = ""
    blank: int = 0
    scale: tuple[int, int] = (1, 7)


def part(facts: CesFacts) -> Part:
    low, high = facts.scale
    rows = [facts.rows[0], *sorted(facts.rows[1:], key=lambda row: (-row[1].n, row[0]))]
    whole = rows[0][1]
    return Part(
        headlines=[_ces_headline(whole, facts.scale)],
        sections=[
            Section(
                anchor="ces",
                title=say("How easy is it?"),
                reading=best_and_worst([(n, e) for n, e in rows[1:] if e.n >= 30], lambda v: number(v, 2), ""),
                grids=[
                    Grid(
                        columns=[segment_heading(facts.by), say("Mean answer"), say("Interval"), say("Answers")],
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
                definition=sentences(defined("ces").meaning, defined("ces").missing),
                not_told=defined("ces").not_told,
            )
        ],
        facts=[
            Fact(
                label=say("CES answers"),
                value=say(
                    "{n:,} counted, {blank:,} blank and left out; {low} is hard, {high} easy",
                    n=whole.n,
                    blank=facts.blank,
                    low=low,
                    high=high,
                ),
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


def _ces_headline(whole: Estimate, scale: tuple[int, int]) -> Headline:
    title = defined("ces").title
    if whole.reason is not None:
        return Headline(label=title, value=word(UNDEFINED), reading=say("Not defined: {reason}.", reason=word(whole.reason)))
    return Headline(
        label=title,
        value=number(whole.value, 2),
        interval=interval_text(whole, lambda v: number(v, 2)),
        reading=say("The mean answer between {low} (hard) and {high} (easy).", low=scale[0], high=scale[1]),
    )
