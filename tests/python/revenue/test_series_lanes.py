"""Movements split by a label of the rows, or by currency."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

ROWS: dict[str, list[Any]] = {
    "account_id": ["a", "a", "b", "c"],
    "start": ["2024-01-01", "2024-03-10", "2024-01-01", "2024-03-05"],
    "end": ["2024-03-10", None, "2024-03-20", None],
    "mrr_minor": [10000, 13000, 700, 500],
    "plan": ["basic", "pro", "basic", None],
}
AMOUNTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")


def test_a_switch_of_plan_is_a_transfer() -> None:
    ledger = sj.Ledger(ROWS, segment="plan", as_of="2024-06-01")
    march = {row["plan"]: row for row in ledger.movements("2024-03", "2024-03", split_by="plan").to_dicts()}
    assert march["basic"]["transfer_out"] == march["pro"]["transfer_in"] == 10000
    assert (march["pro"]["expansion"], march["pro"]["new"], march["basic"]["churn"]) == (3000, 0, 700)
    assert march[None]["new"] == 500


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")  # rows at random
@pytest.mark.parametrize("policy", [sj.Policy(), sj.Policy(movement_mode="net_endpoints")])
def test_labels_add_up_to_the_whole_after_corrections_too(policy: sj.Policy) -> None:
    draw = random.Random(11)
    for _ in range(20):
        rows: dict[str, list[Any]] = {name: [] for name in ROWS}
        for _ in range(25):
            rows["account_id"].append(draw.choice("abcd"))
            rows["start"].append(f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
            rows["end"].append(draw.choice([None, f"2024-{draw.randint(1, 9):02d}-{draw.randint(1, 28):02d}"]))
            rows["mrr_minor"].append(draw.randint(0, 3) * 1000)
            rows["plan"].append(draw.choice(["basic", "pro", "team", None]))
        ledger = sj.Ledger({n: v[:20] for n, v in rows.items()}, segment="plan", as_of="2024-08-15", policy=policy)
        ledger.apply({n: v[20:] for n, v in rows.items()})
        ledger.merge("a", "b", since="2023-10-01") if {"a", "b"} <= set(rows["account_id"][:20]) else None
        whole = {row["period"]: row for row in ledger.movements("2023-01", "2024-07").to_dicts()}
        parts = ledger.movements("2023-01", "2024-07", split_by="plan").to_dicts()
        for column in AMOUNTS:
            sums: dict[str, int] = dict.fromkeys(whole, 0)
            for row in parts:
                sums[row["period"]] += row[column]
            assert sums == {period: row[column] for period, row in whole.items()}, column


def test_currencies_stand_in_their_own_units() -> None:
    rows = {
        "account_id": ["a", "a", "b"],
        "start": ["2024-01-01", "2024-03-10", "2024-01-01"],
        "end": ["2024-03-10", None, None],
        "mrr_minor": [10000, 9000, 500],
        "currency": ["USD", "eur", "JPY"],
    }
    rates = {"currency": ["EUR", "JPY"], "month": ["2024-01", "2024-01"], "rate": ["1.1", "0.007"]}
    ledger = sj.Ledger(rows, currency="currency", rates=rates, report_in="USD", as_of="2024-06-01")
    march = {row["currency"]: row for row in ledger.movements("2024-03", "2024-03", split_by="currency").to_dicts()}
    assert march["USD"]["contraction"] == 10000 and march["EUR"]["expansion"] == 9000
    assert march["JPY"]["opening"] == march["JPY"]["closing"] == 500


def test_a_label_that_is_not_there_is_named() -> None:
    ledger = sj.Ledger(ROWS, segment="plan", as_of="2024-06-01")
    with pytest.raises(sj.SchemaError, match='no label "region"'):
        ledger.movements("2024-01", "2024-03", split_by="region")
    with pytest.raises(sj.SchemaError, match="all amounts are in one"):
        ledger.movements("2024-01", "2024-03", split_by="currency")
    with pytest.raises(sj.SchemaError, match="name one of them"):
        ledger.movements("2024-01", "2024-03", split_by="plan", by_cause=True)
