"""A ledger -> its headlines a month and a year earlier, for the change since then."""

from __future__ import annotations

from sojourn._report.facts.months import first_month, month_index, month_name
from sojourn.revenue._ledger import Ledger

STEPS = {"month": 1, "year": 12}


def earlier(ledger: Ledger, last: str, *, window: int, level: float) -> dict[str, dict[str, float]]:
    """By step back from `last` ("month", "year"): what the headlines were, where they are defined."""
    begin = first_month(ledger)
    found = {}
    for step, months in STEPS.items():
        at = month_index(last) - months
        if at < begin:
            continue
        then = month_name(at)
        asked = {
            "nrr": ledger.nrr(then, window=window, level=level),
            "grr": ledger.grr(then, window=window, level=level),
            "logo_retention": ledger.logo_retention(then, window=window, level=level),
            "logo_churn": ledger.logo_churn(then, level=level),
            "quick_ratio": ledger.quick_ratio(then),
        }
        defined = {name: one.value for name, one in asked.items() if one.reason is None}
        found[step] = {"mrr": float(int(ledger.mrr(then))), **defined}
    return found
