"""The way to a better tier."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj
from health_books import ACCOUNTS, scores

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


def test_the_way_to_a_better_tier() -> None:
    card = sj.Scorecard.from_json(MIXED)
    result = card.score(ACCOUNTS, as_of="2024-06-01")
    ways = result.path_to()
    rows = {row["account"]: row for row in ways.to_dicts()}
    assert [rows[key]["status"] for key in "pqr"] == ["reached", "already_there", "no_score"]
    assert rows["p"]["wanted"] == "yellow" and rows["p"]["method"] == "exact"
    assert rows["p"]["score_then"] == pytest.approx(50.0, abs=1e-8)
    (step,) = ways.steps.to_dicts()
    assert (step["account"], step["signal"]) == ("p", "logins")
    assert step["value"] == pytest.approx(8.0)
    assert scores(result.what_if("p", logins=step["value"]))[0] == pytest.approx(50.0)
    green = result.path_to("green", accounts="p", goal="cheapest", costs={"logins": 100}, limits={"csat": 0.4})
    assert green["status"].to_list() == ["reached"]
    assert [row["label"] or row["signal"] for row in green.steps.to_dicts()] == ["logins", "good"] or [
        row["label"] or row["signal"] for row in green.steps.to_dicts()
    ] == ["good", "logins"]
    assert result.path_to("green", accounts=["p"], limits={"logins": 0.2, "csat": 0.4})["status"].to_list() == [
        "out_of_reach"
    ]
    with pytest.raises(sj.SchemaError, match="gold"):
        result.path_to("gold")
    with pytest.raises(sj.SchemaError):
        result.path_to(goal="nicest")
    with pytest.raises(sj.SchemaError, match="logns"):
        result.path_to(costs={"logns": 1})
