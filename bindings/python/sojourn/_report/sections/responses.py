"""How many of the surveys sent were answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sojourn._core import Estimate
from sojourn._frames.format import percent, span
from sojourn._frames.language import say, sentences
from sojourn._report.definitions import defined
from sojourn._report.estimates import estimate_data
from sojourn._report.page import Grid, Part, Section


@dataclass(frozen=True, kw_only=True)
class ResponseFacts:
    """Surveys sent, answered, and the rate, by kind of survey."""

    rows: Sequence[tuple[str, int, int, Estimate]]


def part(facts: ResponseFacts) -> Part:
    names = say(" and ").join(f"{name} {percent(rate.value)}" for name, _, _, rate in facts.rows)
    return Part(
        sections=[
            Section(
                anchor="responses",
                title=say("How many answer?"),
                reading=say("Answered: {names}. The scores above describe only those who answered.", names=names),
                grids=[
                    Grid(
                        columns=[say("Survey"), say("Sent"), say("Answered"), say("Response rate"), say("Interval")],
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
                definition=sentences(defined("response_rate").meaning, defined("response_rate").missing),
                not_told=defined("response_rate").not_told,
            )
        ],
        data={
            "responses": [
                {"survey": name, "sent": sent, "answered": answered, "rate": estimate_data(rate)}
                for name, sent, answered, rate in facts.rows
            ]
        },
    )
