"""The whole report: one self-contained page from whatever the caller holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sojourn._core import __version__
from sojourn._frames.arguments import checked
from sojourn._frames.language import in_language, language, say
from sojourn._frames.money import minor_amount
from sojourn._frames.output import utf8, write_text
from sojourn._report.facts.report_facts import ReportFacts, report_facts
from sojourn._report.facts.survival import WHOLE
from sojourn._report.page import Fact, Page, render
from sojourn._report.request import ContractRequest, CurveRequest, HealthRequest, ReportRequest, RevenueRequest
from sojourn._report.sections.retention import worth_today
from sojourn._report.sections.verdict import target_grid, verdict, with_target
from sojourn._report.survey_input import survey_days, survey_requests
from sojourn.errors import SchemaError
from sojourn.health import HealthResult
from sojourn.lifetime import Survival
from sojourn.revenue import Ledger
from sojourn.revenue._amount import AmountLike


@checked
def report(
    *,
    ledger: Ledger | None = None,
    contracts: Any = None,
    surveys: Mapping[str, Any] | None = None,
    health: HealthResult | Sequence[HealthResult] | None = None,
    survival: Survival | Mapping[str, Survival] | None = None,
    margin: float | None = None,
    spend: AmountLike | None = None,
    amounts: str | None = None,
    out: str | os.PathLike[str] | None = "report.html",
    title: str | None = None,
    first: str | None = None,
    last: str | None = None,
    window: int = 12,
    level: float = 0.95,
    accounts: bool = False,
    book: Any = None,
    targets: Mapping[str, tuple[float | None, float | None]] | None = None,
    lang: Literal["en", "zh"] = "en",
) -> str:
    """Writes one page to `out` and returns its text; `out=None` writes nothing. Aggregates only, unless `accounts=True`.
    A page that cannot be written whole leaves the file as it was.

    `ledger`: a Ledger; months `first` to `last` are shown (default: the last 12 complete ones). With `margin` (the share
    of revenue left after serving a customer, never guessed) the page adds lifetime value, and with `spend` (what winning
    the new customers of the last twelve months cost, in minor units) LTV:CAC and payback. `contracts`: a table as for
    `renewals`, read for the last `window` months of the ledger. `amounts` is the unit of `contracts`, as there, and of
    `spend`. `surveys`: {"nps": answers, "csat": answers, "ces":
    answers}, each a column, or a table with a column `score` (or of that name; with `sent_on` and `answered_on` the
    response rate is shown), or a mapping with `scores` and optionally `by`, `weights`. `health`: the result of
    `Scorecard.score`, or several, oldest first, which show how the parts of the card moved. `survival`: a survival curve or
    {name: curve}; by default the ledger's own. `lang`: the language of the page, "en" or "zh".

    `book`: one row per account (`account_id`) with what is known about it: `owner`, `renews_on`, and labels such as plan or
    region, by which MRR is split. `accounts=True` lists whom to call and who moved the numbers, by name. `targets` as for
    `check_targets`: {"nrr": (1.0, None)}, met, missed or open by the interval; LTV:CAC and payback have the usual ones.
    """
    if ledger is None and (contracts is not None or margin is not None or spend is not None):
        raise SchemaError("contracts, margin and spend are read together with a ledger: give ledger=")
    asked = surveys or {}
    spent = None
    if ledger is not None and spend is not None:
        spent = minor_amount(spend, "spend", amounts=amounts or "minor", currency=ledger.currency)
    request = ReportRequest(
        revenue=None
        if ledger is None
        else RevenueRequest(ledger=ledger, first=first, last=last, window=window, margin=margin, spend=spent),
        contracts=None if contracts is None else ContractRequest(table=contracts, amounts=amounts),
        survival=None if survival is None else _curves(survival),
        **survey_requests(asked),
        survey_days={kind.upper(): days for kind, answers in asked.items() if (days := survey_days(answers)) is not None},
        health=None if health is None else _cycles(health, accounts=accounts),
        level=level,
        book=book,
        targets=targets or {},
        names=accounts,
    )
    with in_language(lang):
        html = render(report_page(say("Customer report") if title is None else title, report_facts(request)))
    write(html, out)
    return html


def report_page(title: str, facts: ReportFacts) -> Page:
    """The page of these facts, with the version that made it."""
    parts = facts.parts()
    if not parts:
        raise SchemaError("a report needs something to report: a ledger, surveys, health scores or a survival curve")
    page = Page(lang=language(), title=title, subtitle=facts.subtitle, data={"sojourn": __version__})
    for part in parts:
        part.add_to(page)
    rows = {str(row["metric"]): row for row in facts.targets}
    page.headlines = [with_target(headline, rows) for headline in page.headlines]
    nrr = None if facts.revenue is None else facts.revenue.estimates.get("nrr")
    worth = "" if facts.revenue is None or nrr is None or nrr.reason is not None else worth_today(nrr, facts.revenue.window)
    page.verdict = verdict(facts.revenue, worth, facts.targets, "")
    page.targets = target_grid(facts.targets) if facts.targets else None
    page.facts = [*page.facts, *facts.notes, Fact(label=say("Made with"), value=f"sojourn {__version__}")]
    return page


def write(html: str, out: str | os.PathLike[str] | None) -> None:
    """To a file, or to standard output for "-"."""
    if out is None:
        return
    if os.fspath(out) == "-":
        utf8(html)
        sys.stdout.write(html)
        return
    write_text(out, html)


def _cycles(health: HealthResult | Sequence[HealthResult], *, accounts: bool) -> HealthRequest:
    if isinstance(health, HealthResult):
        return HealthRequest(result=health, accounts=accounts)
    if not health:
        raise SchemaError("health is empty; give the result of a score, or several, oldest first")
    *earlier, last = health
    return HealthRequest(result=last, earlier=earlier, accounts=accounts)


def _curves(survival: Survival | Mapping[str, Survival]) -> CurveRequest:
    if isinstance(survival, Mapping):
        if not survival:
            raise SchemaError("survival is empty; give a curve, or leave it out for the ledger's own")
        return CurveRequest(curves={str(name): curve for name, curve in survival.items()})
    return CurveRequest(curves={WHOLE: survival})
