"""A ledger and a margin -> what a customer is worth, and what winning one costs."""

from __future__ import annotations

from sojourn._core import proportion
from sojourn._report.facts.months import first_month, month_index, month_name
from sojourn._report.sections.worth import WorthFacts
from sojourn.lifetime import Decay, cltv
from sojourn.revenue import economics
from sojourn.revenue._ledger import Ledger

TIMING = "new_customer_pays_now"
CAPPED = 36


def worth_facts(
    ledger: Ledger, last: str, *, margin: float, spend: int | None = None, level: float = 0.95, fit: Decay | None = None
) -> WorthFacts:
    """The average customer of `last` ("2024-12") at the churn of the twelve months up to it.

    `margin` is the share of revenue left after serving the customer; `spend` what winning the new customers of those twelve
    months cost, in minor units; `fit` a decay curve, which adds the value of the first `CAPPED` months by it.
    """
    begin = max(month_index(last) - 11, first_month(ledger))
    table = ledger.movements(month_name(begin), last, by="month")

    def total(name: str) -> int:
        return sum(abs(int(value)) for value in table[name].to_list())

    arpa = ledger.arpa(last, level=level)
    churn = proportion(total("accounts_churned"), total("accounts_opening"), level=level)
    defined = arpa.reason is None and churn.reason is None
    value = cltv(arpa.value, margin=margin, churn=churn, timing=TIMING) if defined else None
    fitted = (
        cltv(arpa.value, margin=margin, retention=fit, timing=TIMING, cap_periods=CAPPED)
        if defined and fit is not None
        else None
    )
    costs = None
    if spend is not None:
        ltv = value.value if value is not None and value.reason is None else None
        costs = economics(
            spend=spend,
            customers=total("accounts_new"),
            new_mrr=total("new"),
            gross_margin=margin,
            ltv=ltv,
            arpa=arpa.value if defined else None,
        )
    by_policy = None
    known = not ledger.owners_change  # the churn of `ltv` knows no transfers
    if known and ledger.policy.logo_denominator != "available_to_renew" and 0 < margin <= 1:
        by_policy = ledger.ltv(
            last, margin=margin, cap_months=CAPPED if ledger.policy.ltv_zero_churn == "cap" else None, level=level
        )
    return WorthFacts(
        currency=ledger.currency,
        margin=margin,
        first=month_name(begin),
        last=last,
        arpa=arpa,
        churn=churn,
        value=value,
        fitted=fitted,
        by_policy=by_policy,
        capped=CAPPED,
        spend=spend,
        won=total("accounts_new"),
        new_mrr=total("new"),
        costs=costs or {},
    )
