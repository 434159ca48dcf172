"""Corrections of a ledger and the series without one, in Python: the same numbers as everything from the start."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

COLUMNS = ("customer", "start", "end", "cents")
NAMES = {"account": "customer", "start": "start", "end": "end", "mrr": "cents"}
Row = tuple[str, str, str | None, int]


def table(rows: list[Row]) -> dict[str, list[Any]]:
    return {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}


def ledger(rows: list[Row]) -> sj.Ledger:
    return sj.Ledger(table(rows), **NAMES, as_of="2025-01-01")


def random_row(draw: random.Random) -> Row:
    year, month = draw.choice([2023, 2024]), draw.randint(1, 12)
    end = None if draw.random() < 0.4 else f"{year + 1}-{draw.randint(1, 12):02d}-15"
    return (f"c{draw.randint(1, 6)}", f"{year}-{month:02d}-03", end, draw.choice([0, 100, 2500, 4900]))


def test_edits_equal_everything_from_the_start() -> None:
    draw = random.Random(1)
    for _ in range(30):
        held = [random_row(draw) for _ in range(8)]
        book = ledger(held)
        state = book.state("2023-01", "2024-12")
        for _ in range(6):
            rows = draw.sample(held, 2) if draw.random() < 0.5 else [random_row(draw) for _ in range(3)]
            gone = all(row in held for row in rows)
            state -= book.state("2023-01", "2024-12", accounts_in=table(rows))
            if gone:
                book.retract(table(rows))
                for row in rows:
                    held.remove(row)
            else:
                book.apply(table(rows))
                held += rows
            state += book.state("2023-01", "2024-12", accounts_in=table(rows))
            assert state.to_bytes() == ledger(held).state("2023-01", "2024-12").to_bytes()
            held = held or [random_row(draw)]
            if book.counts["rows"] != len(held):
                break
            assert book.counts == ledger(held).counts


def test_new_accounts_can_be_asked_for() -> None:
    book = ledger([("a", "2024-01-01", None, 100)])
    book.apply(table([("b", "2024-02-01", None, 300)]))
    assert book.accounts == 2
    assert int(book.mrr("2024-02")) == 400
    assert book.explain("b", "2024-02").closing == 300
    assert book.explain("b", "2024-02").rows == [1]


def test_merged_accounts_did_not_churn() -> None:
    book = ledger([("old", "2024-01-01", "2024-06-01", 100), ("new", "2024-06-01", None, 100)])
    assert book.movements("2024-06", "2024-06").to_dicts()[0]["accounts_churned"] == 1
    book.merge("old", into="new")
    assert book.movements("2024-06", "2024-06").to_dicts()[0]["accounts_churned"] == 0
    with pytest.raises(sj.DataError, match="merged with itself"):
        book.merge("new", into="new")


def test_what_was_not_there_cannot_go() -> None:
    book = ledger([("a", "2024-01-01", None, 100)])
    with pytest.raises(sj.DataError, match="cannot give back"):
        book.retract(table([("a", "2024-01-01", None, 200)]))
    with pytest.raises(sj.DataError, match="not an account of this ledger"):
        book.retract(table([("b", "2024-01-01", None, 100)]))
    with pytest.raises(sj.DataError, match="negative"):
        book.apply(table([("c", "2024-01-01", None, -1)]))
    assert book.accounts == 1 and int(book.mrr("2024-12")) == 100
    book.apply(table([("d", "2024-01-01", None, 5)]))
    assert int(book.mrr("2024-12")) == 105


def test_series_is_the_closing_of_the_movements() -> None:
    draw = random.Random(2)
    held = [random_row(draw) for _ in range(60)]
    series = sj.mrr_series(
        table(held), "2023-01", "2025-03", **{k: v for k, v in NAMES.items() if k != "account"}, as_of="2025-01-01"
    )
    closing = [row["closing"] for row in ledger(held).movements("2023-01", "2025-03").to_dicts()]
    assert [row["mrr"] for row in series.to_dicts()] == closing
    assert series.options["incomplete"] == "2025-01, 2025-02, 2025-03"
    with pytest.raises(sj.DataError, match="row 1"):
        sj.mrr_series(
            {"start": ["2024-01-01", "2024-02-01"], "end": [None, "2024-01-01"], "mrr": [1, 2]}, "2024-01", "2024-12"
        )


def test_thousands_of_corrections_are_kept_under_another_policy() -> None:
    """Corrections are a list, not a chain of calls: their number is not limited by the depth of a call stack."""
    row = {"account_id": ["a"], "start": ["2024-02-01"], "end": ["2024-03-01"], "mrr_minor": [7]}
    book = sj.Ledger({**row, "mrr_minor": [100]}, as_of="2024-06-01")
    for _ in range(3000):
        book.apply(row)
    other = book.with_policy(sj.Policy(grr="churn_only"))
    assert int(book.mrr("2024-02")) == int(other.mrr("2024-02")) == 100 + 3000 * 7


def test_a_part_keeps_the_corrections_made_before_it_was_cut() -> None:
    rows = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None] * 2, "mrr_minor": [100, 200]}
    book = sj.Ledger(rows, as_of="2024-06-01")
    book.apply({"account_id": ["c"], "start": ["2024-02-01"], "end": [None], "mrr_minor": [50]})
    parts = book.partition(3)
    book.apply({"account_id": ["d"], "start": ["2024-02-01"], "end": [None], "mrr_minor": [1000]})
    again = [part.with_policy(sj.Policy(grr="churn_only")) for part in parts]
    assert sum(int(part.mrr("2024-03")) for part in parts) == sum(int(part.mrr("2024-03")) for part in again) == 350
    assert int(book.mrr("2024-03")) == 1350
