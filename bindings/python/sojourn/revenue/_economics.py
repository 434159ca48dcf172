"""Unit economics: what it costs to win a customer, and how soon that is earned back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.money import minor_amount, minor_average
from sojourn._frames.table import Table
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
    arpa: float | Estimate | None = None,
    ltv: float | Estimate | None = None,
    churn: float | Estimate | None = None,
    amounts: str = "minor",
    currency: str = "USD",
    policy: Policy | None = None,
) -> dict[str, Estimate]:
    """What it costs to win a customer, and how soon that is earned back; money in minor units.

    With amounts="major" `spend`, `new_mrr`, `arpa` and `ltv` are in units of the `currency`; results stay in minor units. An
    `Estimate`, such as `ledger.arpa(...)` or `ledger.ltv(...)`, is in minor units already, and its interval is carried over.

    `spend` won `customers` who pay `new_mrr` per month; `gross_margin` (a share) has no default. Payback is spend over the
    margin of the new MRR; with `arpa` there is also the payback of an average customer, with `ltv` LTV:CAC, with `churn` (a
    rate) the customer lifetime. A policy adds "payback": the one of the two paybacks that it names.
    """
    spent = minor_amount(spend, "spend", amounts=amounts, currency=currency)
    won = minor_amount(new_mrr, "new_mrr", amounts=amounts, currency=currency)
    arpa, ltv = (
        one if one is None or isinstance(one, Estimate) else minor_average(one, amounts=amounts, currency=currency)
        for one in (arpa, ltv)
    )
    found = _core.revenue.unit_economics(spent, customers, won, gross_margin, arpa, ltv, churn)
    if policy is not None:
        wanted = "payback_months" if policy.payback == "aggregate" else "payback_months_per_customer"
        if wanted not in found:
            raise SchemaError("payback per customer needs arpa")
        found["payback"] = found[wanted]
    asked = {name: None if one is None else float(one) for name, one in (("arpa", arpa), ("ltv", ltv), ("churn", churn))}
    options = {"spend": spent, "customers": customers, "new_mrr": won, "gross_margin": gross_margin, **asked}
    for estimate in found.values():
        estimate.options = {**options, "amounts": amounts, "currency": currency}
    return found


@checked
def check_targets(
    numbers: Mapping[str, float | Estimate], targets: Mapping[str, tuple[float | None, float | None]] | None = None
) -> Table:
    """Whether numbers meet their targets: one row per number, "met", "missed" or "cannot tell", with the reason.

    `numbers` by name, such as those of `economics`. `targets` maps names to (at least, at most), None for an open side; they
    replace the usual ones, which are `ltv_to_cac` 3 to 5, `payback_months` and `payback_months_per_customer` at most 12, and
    `monthly_churn` at most 0.05. The interval of an `Estimate` decides: within the target it is met, outside it is missed,
    over a border nobody can tell. A plain number is taken as exact. A number without a target has the verdict "no target".
    """
    usual = _core.revenue.economics_targets()
    asked = {name: _target(name, sides) for name, sides in (targets or {}).items()}
    unused = [name for name in asked if name not in numbers]
    if unused:
        raise SchemaError(f"targets of {', '.join(unused)}, which are not among the numbers: {', '.join(numbers)}")
    known = {name: target for name, target in {**usual, **asked}.items() if name in numbers}
    columns = _core.revenue.check_targets(list(numbers), list(numbers.values()), [known.get(name) for name in numbers])
    shown = {name: tuple(None if math.isinf(side) else side for side in target) for name, target in known.items()}
    return Table(columns, options={"targets": shown}, title="Targets")


def _target(name: str, sides: Any) -> tuple[float, float]:
    if not isinstance(sides, (tuple, list)) or len(sides) != 2:
        raise SchemaError(f"the target of {name} is {sides!r}; give (at least, at most), None for an open side: (3, 5)")
    least, most = sides
    return -math.inf if least is None else float(least), math.inf if most is None else float(most)
