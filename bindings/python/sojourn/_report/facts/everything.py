"""All that a page or a set of tables may show, family by family, and its order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sojourn._report.facts.decay import SOUND, decay_of, ledger_decay
from sojourn._report.facts.revenue import describe, ledger_facts, ledger_survival
from sojourn._report.facts.worth import worth_facts
from sojourn._report.page import Fact, Part
from sojourn._report.sections import (
    decay as decay_section,
    health as health_section,
    renewals as renewal_section,
    revenue as revenue_section,
    surveys as survey_section,
    survival as survival_section,
    worth as worth_section,
)


@dataclass(kw_only=True)
class Gathered:
    """The plain facts of each family that was asked for, and what the reader should know about how they were read."""

    revenue: revenue_section.RevenueFacts | None = None
    renewals: renewal_section.RenewalFacts | None = None
    survival: survival_section.SurvivalFacts | None = None
    decay: decay_section.DecayFacts | None = None
    worth: worth_section.WorthFacts | None = None
    nps: survey_section.NpsFacts | None = None
    csat: survey_section.CsatFacts | None = None
    ces: survey_section.CesFacts | None = None
    responses: survey_section.ResponseFacts | None = None
    health: health_section.HealthFacts | None = None
    notes: list[Fact] = field(default_factory=list)
    subtitle: str = ""

    def parts(self) -> list[Part]:
        """In the order of the page: money, then how long, then what they say, then how they are."""
        families = [
            (self.revenue, revenue_section.part),
            (self.renewals, renewal_section.part),
            (self.survival, survival_section.part),
            (self.decay, decay_section.part),
            (self.worth, worth_section.part),
            (self.nps, survey_section.nps_part),
            (self.csat, survey_section.csat_part),
            (self.ces, survey_section.ces_part),
            (self.responses, survey_section.response_part),
            (self.health, health_section.part),
        ]
        return [_part(draw, facts) for facts, draw in families if facts is not None]

    def add_ledger(
        self,
        ledger: Any,
        first: str,
        last: str,
        *,
        window: int = 12,
        level: float = 0.95,
        margin: float | None = None,
        spend: int | None = None,
    ) -> None:
        """Everything that a ledger alone can tell; lifetime value only with a margin, and its cost only with a spend."""
        fit = decay_of(ledger)
        self.revenue = ledger_facts(ledger, first, last, window=window, level=level)
        self.survival = ledger_survival(ledger, level)
        self.decay = ledger_decay(ledger, first, last, level, fit=fit)
        if margin is not None:
            self.worth = worth_facts(
                ledger, last, margin=margin, spend=spend, level=level, fit=fit if fit.status in SOUND else None
            )
        self.subtitle = describe(ledger, first, last)


def _part(draw: Any, facts: Any) -> Part:
    part: Part = draw(facts)
    return part
