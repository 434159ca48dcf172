"""Contracts -> renewal facts: what became of the terms that ended in a window."""

from __future__ import annotations

from typing import Any

from sojourn._report.facts.revenue import month_index, month_name
from sojourn._report.sections.renewals import RenewalFacts


def renewal_facts(
    contracts: Any,
    *,
    last: str,
    as_of: Any,
    window: int = 12,
    grace_days: int = 30,
    currency: str = "USD",
    level: float = 0.95,
    names: dict[str, Any] | None = None,
) -> RenewalFacts:
    """Terms that end in the `window` months up to the end of `last` ("2024-12")."""
    import sojourn as sj

    end = month_index(last) + 1
    days = f"{month_name(end - window)}-01", f"{month_name(end)}-01"
    found = sj.renewals(contracts, days, as_of=as_of, grace_days=grace_days, currency=currency, level=level, **(names or {}))
    return RenewalFacts(
        logo=found.logo,
        gross_dollar=found.gross_dollar,
        net_dollar=found.net_dollar,
        counts=dict(found.counts),
        first=month_name(end - window),
        last=last,
        grace_days=grace_days,
    )
