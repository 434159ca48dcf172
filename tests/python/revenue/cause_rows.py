"""Rows whose facts say a cause, and what a ledger of them moved by period and cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
