"""Causes that facts say in prices: every line of the table in docs/guide/causes.md."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj
from cause_rows import AS_OF, FIRST, MARCH, TO_MARCH, Found, by_cause, columns, price

PRICES: dict[str, tuple[list[dict[str, Any]], Found, dict[str, Any]]] = {
    "more seats": ([price(**TO_MARCH), price(**MARCH, quantity=3)], {("2024-03", "seats"): {"expansion": 2000}}, {}),
    "fewer seats": (
        [price(**TO_MARCH, quantity=3), price(**MARCH)],
        {("2024-01", "new_subscription"): {"new": 3000}, ("2024-03", "seats"): {"contraction": 2000}},
        {},
    ),
    "a higher price": (
        [price(**TO_MARCH), price(**MARCH, amount_minor=1500)],
        {("2024-03", "price"): {"expansion": 500}},
        {},
    ),
    "a lower price": (
        [price(**TO_MARCH), price(**MARCH, amount_minor=600)],
        {("2024-03", "price"): {"contraction": 400}},
        {},
    ),
    "seats first, then the price of all of them": (
        [price(**TO_MARCH), price(**MARCH, amount_minor=1500, quantity=2)],
        {("2024-03", "seats"): {"expansion": 1000}, ("2024-03", "price"): {"expansion": 1000}},
        {},
    ),
    "more seats at a lower price: what the price takes back comes off": (
        [price(**TO_MARCH), price(**MARCH, amount_minor=900, quantity=2)],
        {("2024-03", "seats"): {"expansion": 800}},
        {},
    ),
    "a yearly term at another price": (
        [price(**TO_MARCH), price(**MARCH, amount_minor=6000, every=1, unit="year")],
        {("2024-03", "price"): {"contraction": 500}},
        {},
    ),
    "without a quantity more may be seats or price": (
        [price(**TO_MARCH, quantity=None), price(**MARCH, amount_minor=1500, quantity=None)],
        {("2024-03", "unknown"): {"expansion": 500}},
        {},
    ),
    "a discount ends within the row": (
        [price(discount_minor=300, discount_until="2024-04-01")],
        {("2024-01", "new_subscription"): {"new": 700}, ("2024-04", "discount_end"): {"expansion": 300}},
        {},
    ),
    "a discount ends with the row that has it": (
        [price(**TO_MARCH, discount_minor=300), price(**MARCH)],
        {("2024-01", "new_subscription"): {"new": 700}, ("2024-03", "discount_end"): {"expansion": 300}},
        {},
    ),
    "who leaves on the day on which the discount ends": (
        [price(**TO_MARCH, discount_minor=300, discount_until="2024-03-01")],
        {("2024-01", "new_subscription"): {"new": 700}, ("2024-03", "discount_end"): {"churn": 700}},
        {},
    ),
    "a discount that begins is a lower price": (
        [price(**TO_MARCH), price(**MARCH, discount_minor=300)],
        {("2024-03", "price"): {"contraction": 300}},
        {},
    ),
    "another subscription beside": (
        [price(), price("t", start="2024-03-01", amount_minor=400, end="2024-05-01")],
        {("2024-03", "product"): {"expansion": 400}, ("2024-05", "product"): {"contraction": 400}},
        {},
    ),
    "another subscription takes over": (
        [price(**TO_MARCH), price("t", **MARCH, amount_minor=1400)],
        {("2024-03", "product"): {"expansion": 400}},
        {},
    ),
    "another plan of the subscription": (
        [price(**TO_MARCH, plan="basic"), price(**MARCH, plan="pro", amount_minor=1400)],
        {("2024-03", "product"): {"expansion": 400}},
        {"segment": "plan"},
    ),
    "seats of the same plan": (
        [price(**TO_MARCH, plan="pro"), price(**MARCH, plan="pro", quantity=2)],
        {("2024-03", "seats"): {"expansion": 1000}},
        {"segment": "plan"},
    ),
    "paused and resumed": (
        [price(paused_on="2024-03-01", resumed_on="2024-05-01")],
        {("2024-03", "paused"): {"contraction": 1000}, ("2024-05", "unpaused"): {"expansion": 1000}},
        {"policy": sj.Policy(paused="zero_as_contraction")},
    ),
    "paused as churn": (
        [price(paused_on="2024-03-01", resumed_on="2024-05-01")],
        {("2024-03", "paused"): {"churn": 1000}, ("2024-05", "unpaused"): {"reactivation": 1000}},
        {"policy": sj.Policy(paused="zero_as_churn")},
    ),
    "unpaid and paid again": (
        [price(unpaid_since="2024-03-01", paid_again_on="2024-05-01")],
        {("2024-03", "payment_failed"): {"churn": 1000}, ("2024-05", "recovered"): {"reactivation": 1000}},
        {"policy": sj.Policy(past_due=5)},
    ),
    "ended unpaid": (
        [price(end="2024-06-01", unpaid_since="2024-05-01")],
        {("2024-06", "payment_failed"): {"churn": 1000}},
        {},
    ),
    "cancelled": ([price(end="2024-06-01", cancelled_on="2024-05-20")], {("2024-06", "voluntary"): {"churn": 1000}}, {}),
    "not renewed": ([price(end="2024-06-01")], {("2024-06", "expired"): {"churn": 1000}}, {}),
    "a trial of which nothing came": (
        [price(end="2024-06-01", trial_end="2024-06-01")],
        {("2024-01", "new_subscription"): {"new": 1000}, ("2024-06", "expired"): {"churn": 1000}},
        {"part": "trial"},
    ),
    "back after a time": (
        [price(**TO_MARCH), price("t", start="2024-05-01")],
        {("2024-03", "expired"): {"churn": 1000}, ("2024-05", "reactivated"): {"reactivation": 1000}},
        {},
    ),
    "usage": (
        [price(**TO_MARCH, metered=True), price(**MARCH, amount_minor=1700, metered=True)],
        {("2024-03", "usage"): {"expansion": 700}},
        {"policy": sj.Policy(usage="include")},
    ),
    "a stated cause holds, also for what takes over": (
        [price(**TO_MARCH, why="dispute"), price(**MARCH, quantity=3)],
        {("2024-03", "dispute"): {"expansion": 2000}},
        {"cause": "why"},
    ),
    "two rows may take over from two": (
        [price(**TO_MARCH), price(**TO_MARCH), price(**MARCH, quantity=2), price(**MARCH, quantity=3)],
        {("2024-01", "new_subscription"): {"new": 2000}, ("2024-03", "unknown"): {"expansion": 3000}},
        {},
    ),
}


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")
@pytest.mark.parametrize("case", PRICES)
def test_prices(case: str) -> None:
    rows, expected, options = PRICES[case]
    ledger = sj.Ledger.from_prices(columns(rows), as_of=AS_OF, **options)
    assert by_cause(ledger) == {**({} if ("2024-01", "new_subscription") in expected else FIRST), **expected}
