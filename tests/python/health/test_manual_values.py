"""Values given by hand."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

import sojourn as sj
from health_books import RULE_CARD, RULE_TABLE


def test_values_by_hand() -> None:
    card = sj.Scorecard.from_json({**RULE_CARD, "rules": RULE_CARD["rules"][:1]})
    table = {**RULE_TABLE, "account_id": ["a", "b", "c", "d"], "left": [0.0, 1, 0, 0]}
    manual = {
        "account": ["a", "b", "c", "d", "a", "x"],
        "value": [90.0, 90, 80, 9, 85, 10],
        "mode": ["set", "set", "floor", "signal", "set", "set"],
        "signal": [None, None, None, "mood", None, None],
        "set_at": ["2025-01-02", "2025-01-02", "2025-01-02", "2025-01-02", "2025-01-01", "2025-01-02"],
        "expires_at": ["2025-02-01", None, None, None, None, None],
        "author": ["ann", "bob", "cid", "dan", "eve", "zoe"],
        "reason": ["visit", None, None, None, None, None],
    }
    result = card.score(table, as_of="2025-01-31", manual=manual)
    scores = result.table()["score"].to_list()
    assert scores == pytest.approx([90, 49.99, 80, 0.75 * 20 + 0.25 * 90])  # a cap beats what was set by hand
    assert result.table()["binding_rule"].to_list() == ["manual", "left", "manual", None]
    assert result.table()["binding_author"].to_list() == ["ann", None, "cid", None]
    assert result.manual()["state"].to_list() == ["bound", "overruled", "bound", "bound", "overruled", "not in this book"]
    assert result.manual()["reason"][0] == "visit"
    later = card.score(table, as_of="2025-02-01", manual=manual)  # expiry is inclusive: on that day it is gone
    assert later.table()["binding_author"][0] == "eve"
    assert later.manual()["state"].to_list()[0] == "expired"
    assert card.score(table, as_of="2025-01-01", manual=manual).manual()["state"].to_list()[1] == "waiting"
    assert "binding_author" not in card.score(table, as_of="2025-01-01").table()


def test_a_cap_may_yield_to_values_by_hand() -> None:
    rule = {"id": "cap", "if": "use > 1", "cap": 60, "yields_to_manual": True}
    card = sj.Scorecard.from_json({**RULE_CARD, "rules": [rule]})
    manual = {"account": ["a"], "value": [88]}
    assert card.score(RULE_TABLE, manual=manual).table()["score"][0] == 88
    assert card.score(RULE_TABLE).table()["score"][0] == 60
    firm = sj.Scorecard.from_json({**RULE_CARD, "rules": [{**rule, "yields_to_manual": False}]})
    assert firm.score(RULE_TABLE, manual=manual).table()["score"][0] == 60


def test_a_signal_by_hand_or_from_the_feed_whichever_is_later() -> None:
    signals = {**RULE_CARD["signals"], "mood": {"norm": {"ramp": [0, 10]}, "observed_at": "mood_on"}}
    card = sj.Scorecard.from_json({**RULE_CARD, "rules": [], "signals": signals})
    tenth, twentieth = datetime.date(2025, 1, 10), datetime.date(2025, 1, 20)
    table = {**RULE_TABLE, "mood_on": [tenth, twentieth, None, tenth]}
    manual = {
        "account": ["a", "b", "c", "d"],
        "value": [9, 9, 9, 9],
        "mode": ["signal"] * 4,
        "signal": ["mood"] * 4,
        "set_at": ["2025-01-15"] * 4,
    }
    assert card.score(table, as_of="2025-01-31", manual=manual).contributions()["mood"].to_list() == pytest.approx(
        [22.5, 10, 22.5, 22.5]
    )
    always = {**manual, "merge": ["priority"] * 4}
    assert card.score(table, as_of="2025-01-31", manual=always).contributions()["mood"].to_list() == pytest.approx(
        [22.5] * 4
    )


@pytest.mark.parametrize(
    ("manual", "error", "says"),
    [
        ({"account": ["a"]}, sj.SchemaError, "value"),
        ({"account": ["a"], "value": [101]}, sj.DataError, "between 0 and 100"),
        ({"account": ["a"], "value": [50], "mode": ["maximum"]}, sj.DataError, "set, cap, floor, signal"),
        ({"account": ["a"], "value": [50], "mode": ["signal"], "signal": ["mod"]}, sj.SchemaError, "mood"),
        ({"account": ["a"], "value": [math.nan], "mode": ["signal"], "signal": ["mood"]}, sj.DataError, "finite"),
        ({"account": ["a"], "value": [50], "set_at": ["2025-01-01"]}, sj.SchemaError, "as_of"),
    ],
)
def test_values_by_hand_that_are_none(manual: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        sj.Scorecard.from_json(RULE_CARD).score(RULE_TABLE, manual=manual)
