"""Scores into memory that exists already, and columns one by one."""

from __future__ import annotations

import math
import random

import pytest

import sojourn as sj

CARD = {
    "sojourn": 1,
    "card": "memory",
    "signals": {"a": {"norm": {"ramp": [0, 10]}}, "b": {"norm": {"ramp": [10, 0]}}},
    "tree": {"mean": [[2, "a"], [1, "b"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}


def book(seed: int, rows: int) -> dict[str, list[float | None]]:
    draw = random.Random(seed)
    return {name: [None if draw.random() < 0.2 else draw.uniform(-1, 11) for _ in range(rows)] for name in ("a", "b")}


def rows_of(result: sj.HealthResult) -> list[tuple[str, ...]]:
    return [tuple(repr(cell) for cell in row.values()) for row in result.table().to_dicts()]


def test_a_result_gives_its_memory_to_the_next_one() -> None:
    card = sj.Scorecard.from_json(CARD)
    last = card.score(book(1, 500), account=None)
    for seed, rows in ((2, 500), (3, 20), (4, 900), (5, 0)):
        expected = card.score(book(seed, rows), account=None)
        found = card.score(book(seed, rows), account=None, out=last)
        assert rows_of(found) == rows_of(expected)
        assert len(last) == 0 and len(last.table()) == 0
        last = found


def test_columns_that_were_taken_keep_their_values() -> None:
    card = sj.Scorecard.from_json(CARD)
    first = card.score({"a": [10, 0], "b": [0, 10]}, account=None)
    score = first["score"]
    second = card.score({"a": [0, 0], "b": [10, 10]}, account=None, out=first)
    assert score.to_list() == [100, 0]
    assert second["score"].to_list() == [0, 0]


def test_the_cycle_before_may_give_its_memory() -> None:
    card = sj.Scorecard.from_json(CARD)
    first = card.score({"account_id": ["x", "y"], "a": [10, 0], "b": [0, 10]})
    second = card.score({"account_id": ["y", "x"], "a": [10, 0], "b": [0, 10]}, previous=first, out=first)
    assert second["delta"].to_list() == [100, -100]


def test_every_column_of_the_table_can_be_had_alone() -> None:
    card = sj.Scorecard.from_json(CARD)
    result = card.score({"account_id": ["x", "y", "z"], "a": [10, 0, None], "b": [0, 10, None]})
    table = result.table()
    for name in table.columns:
        assert list(map(repr, result[name].to_list())) == list(map(repr, table[name].to_list()))
    assert result["tier_code"].to_list() == [2, 0, 255]
    assert math.isnan(result["score"].to_list()[2])
    with pytest.raises(sj.SchemaError, match="tier_code"):
        result["tiers"]
