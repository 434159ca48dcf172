"""The whole report: one self-contained page from whatever the caller holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core import __version__
from sojourn._frames.columns import column, frame
from sojourn._report.facts.everything import Gathered
from sojourn._report.facts.health import health_facts
from sojourn._report.facts.renewals import renewal_facts
from sojourn._report.facts.revenue import last_months
from sojourn._report.facts.surveys import ces_facts, csat_facts, nps_facts, response_facts
from sojourn._report.facts.survival import as_curve
from sojourn._report.page import Fact, Page, Part, render
from sojourn._report.sections.survival import SurvivalFacts
from sojourn.errors import SchemaError


def report(
    *,
    ledger: Any = None,
    contracts: Any = None,
    surveys: Mapping[str, Any] | None = None,
    health: Any = None,
    survival: Any = None,
    margin: float | None = None,
    spend: int | None = None,
    out: str | os.PathLike[str] | None = "report.html",
    title: str = "Customer report",
    first: str | None = None,
    last: str | None = None,
    window: int = 12,
    level: float = 0.95,
    accounts: bool = False,
) -> str:
    """Writes one page to `out` and returns its text; `out=None` writes nothing. Aggregates only, unless `accounts=True`.

    `ledger`: a Ledger; months `first` to `last` are shown (default: the last 36 complete ones). With `margin` (the share of
    revenue left after serving a customer, never guessed) also lifetime value, and with `spend` (what winning the new customers
    of the last twelve months cost, in minor units) LTV:CAC and payback. `contracts`: a table as for `renewals`, read for the
    last `window` months of the ledger. `surveys`: {"nps": answers, "csat": answers, "ces": answers}, each a column, or a table
    with a column `score` (or of that name; with `sent_on` and `answered_on` the response rate is shown), or a mapping with
    `scores` and optionally `by`, `weights`. `health`: the result of `Scorecard.score`. `survival`: a survival curve or
    {name: curve}; by default the ledger's own.
    """
    gathered = Gathered()
    if ledger is not None:
        first, last = last_months(ledger, first, last)
        gathered.add_ledger(ledger, first, last, window=window, level=level, margin=margin, spend=spend)
    elif contracts is not None or margin is not None or spend is not None:
        raise SchemaError("contracts, margin and spend are read together with a ledger: give ledger=")
    if spend is not None and margin is None:
        raise SchemaError("spend needs margin=: what share of revenue is left after serving a customer?")
    if contracts is not None:
        gathered.renewals = renewal_facts(
            contracts, last=str(last), as_of=ledger.as_of, window=window, currency=ledger.currency, level=level
        )
    if survival is not None:
        gathered.survival = _survival(survival, level)
    add_surveys(gathered, surveys or {}, level)
    if health is not None:
        gathered.health = health_facts(health, accounts=accounts)
    html = render(assemble(title, gathered.subtitle, gathered.parts(), gathered.notes))
    write(html, out)
    return html


def assemble(title: str, subtitle: str, parts: Sequence[Part], facts: Sequence[Fact] = ()) -> Page:
    """The parts in order, and who made the page with what."""
    if not parts:
        raise SchemaError("a report needs something to report: a ledger, surveys, health scores or a survival curve")
    page = Page(title=title, subtitle=subtitle, data={"sojourn": __version__})
    for part in parts:
        part.add_to(page)
    page.facts = [*page.facts, *facts, Fact(label="Made with", value=f"sojourn {__version__}")]
    return page


def write(html: str, out: str | os.PathLike[str] | None) -> None:
    """To a file, or to standard output for "-"."""
    if out is None:
        return
    if os.fspath(out) == "-":
        sys.stdout.write(html)
        return
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write(html)


def add_surveys(gathered: Gathered, surveys: Mapping[str, Any], level: float) -> None:
    for kind, answers in surveys.items():
        given = _survey_columns(kind, answers)
        if kind == "nps":
            gathered.nps = nps_facts(**given, level=level)
        elif kind == "csat":
            gathered.csat = csat_facts(**given, level=level)
        elif kind == "ces":
            gathered.ces = ces_facts(**given, level=level)
        else:
            raise SchemaError(f'surveys has "{kind}"; a report knows "nps", "csat" and "ces"')
    sent = {kind.upper(): days for kind, answers in surveys.items() if (days := _days(answers)) is not None}
    if sent:
        gathered.responses = response_facts(sent, level=level)


def _days(answers: Any) -> tuple[Any, Any] | None:
    """When each survey was sent and answered, of a table that says so."""
    try:
        table = frame(answers)
    except SchemaError:
        return None
    return (table["sent_on"], table["answered_on"]) if {"sent_on", "answered_on"} <= set(table) else None


def _survey_columns(kind: str, answers: Any) -> dict[str, Any]:
    """Scores, and segments and weights where they were given with them."""
    if isinstance(answers, Mapping) and "scores" in answers:
        by = answers.get("by")
        given: dict[str, Any] = {"scores": _scores(answers["scores"], kind)}
        if by is not None:
            given |= {
                "segments": ["(none)" if v is None else str(v) for v in column(by, "by").to_list()],
                "by": str(answers.get("by_name", "Segment")),
            }
        if answers.get("weights") is not None:
            given["weights"] = column(answers["weights"], "weights").to_list()
        return given
    try:
        return {"scores": _scores(answers, kind)}
    except SchemaError:
        table = frame(answers)
        name = next((n for n in ("score", kind) if n in table), None)
        if name is None:
            raise SchemaError(
                f'the {kind} answers have no column "score" or "{kind}"; they have: {", ".join(table)}'
            ) from None
        return {"scores": _scores(table[name], kind)}


def _scores(values: Any, kind: str) -> list[int | None]:
    return [None if v is None or v != v else int(v) for v in column(values, kind).to_list()]


def _survival(survival: Any, level: float) -> SurvivalFacts:
    if isinstance(survival, Mapping):
        curves = [as_curve(str(name), result) for name, result in survival.items()]
        return SurvivalFacts(whole=curves[0], groups=curves[1:], level=level)
    return SurvivalFacts(whole=as_curve("All accounts", survival), level=level)
