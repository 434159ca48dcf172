"""Unit economics: what it costs to win a customer, and how soon that is earned back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sojourn import _core
from sojourn._core import Estimate
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy


def economics(
    *,
    spend: int,
    customers: int,
    new_mrr: int,
    gross_margin: float,
    arpa: float | None = None,
    ltv: float | None = None,
    churn: float | None = None,
    policy: Policy | None = None,
) -> dict[str, Estimate]:
    """What it costs to win a customer, and how soon that is earned back; money in minor units.

    `spend` won `customers` who pay `new_mrr` per month; `gross_margin` (a share) has no default. Payback is spend over the
    margin of the new MRR; with `arpa` there is also the payback of an average customer, with `ltv` LTV:CAC, with `churn` (a
    rate) the customer lifetime. A policy adds "payback": the one of the two paybacks that it names.
    """
    found = _core.revenue.unit_economics(spend, customers, new_mrr, gross_margin, arpa, ltv, churn)
    if policy is not None:
        wanted = "payback_months" if policy.payback == "aggregate" else "payback_months_per_customer"
        if wanted not in found:
            raise SchemaError("payback per customer needs arpa")
        found["payback"] = found[wanted]
    for estimate in found.values():
        estimate.options = {"spend": spend, "customers": customers, "new_mrr": new_mrr, "gross_margin": gross_margin}
    return found
