"""One account scored by a bound function, against the table of that one account."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import sojourn as sj

CARD = {
    "sojourn": 1,
    "card": "page",
    "version": "1",
    "scale": [0, 100],
    "min_coverage": 0.5,
    "signals": {
        "logins": {"norm": {"ramp": [0, 20]}},
        "tickets": {"norm": {"piecewise": [[0, 0.5], [1, 1], [3, 1], [8, 0]]}},
        "csat": {"norm": {"ramp": [1, 5]}},
    },
    "tree": {"mean": [[50, "logins"], [20, "tickets"], [30, "csat"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}
RICH = {
    **CARD,
    "signals": {
        **CARD["signals"],  # type: ignore[dict-item]
        "mood": {"norm": {"map": {"good": 1, "poor": 0.2}}, "missing": {"neutral": 0.5}},
    },
    "tree": {"mean": [[50, "logins"], [20, "tickets"], [30, "csat"], [10, "mood"]]},
    "rules": [{"id": "quiet", "if": "logins < 1", "cap": 40}],
}
value = st.none() | st.floats() | st.integers(-5, 30)


def of_table(card: sj.Scorecard, row: dict[str, Any]) -> dict[str, Any]:
    table = card.score({name: [x] for name, x in row.items()}, account=None).table()
    return {name: table[name].to_list()[0] for name in ("score", "tier", "coverage", "flags")}


def assert_same(found: Any, expected: dict[str, Any]) -> None:
    for name in ("score", "coverage"):
        x, y = getattr(found, name), expected[name]
        assert x == y or (math.isnan(x) and math.isnan(y))
    assert found.tier == expected["tier"]
    assert found.flags == expected["flags"]


@settings(max_examples=200, deadline=None)
@given(st.lists(value, min_size=3, max_size=3))
def test_a_usual_card_gives_the_table_s_answer(values: list[Any]) -> None:
    card = sj.Scorecard.from_json(CARD)
    score_one = card.scorer()
    row = dict(zip(card.inputs, values, strict=True))
    floats = {name: None if x is None else float(x) for name, x in row.items()}
    expected = of_table(card, floats)
    assert_same(score_one(row), expected)
    assert_same(score_one(values), expected)
    assert_same(score_one(*values), expected)


@settings(max_examples=100, deadline=None)
@given(st.lists(value, min_size=3, max_size=3), st.sampled_from([None, "good", "poor", "odd"]))
def test_so_does_one_with_names_policies_and_rules(values: list[Any], mood: str | None) -> None:
    card = sj.Scorecard.from_json(RICH)
    numbers = [None if x is None else float(x) for x in values]
    row = {**dict(zip(card.inputs, numbers, strict=False)), "mood": mood}
    assert_same(card.scorer()(row), of_table(card, row))


def test_rows_may_come_as_other_mappings_and_sequences() -> None:
    from collections import ChainMap

    card = sj.Scorecard.from_json(CARD)
    score_one = card.scorer()
    expected = score_one(10, 2, 4)
    assert expected.score == 100 * (0.5 * 0.5 + 0.2 * 1 + 0.3 * 0.75)
    assert expected == (expected.score, "yellow", 1.0, "")
    assert score_one(ChainMap({"logins": 10, "tickets": 2, "csat": 4, "owner": "eve"})) == expected
    assert score_one((10, 2, 4)) == expected
    numpy = pytest.importorskip("numpy")
    assert score_one(numpy.array([10.0, 2.0, 4.0])) == expected
    assert score_one(*numpy.array([10, 2, 4])) == expected


def test_days_count_from_the_day_of_the_score() -> None:
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "card": "days",
            "signals": {"last_login": {"norm": {"recency": {"half_life": 10}}}},
            "tree": {"mean": [[1, "last_login"]]},
            "tiers": {"red": 0, "green": 50},
        }
    )
    score_one = card.scorer(as_of="2025-01-11")
    assert score_one(datetime.date(2025, 1, 1)).score == 50
    assert score_one({"last_login": None}).tier == "unknown"


def test_errors_say_what_is_wrong() -> None:
    score_one = sj.Scorecard.from_json(CARD).scorer()
    with pytest.raises(sj.SchemaError, match="csat"):
        score_one({"logins": 1, "tickets": 2})
    with pytest.raises(sj.SchemaError, match="reads 3 values"):
        score_one(1, 2)
    with pytest.raises(sj.SchemaError, match="tickets"):
        score_one(1, object(), 3)
    with pytest.raises(sj.SchemaError, match="text"):
        score_one(1, "two", 3)
    assert score_one(10, 2, 4).tier == "yellow"
