"""Unit economics: what it costs to win a customer, and how soon that is earned back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.money import minor_amount, minor_average
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.revenue._amount import AmountLike
    from sojourn.revenue._policy import Policy


@checked
def economics(
    *,
    spend: AmountLike,
    customers: int,
    new_mrr: AmountLike,
    gross_margin: float,
    arpa: float | None = None,
    ltv: float | None = None,
    churn: float | None = None,
    amounts: str = "minor",
    currency: str = "USD",
    policy: Policy | None = None,
) -> dict[str, Estimate]:
    """What it costs to win a customer, and how soon that is earned back; money in minor units.

    With amounts="major" `spend`, `new_mrr`, `arpa` and `ltv` are in units of the `currency`; results stay in minor units.

    `spend` won `customers` who pay `new_mrr` per month; `gross_margin` (a share) has no default. Payback is spend over the
    margin of the new MRR; with `arpa` there is also the payback of an average customer, with `ltv` LTV:CAC, with `churn` (a
    rate) the customer lifetime. A policy adds "payback": the one of the two paybacks that it names.
    """
    spent = minor_amount(spend, "spend", amounts=amounts, currency=currency)
    won = minor_amount(new_mrr, "new_mrr", amounts=amounts, currency=currency)
    arpa = None if arpa is None else minor_average(arpa, amounts=amounts, currency=currency)
    ltv = None if ltv is None else minor_average(ltv, amounts=amounts, currency=currency)
    found = _core.revenue.unit_economics(spent, customers, won, gross_margin, arpa, ltv, churn)
    if policy is not None:
        wanted = "payback_months" if policy.payback == "aggregate" else "payback_months_per_customer"
        if wanted not in found:
            raise SchemaError("payback per customer needs arpa")
        found["payback"] = found[wanted]
    for estimate in found.values():
        estimate.options = {"spend": spent, "customers": customers, "new_mrr": won, "gross_margin": gross_margin}
    return found
