"""What moved each score."""

from __future__ import annotations

import math
from typing import Any

import pytest

import sojourn as sj
from health_books import ACCOUNTS, card_of_tree


def test_what_changed_adds_up_and_names_the_cause() -> None:
    card = card_of_tree({"mean": [[3, "a"], [1, "b"]]}, "a", "b", rules=[{"id": "late", "if": "a > 89", "cap": 60}])
    before = card.score(
        {"account_id": ["p", "q", "gone", "r"], "a": [60.0, 50.0, 5.0, 90.0], "b": [math.nan, 50.0, 5.0, 80.0]}
    )
    now = card.score(
        {"account_id": ["q", "p", "fresh", "r"], "a": [51.0, 80.0, 70.0, math.nan], "b": [50.0, 40.0, 70.0, math.nan]}
    )
    delta = now.delta(before)
    assert delta.columns == ["account", "before", "now", "total", "value", "coverage", "rules", "model", "trend"]
    assert delta["account"].to_list() == ["q", "p", "fresh", "r", "gone"]
    assert delta["trend"].to_list() == ["flat", "up", "new", "unknown", "lost"]
    for row in delta.to_dicts():
        if row["total"] is not None and row["total"] == row["total"]:
            assert row["value"] + row["coverage"] + row["rules"] + row["model"] == pytest.approx(row["total"], abs=1e-12)
            assert row["now"] - row["before"] == row["total"]
    assert delta.values["a"][1] == pytest.approx((1 + 0.75) / 2 * 20)
    assert delta.coverages["b"][1] == pytest.approx(0.25 * (40 - 65))
    effects = delta.effects("p")
    assert effects["signal"].to_list() == ["a", "b"]
    assert delta.method == "exact"
    assert card.delta(before, now).to_dicts()[1] == delta.to_dicts()[1]
    assert now.delta(before, dead_band=0)["trend"][0] == "up"
    with pytest.raises(sj.DataError):
        delta.effects("nobody")


def test_a_new_card_is_told_from_new_behaviour() -> None:
    old = card_of_tree({"mean": [[1, "a"], [1, "b"]]}, "a", "b")
    new = card_of_tree({"mean": [[3, "a"], [1, "b"]]}, "a", "b")
    wider = card_of_tree({"mean": [[3, "a"], [1, "b"], [1, "c"]]}, "a", "b", "c")
    before = old.score({"a": [40.0], "b": [80.0]}, account=None)
    told = new.score({"a": [50.0], "b": [80.0]}, account=None).delta(before)
    assert told["model"][0] == pytest.approx(-10)
    assert told["value"][0] == pytest.approx(7.5)
    assert told["total"][0] == pytest.approx(-2.5)
    blind = wider.score({"a": [50.0], "b": [80.0], "c": [10.0]}, account=None).delta(before)
    assert math.isnan(blind["model"][0]) and math.isnan(blind["value"][0])
    assert blind["total"][0] == pytest.approx((150 + 80 + 10) / 5 - 60)


MIXED: dict[str, Any] = {
    "sojourn": 1,
    "min_coverage": 0,
    "signals": {
        "logins": {"norm": {"ramp": [0, 10]}},
        "mood": {"norm": {"map": {"good": 1, "fair": 0.6, "poor": 0}}},
        "csat": {"norm": "identity", "observed_at": "asked", "stale": {"validity": 30}},
    },
    "tree": {"mean": [[2, "logins"], [1, "mood"], [1, "csat"]]},
}


def test_the_picture_of_a_change() -> None:
    card = sj.Scorecard.from_json(MIXED)
    before = card.score(ACCOUNTS, as_of="2024-06-01")
    now = card.score({**ACCOUNTS, "logins": [8.0, 9.0, None]}, as_of="2024-06-05")
    delta = now.delta(before)
    spec = delta.waterfall("p")
    texts = [row["text"] for row in spec["layer"][1]["data"]["values"]]
    assert texts == ["20.0", "+30.0", "50.0"]
    assert delta.waterfall()["title"]["text"].startswith("The mean")
    with pytest.raises(sj.SchemaError):
        delta.waterfall("r")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert "2 accounts" in delta.plot().get_xlabel()
