"""The facts of a whole report, family by family, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sojourn._frames.format import percent
from sojourn._frames.language import say, sentences, word
from sojourn._report.facts.accounts import account_facts, read_book
from sojourn._report.facts.contributors import behind
from sojourn._report.facts.decay import SOUND, ledger_decay
from sojourn._report.facts.health import health_facts
from sojourn._report.facts.parts import part_facts
from sojourn._report.facts.renewals import renewal_facts
from sojourn._report.facts.revenue import describe, last_months, ledger_facts, ledger_survival
from sojourn._report.facts.surveys import ces_facts, csat_facts, nps_facts, response_facts
from sojourn._report.facts.survival import curve_facts, snapshot_facts
from sojourn._report.facts.worth import worth_facts
from sojourn._report.page import Fact, Part
from sojourn._report.request import ReportRequest, RevenueRequest, SnapshotRequest
from sojourn._report.sections import (
    accounts,
    ces,
    csat,
    decay,
    health,
    nps,
    parts,
    renewals,
    responses,
    revenue,
    survival,
    worth,
)
from sojourn._report.sections.cohorts import kept_after_a_year
from sojourn._report.sections.revenue_facts import RevenueFacts
from sojourn._report.sections.verdict import numbers_of
from sojourn.revenue import check_targets


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """The plain facts of each family that was asked for, and what the reader should know about how they were read."""

    revenue: RevenueFacts | None = None
    renewals: renewals.RenewalFacts | None = None
    survival: survival.SurvivalFacts | None = None
    decay: decay.DecayFacts | None = None
    worth: worth.WorthFacts | None = None
    nps: nps.NpsFacts | None = None
    csat: csat.CsatFacts | None = None
    ces: ces.CesFacts | None = None
    responses: responses.ResponseFacts | None = None
    health: health.HealthFacts | None = None
    parts_of_card: parts.PartFacts | None = None
    accounts: accounts.AccountFacts | None = None
    targets: Sequence[Mapping[str, Any]] = ()
    """Rows of `check_targets`, of numbers that have a target."""
    notes: Sequence[Fact] = ()
    subtitle: str = ""

    def parts(self) -> list[Part]:
        """In the order of the page: money, then how long they stay, then what they answer, then how healthy they are."""
        families: list[tuple[Any, Callable[[Any], Part]]] = [
            (self.revenue, revenue.part),
            (self.accounts, accounts.part),
            (self.renewals, renewals.part),
            (self.survival, survival.part),
            (self.decay, decay.part),
            (self.worth, worth.part),
            (self.nps, nps.part),
            (self.csat, csat.part),
            (self.ces, ces.part),
            (self.responses, responses.part),
            (self.health, health.part),
            (self.parts_of_card, parts.part),
        ]
        return [part(facts) for facts, part in families if facts is not None]


def report_facts(request: ReportRequest) -> ReportFacts:
    """Computes everything that was asked for."""
    level = request.level
    found: dict[str, Any] = {}
    if request.revenue is not None:
        found = _ledger_families(request.revenue, request)
    if isinstance(request.survival, SnapshotRequest):
        found["survival"] = snapshot_facts(request.survival, level=level)
    elif request.survival is not None:
        found["survival"] = curve_facts(request.survival, level=level)
    if request.nps is not None:
        found["nps"] = nps_facts(request.nps, level=level)
    if request.csat is not None:
        found["csat"] = csat_facts(request.csat, level=level)
    if request.ces is not None:
        found["ces"] = ces_facts(request.ces, level=level)
    if request.survey_days:
        found["responses"] = response_facts(request.survey_days, level=level)
    if request.health is not None:
        found["health"] = health_facts(request.health)
        owner = {} if request.book is None else read_book(request.book).get("owner", {})
        found["parts_of_card"] = part_facts([*request.health.earlier, request.health.result], owner)
    if request.names and found.get("accounts") is not None and "health" in found:
        found["health"] = replace(found["health"], at_risk=())  # the accounts stand in a section of their own
    found["targets"] = _targets(request, found)
    if (told := _three_numbers(found.get("revenue"), found.get("survival"))) and request.survival is None:
        stay = found["survival"]
        found["survival"] = replace(stay, remark=sentences(stay.remark, told))
    return ReportFacts(**{**found, "notes": request.notes, "subtitle": request.subtitle or found.get("subtitle", "")})


def _three_numbers(money: RevenueFacts | None, stay: survival.SurvivalFacts | None) -> str:
    """Why the three numbers of a ledger that speak of twelve months differ."""
    if money is None or stay is None or not money.triangles or money.window != 12:
        return ""
    logo, cohorts = money.estimates["logo_retention"], kept_after_a_year(money.triangles[0])
    if logo.reason is not None or cohorts is None or not stay.whole.time or stay.whole.time[-1] < 12:
        return ""
    return say(
        "Three numbers of this page speak of twelve months. Logo retention ({logo}) is of all accounts of a year ago, "
        "whatever their age; this curve ({curve}) follows every account from its first day, those of the last year too; the "
        "cohorts ({cohorts}) hold only accounts that started at least a year ago, and count by calendar {step}.",
        logo=percent(logo.value),
        curve=percent(stay.whole.at(12)),
        cohorts=percent(cohorts[0]),
        step=word(money.triangles[0].step),
    )


def _targets(request: ReportRequest, found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    money, cost = found.get("revenue"), found.get("worth")
    estimates = {} if money is None else money.estimates
    numbers = numbers_of(estimates, {} if cost is None else cost.costs, list(request.targets))
    if not numbers and not request.targets:
        return []
    rows = check_targets(numbers, request.targets).to_dicts()
    return [row for row in rows if row["verdict"] != "no target"]


def _ledger_families(asked: RevenueRequest, request: ReportRequest) -> dict[str, Any]:
    """Everything that a ledger alone can tell; lifetime value only with a margin, renewal rates only with contracts."""
    ledger, level = asked.ledger, request.level
    first, last = last_months(ledger, asked.first, asked.last)
    found: dict[str, Any] = {
        "revenue": replace(
            ledger_facts(ledger, first, last, window=asked.window, level=level),
            behind=behind(ledger, last, window=asked.window) if request.names else (),
        ),
        "subtitle": describe(ledger, first, last),
    }
    fit = None
    if not ledger.owners_change:  # how long parents stay is not known where accounts change hands
        fit = ledger.fit_decay()
        found["decay"] = ledger_decay(ledger, first, last, level, fit=fit)
        if request.survival is None:
            found["survival"] = ledger_survival(ledger, level)
    if asked.margin is not None:
        sound = fit if fit is not None and fit.status in SOUND else None
        found["worth"] = worth_facts(ledger, last, margin=asked.margin, spend=asked.spend, level=level, fit=sound)
    if request.contracts is not None:
        found["renewals"] = renewal_facts(request.contracts, ledger, last, window=asked.window, level=level)
    scored = None if request.health is None else request.health.result
    if not ledger.owners_change:
        found["accounts"] = account_facts(ledger, last, scored, request.book, names=request.names)
    return found
