"""Movements by cause: in the words of the rows, adding up to the movements, for every source that names causes."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

ROWS: dict[str, list[Any]] = {
    "account_id": ["a", "a", "b", "c", "d"],
    "start": ["2024-01-01", "2024-01-01", "2024-01-01", "2024-02-01", "2024-01-01"],
    "end": ["2024-03-10", None, "2024-03-05", "2024-03-20", None],
    "mrr_minor": [5000, 1000, 700, 300, 100],
    "why": ["seats", None, "voluntary", "moved to a rival", None],
}


def by_cause(table: sj.Table, column: str) -> dict[tuple[str, str], int]:
    rows = table.to_dicts()
    return {(row["period"], row["cause"]): row[column] for row in rows if row[column]}


def test_causes_are_those_of_the_rows() -> None:
    ledger = sj.Ledger(ROWS, cause="why", as_of="2024-06-01")
    found = ledger.movements("2024-01", "2024-03", by_cause=True)
    assert by_cause(found, "contraction") == {("2024-03", "seats"): 5000}
    assert by_cause(found, "churn") == {("2024-03", "voluntary"): 700, ("2024-03", "moved to a rival"): 300}
    assert by_cause(found, "accounts_churned") == {("2024-03", "voluntary"): 1, ("2024-03", "moved to a rival"): 1}
    assert by_cause(found, "new") == {("2024-01", "unknown"): 6800, ("2024-02", "unknown"): 300}


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")  # rows at random
@pytest.mark.parametrize("policy", [sj.Policy(), sj.Policy(movement_mode="net_endpoints", lapse_grace=10)])
def test_causes_add_up_to_the_movements_after_corrections_too(policy: sj.Policy) -> None:
    draw = random.Random(4)
    for _ in range(20):
        rows: dict[str, list[Any]] = {name: [] for name in ROWS}
        for _ in range(25):
            month = draw.randint(1, 9)
            rows["account_id"].append(draw.choice("abcde"))
            rows["start"].append(f"2023-{month:02d}-{draw.randint(1, 28):02d}")
            rows["end"].append(draw.choice([None, f"2024-{draw.randint(1, 9):02d}-{draw.randint(1, 28):02d}"]))
            rows["mrr_minor"].append(draw.randint(0, 3) * 1000)
            rows["why"].append(draw.choice([None, "price", "voluntary", "own word"]))
        ledger = sj.Ledger({n: v[:20] for n, v in rows.items()}, cause="why", as_of="2024-08-15", policy=policy)
        ledger.apply({n: v[20:] for n, v in rows.items()})
        ledger.retract({n: v[:3] for n, v in rows.items()})
        whole = {row["period"]: row for row in ledger.movements("2023-01", "2024-07").to_dicts()}
        parts = ledger.movements("2023-01", "2024-07", by_cause=True).to_dicts()
        for column in ("new", "reactivation", "expansion", "contraction", "churn", "accounts_new", "accounts_churned"):
            sums: dict[str, int] = dict.fromkeys(whole, 0)
            for row in parts:
                sums[row["period"]] += row[column]
            assert sums == {period: row[column] for period, row in whole.items()}


def test_causes_and_segments_are_asked_one_at_a_time() -> None:
    ledger = sj.Ledger(ROWS, cause="why", segment="why", as_of="2024-06-01")
    with pytest.raises(sj.SchemaError, match="name one of them"):
        ledger.movements("2024-01", "2024-03", by_cause=True, by_segment="why")
