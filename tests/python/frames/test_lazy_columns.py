"""A result's table makes its columns when they are asked for, and still holds what the result held when it was made."""

from __future__ import annotations

import pytest

import sojourn as sj

CARD = sj.Scorecard.from_json(
    {
        "sojourn": 1,
        "card": "lazy",
        "version": "1",
        "signals": {"a": {"norm": {"ramp": [0, 10]}}},
        "tree": {"mean": [[1, "a"]]},
        "tiers": {"red": 0, "green": 50},
    }
)
TABLE = {"account_id": ["x", "y", "z"], "a": [10.0, 0.0, None]}


def test_a_table_outlives_the_result_whose_memory_is_used_again() -> None:
    before = CARD.score(TABLE)
    table = before.table()
    after = CARD.score({**TABLE, "a": [0.0, 0.0, 0.0]}, out=before)
    assert list(table["score"])[:2] == [100.0, 0.0] and list(table["tier"]) == ["green", "red", "unknown"]
    assert list(after.table()["tier"]) == ["red"] * 3


def test_columns_are_named_before_they_are_made_and_made_once() -> None:
    table = CARD.score(TABLE).table()
    assert table.columns == [
        "account", "score", "tier", "coverage", "stale_share", "delta", "prev_tier", "flags", "binding_rule", "card",
    ]  # fmt: skip
    assert len(table) == 3 and "tier" in table and "tier_code" not in table
    assert table["flags"] is table["flags"]
    with pytest.raises(sj.SchemaError, match="scroe"):
        table["scroe"]


def test_every_way_out_of_a_table_makes_all_columns() -> None:
    table = CARD.score(TABLE).table()
    assert [row["card"] for row in table.to_dicts()] == ["lazy"] * 3
    assert list(CARD.score(TABLE).table().to_pandas().columns) == table.columns
    assert "unknown" in repr(CARD.score(TABLE).table())


def test_values_by_hand_name_their_author_last() -> None:
    manual = {"account": ["y"], "value": [70.0], "author": ["kim"]}
    table = CARD.score(TABLE, manual=manual, as_of="2025-01-01").table()
    assert table.columns[-1] == "binding_author" and list(table["binding_author"]) == [None, "kim", None]
