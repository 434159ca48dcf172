"""Causes that facts say: every line of the table in docs/guide/causes.md, per source, and an independent slow reference."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import sojourn as sj

AS_OF = "2024-12-01"
MOVED = ("new", "reactivation", "expansion", "contraction", "churn")
Found = dict[tuple[str, str], dict[str, int]]


def columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def by_cause(ledger: sj.Ledger, first: str = "2024-01", last: str = "2024-11") -> Found:
    """(period, cause) -> what it moved, after a check that causes add up to the movements."""
    parts = ledger.movements(first, last, by_cause=True).to_dicts()
    whole = {row["period"]: row for row in ledger.movements(first, last).to_dicts()}
    for column in (*MOVED, "fx", "accounts_new", "accounts_churned"):
        sums = dict.fromkeys(whole, 0)
        for row in parts:
            sums[row["period"]] += row[column]
        assert sums == {period: row[column] for period, row in whole.items()}
    moved = {(r["period"], r["cause"]): {c: r[c] for c in (*MOVED, "fx") if r[c]} for r in parts}
    return {place: amounts for place, amounts in moved.items() if amounts}


def price(subscription: str = "s", **more: Any) -> dict[str, Any]:
    row = {"account": "a", "start": "2024-01-01", "amount_minor": 1000, "quantity": 1, "end": None, "cancelled_on": None}
    return {**row, "subscription": subscription, **more}


FIRST = {("2024-01", "new_subscription"): {"new": 1000}}
MARCH, TO_MARCH = {"start": "2024-03-01"}, {"end": "2024-03-01"}

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


def line(first: str, end: str, amount: int = 1000, **more: Any) -> dict[str, Any]:
    row = {"account": "a", "service_start": first, "service_end": end, "amount_minor": amount, "kind": "recurring"}
    return {**row, "cancelled_on": None, "subscription": "s", **more}


JANUARY, FEBRUARY = ("2024-01-01", "2024-02-01"), ("2024-02-01", "2024-03-01")
INVOICES: dict[str, tuple[list[dict[str, Any]], Found, dict[str, Any]]] = {
    "a higher amount": (
        [line(*JANUARY), line(*FEBRUARY, 1500, cancelled_on="2024-02-10")],
        {("2024-02", "unknown"): {"expansion": 500}, ("2024-03", "voluntary"): {"churn": 1500}},
        {},
    ),
    "usage": (
        [line(*JANUARY, kind="usage"), line(*FEBRUARY, 700, kind="usage")],
        {("2024-02", "usage"): {"contraction": 300}, ("2024-03", "expired"): {"churn": 700}},
        {"policy": sj.Policy(usage="include")},
    ),
    "a discount ends": (
        [line(*JANUARY, discount_minor=200), line(*FEBRUARY)],
        {
            ("2024-01", "new_subscription"): {"new": 800},
            ("2024-02", "discount_end"): {"expansion": 200},
            ("2024-03", "expired"): {"churn": 1000},
        },
        {},
    ),
    "a discount and another amount": (
        [line(*JANUARY, discount_minor=200), line(*FEBRUARY, 1500)],
        {
            ("2024-01", "new_subscription"): {"new": 800},
            ("2024-02", "discount_end"): {"expansion": 200},
            ("2024-02", "unknown"): {"expansion": 500},
            ("2024-03", "expired"): {"churn": 1500},
        },
        {},
    ),
    "unpaid and paid again": (
        [line("2024-01-01", "2025-01-01", 12000, unpaid_since="2024-03-01", paid_again_on="2024-05-01")],
        {("2024-03", "payment_failed"): {"churn": 1000}, ("2024-05", "recovered"): {"reactivation": 1000}},
        {"policy": sj.Policy(past_due=5)},
    ),
    "a refund": (
        [line("2024-01-01", "2025-01-01", 12000), line("2024-03-01", "2024-05-01", -800, kind="refund")],
        {("2024-03", "refund"): {"contraction": 400}, ("2024-05", "refund"): {"expansion": 400}},
        {"policy": sj.Policy(refunds="negative")},
    ),
    "another subscription takes over": (
        [line(*JANUARY), line("2024-02-01", "2025-02-01", 24000, subscription="t")],
        {("2024-02", "product"): {"expansion": 1000}},
        {},
    ),
    "another plan": (
        [line(*JANUARY, plan="basic"), line("2024-02-01", "2025-02-01", 24000, plan="pro")],
        {("2024-02", "product"): {"expansion": 1000}},
        {"segment": "plan"},
    ),
    "back after a time": (
        [line(*JANUARY), line("2024-04-01", "2025-04-01", 12000)],
        {("2024-02", "expired"): {"churn": 1000}, ("2024-04", "reactivated"): {"reactivation": 1000}},
        {},
    ),
}


@pytest.mark.parametrize("case", INVOICES)
def test_invoices(case: str) -> None:
    rows, expected, options = INVOICES[case]
    ledger = sj.Ledger.from_invoices(columns(rows), as_of=AS_OF, **options)
    assert by_cause(ledger) == {**({} if ("2024-01", "new_subscription") in expected else FIRST), **expected}


CHANGES: dict[str, tuple[list[dict[str, Any]], Found, dict[str, Any]]] = {
    "another level of the subscription": (
        [{"subscription": "s"}, {"subscription": "s", "when": "2024-03-01", "mrr_after_minor": 1500}],
        {("2024-03", "unknown"): {"expansion": 500}},
        {},
    ),
    "another subscription": (
        [{"subscription": "s"}, {"subscription": "t", "when": "2024-03-01", "mrr_after_minor": 400}],
        {("2024-03", "product"): {"expansion": 400}},
        {},
    ),
    "a subscription of several ends": (
        [
            {"subscription": "s"},
            {"subscription": "t", "mrr_after_minor": 400},
            {"subscription": "t", "when": "2024-03-01", "mrr_after_minor": 0},
        ],
        {("2024-01", "new_subscription"): {"new": 1400}, ("2024-03", "product"): {"contraction": 400}},
        {},
    ),
    "another plan": (
        [{"plan": "basic"}, {"plan": "pro", "when": "2024-03-01", "mrr_after_minor": 1500}],
        {("2024-03", "product"): {"expansion": 500}},
        {"segment": "plan"},
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_changes(case: str) -> None:
    rows, expected, options = CHANGES[case]
    base = {"account": "a", "when": "2024-01-01", "mrr_after_minor": 1000}
    ledger = sj.Ledger.from_changes(columns([{**base, **row} for row in rows]), as_of=AS_OF, **options)
    assert by_cause(ledger) == {**({} if ("2024-01", "new_subscription") in expected else FIRST), **expected}


def test_snapshots_whose_plan_changes() -> None:
    rows = [
        {"account": "a", "month": month, "mrr_minor": mrr, "plan": plan}
        for month, mrr, plan in (("2024-01", 1000, "basic"), ("2024-02", 1400, "pro"), ("2024-03", 1500, "pro"))
    ]
    ledger = sj.Ledger.from_snapshots(columns(rows), segment="plan", as_of="2024-04-01")
    assert by_cause(ledger, last="2024-03") == {
        **FIRST,
        ("2024-02", "product"): {"expansion": 400},
        ("2024-03", "unknown"): {"expansion": 100},
    }


@pytest.mark.parametrize("name", ["plan", "product", "plan_id", "product_name"])
def test_periods_whose_plan_changes(name: str) -> None:
    rows = [
        {"account": "a", "start": "2024-01-01", "end": "2024-03-01", "mrr_minor": 1000, name: "basic"},
        {"account": "a", "start": "2024-03-01", "end": "2024-06-01", "mrr_minor": 1400, name: "pro"},
        {"account": "a", "start": "2024-04-01", "end": "2024-05-01", "mrr_minor": 100, name: "extra"},
    ]
    assert by_cause(sj.Ledger(columns(rows), segment=name, as_of=AS_OF)) == {
        **FIRST,
        ("2024-03", "product"): {"expansion": 400},
        ("2024-04", "product"): {"expansion": 100},
        ("2024-05", "product"): {"contraction": 100},
        ("2024-06", "unknown"): {"churn": 1400},
    }


def test_periods_without_a_plan_say_no_cause() -> None:
    rows = [
        {"account": "a", "start": "2024-01-01", "end": "2024-03-01", "mrr_minor": 1000, "region": "EU"},
        {"account": "a", "start": "2024-03-01", "end": None, "mrr_minor": 1400, "region": "US"},
    ]
    found = by_cause(sj.Ledger(columns(rows), segment="region", as_of=AS_OF))
    assert found == {("2024-01", "unknown"): {"new": 1000}, ("2024-03", "unknown"): {"expansion": 400}}


def test_a_merger_is_another_known_cause() -> None:
    rows = [price(), price("t", account="b", amount_minor=400)]
    ledger = sj.Ledger.from_prices(columns(rows), as_of=AS_OF)
    ledger.merge("b", "a", since="2024-03-01")
    assert by_cause(ledger) == {
        ("2024-01", "new_subscription"): {"new": 1400},
        ("2024-03", "other"): {"expansion": 400, "churn": 400},
    }


def test_corrections_change_derived_causes_too() -> None:
    ledger = sj.Ledger.from_prices(columns([price(end="2024-06-01")]), as_of=AS_OF)
    assert ("2024-06", "expired") in by_cause(ledger)
    ledger.retract(columns([price(end="2024-06-01")]))
    ledger.apply(columns([price(end="2024-06-01", cancelled_on="2024-05-01")]))
    assert by_cause(ledger) == {**FIRST, ("2024-06", "voluntary"): {"churn": 1000}}
    assert ledger.accounts_table()["cause"].to_list() == ["voluntary"]


def test_rates_of_rows_are_their_own_cause() -> None:
    rows = [
        price(**TO_MARCH, currency="EUR"),
        price(**MARCH, quantity=2, currency="EUR"),
        price("t", account="b", currency="USD"),
    ]
    rates = {"currency": ["EUR", "EUR"], "date": ["2024-01-01", "2024-03-01"], "rate": [1.5, 2.0]}
    ledger = sj.Ledger.from_prices(
        columns(rows), currency="currency", rates=rates, report_in="USD", fx="service_start", as_of=AS_OF
    )
    assert by_cause(ledger) == {
        ("2024-01", "new_subscription"): {"new": 2500},
        ("2024-03", "seats"): {"expansion": 2000},
        ("2024-03", "fx"): {"expansion": 500},
    }


def test_several_currencies_have_causes_and_fx_beside_them() -> None:
    rows = [
        price(**TO_MARCH, currency="EUR"),
        price(**MARCH, quantity=2, currency="EUR"),
        price("t", account="b", currency="USD"),
    ]
    rates = {"currency": ["EUR"] * 4, "month": ["2023-12", "2024-01", "2024-02", "2024-03"], "rate": [1.5, 1.5, 2.0, 3.0]}
    ledger = sj.Ledger.from_prices(columns(rows), currency="currency", rates=rates, report_in="USD", as_of="2024-04-01")
    found = by_cause(ledger, last="2024-03")
    assert found[("2024-03", "seats")] == {"expansion": 2000}
    assert found[("2024-03", "fx")] == {"fx": 2000}


# An independent reference: what is in force on each day, and what separates it from the day before.

DAY = datetime.timedelta(days=1)
BEGIN, END = datetime.date(2024, 1, 1), datetime.date(2024, 12, 1)


def random_chain(draw: random.Random, account: str, subscription: str) -> list[dict[str, Any]]:
    """Rows of one subscription, of which each takes over from the one before or leaves a gap."""
    rows, at = [], BEGIN + draw.randint(0, 90) * DAY
    for _ in range(draw.randint(1, 4)):
        until = at + draw.randint(20, 90) * DAY
        row = price(subscription, account=account, start=at, end=until, amount_minor=1200 * draw.randint(1, 3))
        row |= {"quantity": draw.randint(1, 3), "plan": draw.choice(["basic", "pro", None])}
        event, first = draw.randint(0, 4), at + draw.randint(3, 8) * DAY
        if event == 0:
            row |= {"paused_on": first, "resumed_on": first + draw.randint(2, 9) * DAY}
        elif event == 1:
            row |= {"unpaid_since": first, "paid_again_on": first + draw.randint(2, 9) * DAY}
        elif event == 2:
            row |= {"discount_minor": 600, "discount_until": first + draw.randint(2, 9) * DAY}
        row["cancelled_on"] = until if draw.random() < 0.3 else None
        rows.append(row)
        at = until + draw.choice([0, 0, 0, 12]) * DAY
    return rows


def price_on(row: Mapping[str, Any], day: datetime.date) -> int:
    """MRR of a row on a day."""
    if not row["start"] <= day < row["end"]:
        return 0
    for first, end in (("paused_on", "resumed_on"), ("unpaid_since", "paid_again_on")):
        if row.get(first) and row[first] <= day < row[end]:
            return 0
    off = 600 if row.get("discount_minor") and day < row["discount_until"] else 0
    return max(row["amount_minor"] * row["quantity"] - off, 0)


def parts_of_day(chains: Sequence[list[dict[str, Any]]], day: datetime.date, ever: bool) -> dict[str, int]:
    """Cause -> what it changed on a day, before causes take back from each other."""
    before = sum(price_on(row, day - DAY) for rows in chains for row in rows)
    parts: dict[str, int] = defaultdict(int)
    for rows in chains:
        old = next((row for row in rows if price_on(row, day - DAY)), None)
        new = next((row for row in rows if price_on(row, day)), None)
        if old is new and old is not None:
            parts["discount_end"] += price_on(new, day) - price_on(old, day - DAY)
        elif old is not None and new is not None:
            if old["plan"] and new["plan"] and old["plan"] != new["plan"]:
                parts["product"] += price_on(new, day) - price_on(old, day - DAY)
                continue
            off = [old["amount_minor"] * old["quantity"] - price_on(old, day - DAY)]
            off.append(new["amount_minor"] * new["quantity"] - price_on(new, day))
            parts["seats"] += old["amount_minor"] * (new["quantity"] - old["quantity"])
            parts["price"] += (new["amount_minor"] - old["amount_minor"]) * new["quantity"]
            parts["discount_end" if off[0] > off[1] else "price"] += off[0] - off[1]
        elif old is not None:
            parts[why_ended(old, day, chains)] -= price_on(old, day - DAY)
        elif new is not None:
            why = next(
                (w for w, at in (("unpaused", "resumed_on"), ("recovered", "paid_again_on")) if new.get(at) == day), None
            )
            if why is None:
                why = (
                    ("product" if before else "reactivated" if ever else "new_subscription")
                    if new["start"] == day
                    else "unknown"
                )
            parts[why] += price_on(new, day)
    return parts


def why_ended(row: Mapping[str, Any], day: datetime.date, chains: Sequence[list[dict[str, Any]]]) -> str:
    """Why a row without a successor stops."""
    if row.get("paused_on") == day:
        return "paused"
    if row.get("unpaid_since") == day:
        return "payment_failed"
    stays = any(price_on(other, day) for rows in chains for other in rows)
    return "product" if stays else "voluntary" if row["cancelled_on"] else "expired"


def net(parts: Mapping[str, int]) -> dict[str, int]:
    """What is left where causes push the way of the whole; the rest comes off the largest first."""
    whole = sum(parts.values())
    sign = 1 if whole > 0 else -1
    left = {cause: amount * sign for cause, amount in parts.items() if amount * sign > 0}
    against = sum(-amount * sign for amount in parts.values() if amount * sign < 0)
    for cause in sorted(left, key=lambda c: (-left[c], ORDER.index(c))):
        taken = min(against, left[cause])
        left[cause] -= taken
        against -= taken
    return {cause: amount for cause, amount in left.items() if amount and whole}


ORDER = (
    "unknown voluntary payment_failed expired paused price seats product usage discount_end refund dispute new_subscription "
    "reactivated unpaused recovered other"
).split()


def reference(accounts: Sequence[Sequence[list[dict[str, Any]]]]) -> Found:
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for chains in accounts:
        ever, day = False, BEGIN
        while day < END:
            before, after = (sum(price_on(r, d) for rows in chains for r in rows) for d in (day - DAY, day))
            if before != after:
                kind = "churn" if not after else "contraction" if after < before else "expansion"
                kind = kind if before else "reactivation" if ever else "new"
                for cause, amount in net(parts_of_day(chains, day, ever)).items():
                    found[(str(day)[:7], cause)][kind] += amount
            ever, day = ever or after > 0, day + DAY
    return {place: dict(amounts) for place, amounts in found.items()}


@pytest.mark.parametrize("seed", range(12))
def test_an_independent_reference_finds_the_same_causes(seed: int) -> None:
    draw = random.Random(seed)
    accounts = [[random_chain(draw, f"a{i}", f"s{i}.{s}") for s in range(draw.randint(1, 2))] for i in range(6)]
    rows = [row for chains in accounts for rows in chains for row in rows]
    draw.shuffle(rows)
    ledger = sj.Ledger.from_prices(
        columns(rows), segment="plan", as_of=END, policy=sj.Policy(past_due=0, paused="zero_as_churn", lapse_grace=0)
    )
    assert by_cause(ledger) == reference(accounts)


PRICED = {
    "prices": lambda end: sj.Ledger.from_prices(
        columns([{"account": "a", "subscription": "s", "start": "2024-01-01", "end": end, "amount_minor": 1000}]),
        as_of=AS_OF,
    ),
    "invoices": lambda end: sj.Ledger.from_invoices(
        columns(
            [
                {
                    "account": "a",
                    "subscription": "s",
                    "service_start": "2024-01-01",
                    "service_end": "2024-03-01" if end else "2024-09-01",
                    "amount_minor": 2000 if end else 8000,
                }
            ]
        ),
        as_of=AS_OF,
    ),
}


@pytest.mark.parametrize("source", PRICED)
def test_rows_of_usage_beside_prices_take_over_from_rows_of_usage_only(source: str) -> None:
    rule = sj.Policy(usage_basis="consumed")

    def used(*rows: tuple[str, int]) -> dict[str, list[Any]]:
        return columns([{"account": "a", "subscription": "s", "month": when, "amount_minor": n} for when, n in rows])

    grown = PRICED[source](None).with_policy(rule).with_usage(used(("2024-01", 500), ("2024-02", 900)))
    assert by_cause(grown, "2024-02", "2024-02") == {("2024-02", "usage"): {"expansion": 400}}
    # A price of 10.00 that ends as usage of 8.00 begins is no change of usage, and none of the price.
    turned = PRICED[source]("2024-03-01").with_policy(rule).with_usage(used(("2024-03", 800)))
    assert by_cause(turned, "2024-03", "2024-03") == {("2024-03", "unknown"): {"contraction": 200}}
    # Committed amounts beside prices say no cause.
    minimums = [("2024-01-01", "2024-03-01", 500), ("2024-03-01", None, 900)]
    committed = columns(
        [{"account": "a", "subscription": "s", "start": s, "end": e, "amount_minor": n} for s, e, n in minimums]
    )
    stepped = PRICED[source](None).with_usage(committed, kind="minimum")
    assert by_cause(stepped, "2024-03", "2024-03") == {("2024-03", "unknown"): {"expansion": 400}}
