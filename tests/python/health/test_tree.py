"""Groups that are no means, cycles with a memory, what changed, what if, and the way to a better tier: from Python."""

from __future__ import annotations

import math
from typing import Any

import pytest

import sojourn as sj
from health_books import card_of_tree


def one_score(tree: dict[str, Any], *values: float | None) -> float:
    names = ["a", "b", "c", "d"][: len(values)]
    card = card_of_tree(tree, *names)
    return card.score(
        {name: [math.nan if v is None else v] for name, v in zip(names, values, strict=True)}, account=None
    ).table()["score"][0]


AB = [[1, "a"], [3, "b"]]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"mean": AB}, 50.0),
        ({"power": AB, "p": 2}, 100 * math.sqrt((0.64 + 3 * 0.16) / 4)),
        ({"geometric": AB}, 100 * 0.8**0.25 * 0.4**0.75),
        ({"harmonic": AB}, 100 / ((1 / 0.8 + 3 / 0.4) / 4)),
        ({"min": AB}, 40.0),
        ({"max": AB}, 80.0),
        ({"worst_of": AB}, 40.0),
        ({"mean_min": AB, "a": 0.25}, 47.5),
        ({"best_n": AB, "n": 1}, 80.0),
        ({"points": [[10, "a"], [[-5, 5], "b"]], "base": 5, "low": 0, "high": 20}, 100 * (5 + 8 - 1) / 20),
    ],
)
def test_every_aggregator_and_its_parts(tree: dict[str, Any], expected: float) -> None:
    assert one_score(tree, 80, 40) == pytest.approx(expected, rel=1e-12)
    card = card_of_tree(tree, "a", "b")
    result = card.score({"a": [80.0, 80.0, math.nan], "b": [40.0, math.nan, math.nan]}, account=None)
    table, parts = result.table(), result.contributions()
    assert math.isnan(table["score"][2])
    for row in range(2):
        assert sum(parts[name][row] for name in parts.columns[1:]) == pytest.approx(table["score"][row], rel=1e-12)
    assert ("(base)" in parts.columns) == ("points" in tree)
    assert sj.Scorecard.from_json(card.to_json()) == card
    assert "(base)" not in result.lost_points().columns


def test_h42_compensation_and_h09_worst_of() -> None:
    abcd = [[1, "a"], [1, "b"], [1, "c"], [1, "d"]]
    assert one_score({"mean": abcd}, 21, 1, 1, 1) == one_score({"mean": abcd}, 6, 6, 6, 6) == pytest.approx(6)
    assert one_score({"geometric": abcd}, 21, 1, 1, 1) == pytest.approx(2.1406951429, rel=1e-10)
    levels = {"good": 1, "average": 0.5, "poor": 0}
    card = sj.Scorecard.from_json(
        {"sojourn": 1, "min_coverage": 0, "signals": {n: {"norm": {"map": levels}} for n in "ab"}, "tree": {"worst_of": AB}}
    )
    table = {"a": ["good", "good", "good", "good", "average"], "b": ["good", "poor", "average", None, "poor"]}
    assert card.score(table, account=None).table()["score"].to_list() == [100.0, 0.0, 50.0, 100.0, 0.0]


@pytest.mark.parametrize(
    ("tree", "pointer"),
    [
        ({"geometric": AB, "floor": 0}, "/tree/floor"),
        ({"power": AB}, "/tree"),
        ({"power": AB, "p": -1, "floor": 0}, "/tree/floor"),
        ({"best_n": AB, "n": 0}, "/tree/n"),
        ({"mean_min": AB, "a": 2}, "/tree/a"),
        ({"points": [[[5, -5], "a"], [1, "b"]]}, "/tree/points/0/0"),
        ({"min": AB, "floor": 1}, "/tree/floor"),
        ({"min": [[-1, "a"], [1, "b"]]}, "/tree/min/0/0"),
        ({"min": [[0, "a"], [0, "b"]]}, "/tree"),
        ({"max": []}, "/tree"),
        ({"meen": AB}, "/tree"),
    ],
)
def test_groups_that_cannot_be(tree: dict[str, Any], pointer: str) -> None:
    with pytest.raises(sj.CardError) as caught:
        card_of_tree(tree, "a", "b")
    assert pointer in [problem["pointer"] for problem in caught.value.diagnostics]


def test_no_accounts_at_all() -> None:
    np = pytest.importorskip("numpy")
    card = card_of_tree({"geometric": AB}, "a", "b", smoothing={"lambda": 0.5})
    empty = {"account_id": np.array([], dtype="int64"), "a": np.array([], dtype=float), "b": np.array([], dtype=float)}
    first = card.score(empty)
    second = card.score(empty, previous=first)
    assert len(second.table()) == len(second.delta(first)) == len(second.cycle()) == len(second.path_to()) == 0
