"""What a customer is worth, what winning one costs, and how soon that cost is recovered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, money, number, percent, round_money, rounded_money, span
from sojourn._report.estimates import estimate_data
from sojourn._report.page import Fact, Grid, Headline, Part, Section


@dataclass(frozen=True, kw_only=True)
class WorthFacts:
    """Money in minor units; churn per month over the months `first` to `last`."""

    currency: str
    margin: float
    first: str
    last: str
    arpa: Estimate
    churn: Estimate
    value: Estimate | None
    fitted: Estimate | None = None
    """Value of the first `capped` months by the fitted decay."""
    by_policy: Estimate | None = None
    """ARPA x margin / the churn that the policy names, at the end of `last`."""
    capped: int = 36
    spend: int | None = None
    won: int = 0
    new_mrr: int = 0
    costs: Mapping[str, Estimate] = field(default_factory=dict)


def part(facts: WorthFacts) -> Part:
    costs = facts.costs
    return Part(
        headlines=[_headline(facts)],
        sections=[
            Section(
                anchor="worth",
                title="What a customer is worth",
                reading=_reading(facts),
                grids=[_grid(facts)],
                proof=_proof(facts),
                definition=f"{DEFINITIONS['cltv'].meaning} {DEFINITIONS['cltv'].missing}"
                + (f" {DEFINITIONS['economics'].meaning} {DEFINITIONS['economics'].missing}" if costs else ""),
                not_told=DEFINITIONS["cltv"].not_told + (f" {DEFINITIONS['economics'].not_told}" if costs else ""),
            )
        ],
        facts=[Fact(label="Gross margin", value=f"{percent(facts.margin)}, as given; paid at once, nothing discounted")],
        data={"worth": _data(facts)},
    )


def _show(facts: WorthFacts, minor: float) -> str:
    """Without cents from a thousand on: an average is not that exact."""
    return round_money(minor, facts.currency)


def _headline(facts: WorthFacts) -> Headline:
    label, value = f"Lifetime value of an average customer, {facts.currency}", facts.value
    if value is None or value.reason is not None:
        reason = (value or (facts.arpa if facts.arpa.reason is not None else facts.churn)).reason
        return Headline(label=label, value=UNDEFINED, reading=f"Not defined: {reason}.")
    reading = (
        f"{_show(facts, facts.arpa.value)} per month, {percent(facts.margin, 0)} of it margin; "
        f"{percent(facts.churn.value, 2)} of the customers leave per month."
    )
    if (ratio := facts.costs.get("ltv_to_cac")) is not None and ratio.reason is None:
        reading += f" {number(ratio.value)} times what winning one costs."
    return Headline(
        label=label,
        value=_show(facts, value.value),
        reading=reading,
        interval=f"{100 * value.level:g}% interval {span(_show(facts, value.low), _show(facts, value.high))}",
    )


def _reading(facts: WorthFacts) -> str:
    costs = {name: e.value for name, e in facts.costs.items() if e.reason is None}
    lines = []
    if "acquisition_cost" in costs and "payback_months" in costs:
        lines.append(
            f"Winning a customer cost {_show(facts, costs['acquisition_cost'])} {facts.currency}; the margin of what new "
            f"customers pay brings that back in {number(costs['payback_months'])} months."
        )
    if facts.churn.reason is None and facts.churn.value > 0:
        lines.append(
            f"At {percent(facts.churn.value, 2)} per month a customer stays {number(1 / facts.churn.value)} months on "
            "average, if nothing changes for that long: read the lifetime value as an order of magnitude."
        )
    return " ".join(lines)


def _grid(facts: WorthFacts) -> Grid:
    rows = [
        _row("Average revenue per account (ARPA) per month", facts.arpa, lambda v: _show(facts, v)),
        _row(f"Customers who leave per month, {facts.first} to {facts.last}", facts.churn, lambda v: percent(v, 2)),
    ]
    if facts.value is not None:
        rows.append(_row("Lifetime value: ARPA × margin / churn", facts.value, lambda v: _show(facts, v)))
    if facts.by_policy is not None:
        rows.append(
            _row(
                f"The same at {percent(facts.by_policy.options['churn_a_month'], 2)}, the policy's churn per month",
                facts.by_policy,
                lambda v: _show(facts, v),
            )
        )
    if facts.fitted is not None:
        rows.append(
            _row(f"Value of the first {facts.capped} months, by the fitted curve", facts.fitted, lambda v: _show(facts, v))
        )
    names = {
        "acquisition_cost": ("Cost of winning a customer (CAC)", lambda v: _show(facts, v)),
        "ltv_to_cac": ("LTV : CAC", number),
        "payback_months": ("Months until CAC is recovered, new customers", number),
        "payback_months_per_customer": ("Months until CAC is recovered, average customer", number),
    }
    rows += [_row(title, facts.costs[name], show) for name, (title, show) in names.items() if name in facts.costs]
    return Grid(
        columns=["Measure", "Value", "Interval", "n"],
        rows=rows,
        caption=f"Money in {facts.currency}, gross margin {percent(facts.margin)}",
    )


def _row(title: str, e: Estimate, show: Any) -> list[str]:
    return [title, show(e.value), span(show(e.low), show(e.high)) or "–", f"{e.n:,}"]


def _proof(facts: WorthFacts) -> str:
    cost = facts.costs.get("acquisition_cost")
    if facts.spend is None or cost is None or cost.reason is not None:
        return ""
    return (
        f"{money(facts.spend, facts.currency)} {facts.currency} spent / {facts.won:,} customers won {facts.first} to "
        f"{facts.last} = {rounded_money(cost.value, facts.currency)} each; they brought "
        f"{money(facts.new_mrr, facts.currency)} of new MRR."
    )


def _data(facts: WorthFacts) -> dict[str, Any]:
    shown = {
        "arpa": facts.arpa,
        "churn": facts.churn,
        "value": facts.value,
        "ltv": facts.by_policy,
        "fitted": facts.fitted,
        **facts.costs,
    }
    return {
        "unit": "minor units",
        "currency": facts.currency,
        "margin": facts.margin,
        "spend": facts.spend,
        "won": facts.won,
        "new_mrr": facts.new_mrr,
        **{name: estimate_data(e) for name, e in shown.items() if e is not None},
    }
