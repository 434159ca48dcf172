"""Derived causes beside something else: mergers, corrections, rates, several currencies, and usage beside prices."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj
from cause_rows import AS_OF, FIRST, MARCH, TO_MARCH, by_cause, columns, price


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
