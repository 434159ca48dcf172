"""The whole report: one self-contained page from whatever the caller holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core import __version__
from sojourn._input import column, frame
from sojourn._page import Fact, Page, Part, render
from sojourn.errors import SchemaError
from sojourn.gather.health import health_facts
from sojourn.gather.revenue import describe, last_months, ledger_facts, ledger_survival
from sojourn.gather.survival import as_curve
from sojourn.gather.surveys import csat_facts, nps_facts
from sojourn.sections import health as health_section
from sojourn.sections import revenue as revenue_section
from sojourn.sections import survival as survival_section
from sojourn.sections import surveys as survey_section


def report(
    *,
    ledger: Any = None,
    surveys: Mapping[str, Any] | None = None,
    health: Any = None,
    survival: Any = None,
    out: str | os.PathLike[str] | None = "report.html",
    title: str = "Customer report",
    first: str | None = None,
    last: str | None = None,
    window: int = 12,
    level: float = 0.95,
    accounts: bool = False,
) -> str:
    """Writes one page to `out` and returns its text; `out=None` writes nothing. Aggregates only, unless `accounts=True`.

    `ledger`: a Ledger; months `first` to `last` are shown (default: the last 36 complete ones). `surveys`: {"nps": answers,
    "csat": answers}, each a column, or a table with a column `score` (or of that name), or a mapping with `scores` and
    optionally `by`, `weights`. `health`: the result of `Scorecard.score`. `survival`: a survival curve or {name: curve};
    by default the ledger's own.
    """
    parts: list[Part] = []
    facts: list[Fact] = []
    subtitle = ""
    if ledger is not None:
        first, last = last_months(ledger, first, last)
        parts.append(revenue_section.part(ledger_facts(ledger, first, last, window=window, level=level)))
        subtitle = describe(ledger, first, last)
    if survival is None and ledger is not None:
        parts.append(survival_section.part(ledger_survival(ledger, level)))
    elif survival is not None:
        parts.append(survival_section.part(_survival(survival, level)))
    for kind, answers in (surveys or {}).items():
        parts.append(_survey(kind, answers, level))
    if health is not None:
        parts.append(health_section.part(health_facts(health, accounts=accounts)))
    html = render(assemble(title, subtitle, parts, facts))
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


def _survey(kind: str, answers: Any, level: float) -> Part:
    given = _survey_columns(kind, answers)
    if kind == "nps":
        return survey_section.nps_part(nps_facts(**given, level=level))
    if kind == "csat":
        return survey_section.csat_part(csat_facts(**given, level=level))
    raise SchemaError(f'surveys has "{kind}"; a report knows "nps" and "csat"')


def _survey_columns(kind: str, answers: Any) -> dict[str, Any]:
    """Scores, and segments and weights where they were given with them."""
    if isinstance(answers, Mapping) and "scores" in answers:
        by = answers.get("by")
        given: dict[str, Any] = {"scores": _scores(answers["scores"], kind)}
        if by is not None:
            given |= {"segments": ["(none)" if v is None else str(v) for v in column(by, "by").to_list()],
                      "by": str(answers.get("by_name", "Segment"))}
        if answers.get("weights") is not None:
            given["weights"] = column(answers["weights"], "weights").to_list()
        return given
    try:
        return {"scores": _scores(answers, kind)}
    except SchemaError:
        table = frame(answers)
        name = next((n for n in ("score", kind) if n in table), None)
        if name is None:
            raise SchemaError(f'the {kind} answers have no column "score" or "{kind}"; they have: {", ".join(table)}') from None
        return {"scores": _scores(table[name], kind)}


def _scores(values: Any, kind: str) -> list[int | None]:
    return [None if v is None or v != v else int(v) for v in column(values, kind).to_list()]


def _survival(survival: Any, level: float) -> survival_section.SurvivalFacts:
    if isinstance(survival, Mapping):
        curves = [as_curve(str(name), result) for name, result in survival.items()]
        return survival_section.SurvivalFacts(whole=curves[0], groups=curves[1:], level=level)
    return survival_section.SurvivalFacts(whole=as_curve("All accounts", survival), level=level)
