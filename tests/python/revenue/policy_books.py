"""Small books in which options of a policy have something to act on."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import sojourn as sj

# A small book in which every option of prices has something to act on.
PRICES: dict[str, list[Any]] = {
    "account_id": ["a", "a", "b", "c", "d", "e", "f", "g", "h", "f"],
    "subscription": ["a1", "a2", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "f1"],
    "start": ["2023-01-01"] * 6 + ["2024-01-05"] + ["2023-01-01"] * 3,
    "end": [None, "2024-01-20", "2024-02-10", None, None, None, None, None, None, "2024-01-05"],
    "cancelled_on": [None, None, "2024-01-15", *[None] * 7],
    "billing_ended_on": [None, None, "2024-02-05", *[None] * 7],
    "unpaid_since": [None, None, None, "2023-12-20", *[None] * 6],
    "paused_on": [None, None, None, None, "2024-01-10", *[None] * 5],
    "amount_minor": [1999, 500, 1000, 2000, 3000, 4000, 0, 1190, 700, 250],
    "unit": ["year", "month", "week", *["month"] * 7],
    "discount_minor": [0, 0, 0, 0, 0, 400, 0, 0, 0, 0],
    "discount_term": ["recurring"] * 10,
    "tax_minor": [0, 0, 0, 0, 0, 0, 0, 190, 0, 0],
    "metered": [False] * 8 + [True, False],
}
ROLES = {name: name for name in PRICES if name not in ("account_id", "start", "amount_minor")}


def priced(policy: sj.Policy | None = None, **settings: Any) -> sj.Ledger:
    return sj.Ledger.from_prices(PRICES, as_of="2024-03-01", policy=policy, **ROLES, **settings)


LINES: dict[str, list[Any]] = {
    "account_id": ["a", "a", "a", "c"],
    "service_start": ["2024-01-01", "2024-01-20", "2024-01-10", "2024-01-05"],
    "service_end": ["2025-01-01", "2025-01-20", "2024-03-10", "2024-04-05"],
    "amount_minor": [120_000, 120_000, -2000, 9000],
    "kind": ["recurring", "recurring", "refund", "usage"],
    "ended_on": ["2024-01-20", None, None, None],
}


def invoiced(policy: sj.Policy | None = None) -> sj.Ledger:
    return sj.Ledger.from_invoices(LINES, kind="kind", ended_on="ended_on", as_of="2024-06-01", policy=policy)


MOMENTS = {"account_id": ["a"] * 2, "date": ["2024-01-31 23:50", "2024-02-01 00:20"], "level": [5000, 8000]}


def logged(policy: sj.Policy | None = None, **settings: Any) -> sj.Ledger:
    return sj.Ledger.from_changes(MOMENTS, mrr_after="level", as_of="2024-06-01", policy=policy, **settings, amounts="minor")


def cancelled_twice(policy: sj.Policy | None = None) -> sj.Ledger:
    """Two subscriptions that end at two moments of one day."""
    log = {
        "account_id": ["a"] * 4,
        "sub": ["s1", "s2", "s1", "s2"],
        "date": ["2024-01-05 09:00", "2024-01-05 09:00", "2024-01-31 10:00", "2024-01-31 15:00"],
        "level": [1000, 2000, 0, 0],
    }
    return sj.Ledger.from_changes(
        log, mrr_after="level", subscription="sub", as_of="2024-06-01", policy=policy, amounts="minor"
    )


def metered(policy: sj.Policy) -> sj.Ledger:
    table = {
        "account_id": ["a"] * 2,
        "start": ["2023-11-01", "2023-12-01"],
        "end": ["2023-12-01", "2024-01-01"],
        "amount_minor": [900, 600],
        "metered": [True, True],
    }
    usual = dataclasses.replace(policy, usage="trailing_mean")
    return sj.Ledger.from_prices(table, end="end", metered="metered", as_of="2024-06-01", policy=usual)


def consumed(policy: sj.Policy) -> sj.Ledger:
    """A minimum of 100.00 a month, of which 130.00 and 80.00 were consumed."""
    table = {
        "account": ["a"] * 3,
        "start": ["2024-01-01", "2024-01-01", "2024-02-01"],
        "end": [None, "2024-02-01", "2024-03-01"],
        "kind": ["minimum", "consumption", "consumption"],
        "amount_minor": [10000, 13000, 8000],
    }
    return sj.Ledger.from_usage(table, as_of="2024-06-01", policy=policy)


LAPSES = {
    "account": ["a", "b", "b", "c", "d"],
    "start": ["2023-01-01", "2023-01-01", "2024-01-20", "2024-01-03", "2023-01-01"],
    "end": [None, "2024-01-10", None, "2024-01-25", "2024-01-15"],
    "mrr": [100, 70, 80, 30, 20],
}


def lapses(policy: sj.Policy | None = None) -> sj.Ledger:
    return sj.Ledger(LAPSES, as_of="2024-03-01", policy=policy, amounts="minor")


def shrinking(policy: sj.Policy) -> sj.Ledger:
    table = {
        "account": ["a"] * 3,
        "start": ["2020-01-01", "2024-05-01", "2024-12-10"],
        "end": ["2024-05-01", "2024-12-10", None],
        "mrr": [100, 80, 60],
    }
    return sj.Ledger(table, as_of="2025-01-01", policy=policy, amounts="minor")


def january(ledger: sj.Ledger) -> dict[str, Any]:
    return dict(ledger.movements("2024-01", "2024-01").to_dicts()[0])


CONTRACTS = {
    "account_id": [1, 2, 3],
    "term_end": ["2024-03-01", "2024-03-01", "2024-03-25"],
    "value_minor": [100] * 3,
    "renewed_on": ["2024-03-01", "2024-03-11", None],
    "renewed_value_minor": [100, 100, None],
}


def renewed(policy: sj.Policy) -> float:
    return sj.renewals(CONTRACTS, "2024-03", as_of="2024-04-01", policy=policy).logo.value


def back(policy: sj.Policy) -> float:
    return sj.economics(spend=1000, customers=1, new_mrr=100, gross_margin=1, arpa=50, policy=policy)["payback"].value


def worth(policy: sj.Policy, left: str | None) -> sj.Estimate:
    """Of four customers who pay 10.00, one leaves in March and one on `left`; or nobody does."""
    table = {
        "account": list("abcd"),
        "start": ["2023-01-01"] * 4,
        "end": [left and "2024-03-10", left, None, None],
        "mrr": [1000] * 4,
    }
    cap = 24 if policy.ltv_zero_churn == "cap" else None
    return sj.Ledger(table, as_of="2024-09-01", policy=policy, amounts="minor").ltv("2024-07", margin=0.5, cap_months=cap)


def euros(policy: sj.Policy) -> dict[str, Any]:
    table = {
        "account": ["a"],
        "start": ["2024-01-10"],
        "end": [None],
        "mrr": [10000],
        "currency": ["EUR"],
        "bought": ["2023-12-05"],
    }
    days = [datetime.date(2023, 11, 25) + datetime.timedelta(days=i) for i in range(68)]
    rates = {"currency": ["EUR"] * 68, "date": days, "rate": [f"1.{100 + i}" for i in range(68)]}
    ledger = sj.Ledger(
        table,
        currency="currency",
        rates=rates,
        report_in="USD",
        as_of="2024-02-01",
        policy=policy,
        purchased_on="bought" if policy.fx == "purchase" else None,
        amounts="minor",
    )
    return january(ledger)
