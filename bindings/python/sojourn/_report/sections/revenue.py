"""MRR: the level, the movements that close to the cent, retention, cohorts."""

from __future__ import annotations

from typing import Any

from sojourn._frames.format import money
from sojourn._frames.language import counted, say, shown_month
from sojourn._report.estimates import estimate_data
from sojourn._report.page import Headline, Part
from sojourn._report.sections.causes import causes_section
from sojourn._report.sections.cohorts import cohorts_section
from sojourn._report.sections.movements import movements_section
from sojourn._report.sections.retention import ratio_headlines, retention_section
from sojourn._report.sections.revenue_facts import SIGNS, RevenueFacts
from sojourn._report.sections.usage import usage_section
from sojourn._report.sections.verdict import changes
from sojourn.errors import Error


def part(facts: RevenueFacts) -> Part:
    """Fails when a period does not close: a report must not print an identity that does not hold."""
    _require_closing(facts)
    result = Part(headlines=_headlines(facts), facts=list(facts.facts), data={"revenue": _data(facts)})
    result.sections.append(movements_section(facts))
    if facts.usage:
        result.sections.append(usage_section(facts))
    if facts.lost_to:
        result.sections.append(causes_section(facts))
    if (retention := retention_section(facts)) is not None:
        result.sections.append(retention)
    if facts.triangles:
        result.sections.append(cohorts_section(facts.triangles))
    return result


def _require_closing(facts: RevenueFacts) -> None:
    for i, period in enumerate(facts.periods):
        reached = facts.opening[i] + sum(sign * facts.movements[name][i] for name, sign in SIGNS.items())
        if reached != facts.closing[i]:
            raise Error(f"movements of {period} do not close: they lead to {reached}, the closing MRR is {facts.closing[i]}")


def _headlines(facts: RevenueFacts) -> list[Headline]:
    closing, accounts = facts.closing[-1], facts.accounts["closing"][-1]
    change = closing - facts.opening[0]
    lines = [
        Headline(
            label=say(
                "MRR at the end of {period}, {currency}", period=shown_month(facts.periods[-1]), currency=facts.currency
            ),
            value=money(closing, facts.currency),
            key="mrr",
            first=True,
            changes=changes("mrr", closing, facts.earlier, currency=facts.currency),
            interval=say("exact; {accounts}", accounts=counted(accounts, "paying account")),
            reading=say(
                "Up {change} since the opening of {period}. A year at this rate (ARR): {arr}."
                if change >= 0
                else "Down {change} since the opening of {period}. A year at this rate (ARR): {arr}.",
                change=money(abs(change), facts.currency),
                period=shown_month(facts.periods[0]),
                arr=money(12 * closing, facts.currency),
            ),
        ),
    ]
    return lines + ratio_headlines(facts)


def _data(facts: RevenueFacts) -> dict[str, Any]:
    return {
        "currency": facts.currency,
        "unit": "minor units",
        "periods": list(facts.periods),
        "opening": list(facts.opening),
        **{name: list(values) for name, values in facts.movements.items()},
        "closing": list(facts.closing),
        "accounts": {name: list(values) for name, values in facts.accounts.items()},
        "estimates": {name: estimate_data(e) for name, e in facts.estimates.items()},
        "kept": None
        if facts.kept is None
        else {
            "window": facts.window,
            "periods": list(facts.kept.periods),
            **{
                name: [None if found is None else list(found) for found in rates] for name, rates in facts.kept.rates.items()
            },
        },
        **({"usage": {name: list(values) for name, values in facts.usage.items()}} if facts.usage else {}),
        "churn_by_cause": {name: list(values) for name, values in facts.lost_to.items()},
        "cohorts": [
            {
                "measure": t.measure,
                "cohorts": list(t.cohorts),
                "sizes": list(t.sizes),
                "retention": [list(row) for row in t.retention],
            }
            for t in facts.triangles
        ],
    }
