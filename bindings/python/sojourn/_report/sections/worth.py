"""What a customer is worth, what winning one costs, and how soon that cost is recovered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, money, number, percent, round_money, rounded_money, span
from sojourn._frames.language import say, sentences, shown_month, word
from sojourn._report.definitions import defined
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
    told = [defined("cltv"), *([defined("economics")] if facts.costs else [])]
    return Part(
        headlines=[_headline(facts)],
        sections=[
            Section(
                anchor="worth",
                title=say("What a customer is worth"),
                reading=_reading(facts),
                grids=[_grid(facts)],
                proof=_proof(facts),
                definition=sentences(*(text for one in told for text in (one.meaning, one.missing))),
                not_told=sentences(*(one.not_told for one in told)),
            )
        ],
        facts=[
            Fact(
                label=say("Gross margin"),
                value=say("{margin}, as given; paid at once, nothing discounted", margin=percent(facts.margin)),
            )
        ],
        data={"worth": _data(facts)},
    )


def _show(facts: WorthFacts, minor: float) -> str:
    """Without cents from a thousand on: an average is not that exact."""
    return round_money(minor, facts.currency)


def _headline(facts: WorthFacts) -> Headline:
    label, value = say("Lifetime value of an average customer, {currency}", currency=facts.currency), facts.value
    if value is None or value.reason is not None:
        reason = (value or (facts.arpa if facts.arpa.reason is not None else facts.churn)).reason
        return Headline(label=label, value=word(UNDEFINED), reading=say("Not defined: {reason}.", reason=word(reason)))
    reading = say(
        "{arpa} per month, {margin} of it margin; {churn} of the customers leave per month.",
        arpa=_show(facts, facts.arpa.value),
        margin=percent(facts.margin, 0),
        churn=percent(facts.churn.value, 2),
    )
    if (ratio := facts.costs.get("ltv_to_cac")) is not None and ratio.reason is None:
        reading += say(" {times} times what winning one costs.", times=number(ratio.value))
    return Headline(
        label=label,
        value=_show(facts, value.value),
        reading=reading,
        interval=say(
            "{level:g}% interval {low} to {high}",
            level=100 * value.level,
            low=_show(facts, value.low),
            high=_show(facts, value.high),
        ),
    )


def _reading(facts: WorthFacts) -> str:
    costs = {name: e.value for name, e in facts.costs.items() if e.reason is None}
    lines = []
    if "acquisition_cost" in costs and "payback_months" in costs:
        lines.append(
            say(
                "Winning a customer cost {cost} {currency}; the margin of what new customers pay brings that back in "
                "{months} months.",
                cost=_show(facts, costs["acquisition_cost"]),
                currency=facts.currency,
                months=number(costs["payback_months"]),
            )
        )
    if facts.churn.reason is None and facts.churn.value > 0:
        lines.append(
            say(
                "At {churn} per month a customer stays {months} months on average, if nothing changes for that "
                "long: read the lifetime value as an order of magnitude.",
                churn=percent(facts.churn.value, 2),
                months=number(1 / facts.churn.value),
            )
        )
    return sentences(*lines)


def _grid(facts: WorthFacts) -> Grid:
    rows = [
        _row(say("Average revenue per account (ARPA) per month"), facts.arpa, lambda v: _show(facts, v)),
        _row(
            say(
                "Customers who leave per month, {first} to {last}",
                first=shown_month(facts.first),
                last=shown_month(facts.last),
            ),
            facts.churn,
            lambda v: percent(v, 2),
        ),
    ]
    if facts.value is not None:
        rows.append(_row(say("Lifetime value: ARPA × margin / churn"), facts.value, lambda v: _show(facts, v)))
    if facts.by_policy is not None:
        rows.append(
            _row(
                say(
                    "The same at {churn}, the policy's churn per month",
                    churn=percent(facts.by_policy.options["churn_a_month"], 2),
                ),
                facts.by_policy,
                lambda v: _show(facts, v),
            )
        )
    if facts.fitted is not None:
        rows.append(
            _row(
                say("Value of the first {months} months, by the fitted curve", months=facts.capped),
                facts.fitted,
                lambda v: _show(facts, v),
            )
        )
    names = {
        "acquisition_cost": (say("Cost of winning a customer (CAC)"), lambda v: _show(facts, v)),
        "ltv_to_cac": (say("LTV : CAC"), number),
        "payback_months": (say("Months until CAC is recovered, new customers"), number),
        "payback_months_per_customer": (say("Months until CAC is recovered, average customer"), number),
    }
    rows += [_row(title, facts.costs[name], show) for name, (title, show) in names.items() if name in facts.costs]
    return Grid(
        columns=[say("Measure"), say("Value"), say("Interval"), "n"],
        rows=rows,
        caption=say("Money in {currency}, gross margin {margin}", currency=facts.currency, margin=percent(facts.margin)),
    )


def _months(facts: WorthFacts) -> dict[str, str]:
    return {"first": shown_month(facts.first), "last": shown_month(facts.last)}


def _row(title: str, e: Estimate, show: Any) -> list[str]:
    return [title, show(e.value), span(show(e.low), show(e.high)) or "–", f"{e.n:,}"]


def _proof(facts: WorthFacts) -> str:
    cost = facts.costs.get("acquisition_cost")
    if facts.spend is None or cost is None or cost.reason is not None:
        return ""
    return say(
        "{spend} {currency} spent / {won:,} customers won {first} to {last} = {cost} each; they brought "
        "{new_mrr} of new MRR.",
        spend=money(facts.spend, facts.currency),
        currency=facts.currency,
        won=facts.won,
        **_months(facts),
        cost=rounded_money(cost.value, facts.currency),
        new_mrr=money(facts.new_mrr, facts.currency),
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
