"""What a customer is worth: MRR left by churn rate, and lifetime value."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.money import minor_average
from sojourn._frames.table import Table
from sojourn.lifetime._decay import Decay
from sojourn.lifetime._plots import draw_mrr_index


@checked
def mrr_index(churn_rates: Any, months: int = 24) -> Table:
    """What each monthly churn rate leaves of today's MRR, (1 - c)^n, month by month."""
    rates = churn_rates if not isinstance(churn_rates, (int, float)) else [float(churn_rates)]
    columns = _core.lifetime.mrr_index(column(rates, "churn_rates"), months=months)
    return Table(columns, options={"months": months}, plot=draw_mrr_index, title="MRR left by monthly churn rate")


@checked
def cltv(
    arpa: float,
    *,
    margin: float,
    churn: float | Estimate | None = None,
    retention: Decay | None = None,
    timing: str,
    discount_rate: float = 0.0,
    acquisition_cost: float = 0.0,
    cap_periods: int | None = None,
    amounts: str = "minor",
    currency: str = "USD",
) -> Estimate:
    """Lifetime value of a customer: `arpa` a period x margin x discounted periods - acquisition cost.

    Give either `churn` per period (a rate, or an Estimate whose interval is carried over) or a fitted `retention`. `timing`
    says when payments fall: "new_customer_pays_now" (the familiar ARPA x margin / churn), "just_paid", "period_end", or
    "renewal_due" (the next payment is due now, if the customer renews). The value is in minor units, as `arpa` and
    `acquisition_cost` are; with amounts="major" these two are in units of the `currency`.
    """
    source = retention.core if retention is not None else churn
    if source is None or (churn is not None and retention is not None):
        raise TypeError("cltv: give either churn or retention")
    arpa = minor_average(arpa, amounts=amounts, currency=currency)
    acquisition_cost = minor_average(acquisition_cost, amounts=amounts, currency=currency)
    found = _core.lifetime.cltv(
        arpa,
        source,
        margin=margin,
        timing=timing,
        discount_rate=discount_rate,
        acquisition_cost=acquisition_cost,
        cap_periods=cap_periods,
    )
    found.options = {
        "arpa": arpa,
        "churn": None if churn is None else float(churn),
        "family": None if retention is None else retention.family,
        "margin": margin,
        "timing": timing,
        "discount_rate": discount_rate,
        "acquisition_cost": acquisition_cost,
        "cap_periods": cap_periods,
        "amounts": amounts,
        "currency": currency,
    }
    return found
