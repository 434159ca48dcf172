"""The table of accounts: one row per customer, adding up to the movements of a period."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest

import sojourn as sj

ROWS: dict[str, list[Any]] = {
    "account_id": ["a", "b", "c", "b"],
    "start": ["2024-01-01", "2024-01-01", "2024-02-01", "2024-03-01"],
    "end": [None, "2024-02-10", "2024-03-20", None],
    "mrr_minor": [10000, 700, 500, 900],
    "plan": ["basic", "basic", "pro", "pro"],
    "why": [None, "price", "voluntary", None],
    "holding": ["group", None, "group", None],
}


def test_each_customer_has_a_row() -> None:
    ledger = sj.Ledger(ROWS, segment="plan", cause="why", parent="holding", as_of="2024-06-01")
    rows = {row["account"]: row for row in ledger.accounts_table("2024-03").to_dicts()}
    assert list(rows) == ["a", "b", "c"]
    assert rows["c"]["last_day"] == datetime.date(2024, 3, 20) and rows["c"]["cause"] == "voluntary"
    assert (rows["c"]["tenure"], rows["c"]["churned"], rows["c"]["mrr"]) == (48, True, 500)
    assert (rows["b"]["last_day"], rows["b"]["cause"], rows["b"]["plan"]) == (None, None, "pro")
    assert (rows["a"]["parent"], rows["b"]["parent"]) == ("group", None)
    assert (rows["b"]["reactivation"], rows["c"]["churn"], rows["a"]["closing"]) == (900, 500, 10000)
    assert "opening" not in ledger.accounts_table().columns


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")  # rows at random
def test_accounts_add_up_to_the_movements() -> None:
    draw = random.Random(2)
    for _ in range(20):
        rows = {
            "account_id": [draw.choice("abcdef") for _ in range(20)],
            "start": [f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}" for _ in range(20)],
            "end": [draw.choice([None, f"2024-{draw.randint(1, 9):02d}-15"]) for _ in range(20)],
            "mrr_minor": [draw.randint(0, 3) * 1000 for _ in range(20)],
        }
        ledger = sj.Ledger(rows, as_of="2024-10-01")
        table, whole = ledger.accounts_table("2024-Q1"), ledger.movements("2024-Q1", "2024-Q1", by="quarter").to_dicts()[0]
        for column in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing"):
            assert sum(table[column].to_list()) == whole[column]
        assert sorted(table["tenure"].to_list()) == sorted(ledger.tenure()["days"].to_list())


def test_parents_are_read_as_customers() -> None:
    ledger = sj.Ledger(ROWS, parent="holding", as_of="2024-06-01")
    parents = ledger.with_view(unit="parent")
    rows = {row["account"]: row for row in parents.accounts_table("2024-03").to_dicts()}
    assert set(rows) == {"group", "b"} and rows["group"]["contraction"] == 500
    assert int(parents.mrr("2024-05")) == int(ledger.mrr("2024-05")) and parents.options["unit"] == "parent"
    numbered = {**ROWS, "account_id": [1, 2, 3, 2], "holding": [9, None, 9, None]}
    by_number = sj.Ledger(numbered, parent="holding", as_of="2024-06-01").with_view(unit="parent")
    assert by_number.accounts_table()["account"].to_list() == [2, 9]
    with pytest.raises(sj.SchemaError, match="as the accounts are"):
        sj.Ledger({**numbered, "holding": ["x", None, "x", None]}, parent="holding", as_of="2024-06-01")
    ledger.set_parent("b", "group", since="2024-05-01")
    assert ledger.accounts_table().to_dicts()[1]["parent"] == "group"
