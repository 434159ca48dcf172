"""Causes that facts say in invoices, changes, snapshots and periods: every line of the table in docs/guide/causes.md."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj
from cause_rows import AS_OF, FIRST, Found, by_cause, columns


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
