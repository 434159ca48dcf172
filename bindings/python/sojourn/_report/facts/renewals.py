"""Contracts -> renewal facts: what became of the terms that ended in a window."""

from __future__ import annotations

from sojourn._report.facts.months import month_index, month_name
from sojourn._report.request import ContractRequest
from sojourn._report.sections.renewals import RenewalFacts
from sojourn.revenue import renewals
from sojourn.revenue._ledger import Ledger


def renewal_facts(request: ContractRequest, ledger: Ledger, last: str, *, window: int, level: float) -> RenewalFacts:
    """Terms that end in the `window` months up to the end of `last` ("2024-12"), as known on the ledger's day."""
    end = month_index(last) + 1
    days = f"{month_name(end - window)}-01", f"{month_name(end)}-01"
    found = renewals(
        request.table,
        days,
        as_of=ledger.as_of,
        grace_days=request.grace_days,
        amounts=request.amounts,
        currency=ledger.currency,
        level=level,
        **request.columns,
    )
    return RenewalFacts(
        logo=found.logo,
        gross_dollar=found.gross_dollar,
        net_dollar=found.net_dollar,
        counts=dict(found.counts),
        first=month_name(end - window),
        last=last,
        grace_days=request.grace_days,
    )
