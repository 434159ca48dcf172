"""What a customer is worth by a ledger's own ARPA and churn."""

from __future__ import annotations

import dataclasses
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.periods import date_of, first_day, span_of
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import rate


def lifetime_value(ledger: CoreLedger, period: Any, *, margin: float, cap_months: int | None, level: float) -> Estimate:
    """ARPA x margin / logo churn per month, of an average customer at the end of the period, in minor units."""
    month, months = span_of(period)
    days = first_day(month), first_day(month + months)
    rules = dataclasses.replace(ledger.policy, annualise="none")
    if rules.logo_denominator == "available_to_renew":
        raise SchemaError(
            "lifetime value divides by the share of customers who leave per month; churn over what was available to "
            "renew is another share: name another logo_denominator"
        )
    windows = _core.revenue.ltv_windows(rules.core, *days)
    churn = [ledger.compiled.rate("logo_churn", *window, rules.core, level) for window in windows]
    arpa = rate(ledger, period, "arpa", level)
    found, monthly = _core.revenue.ltv(arpa, windows, churn, margin, rules.core, cap_months, level)
    capped = {} if cap_months is None else {"cap_months": cap_months}
    unused = [str(ledger.options["not_applied"])] if "not_applied" in ledger.options else []
    if found.method == "none":
        unused.append("level")
    found.options = {
        **ledger.options,
        **({"not_applied": ", ".join(unused)} if unused else {}),
        "period": str(period),
        "margin": margin,
        **capped,
        "churn_a_month": monthly.value,
        "first": str(date_of(windows[0][0])),
        "last": str(date_of(windows[-1][1] - 1)),
        "complete": days[1] <= ledger.known_until,
    }
    return found
