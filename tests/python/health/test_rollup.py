"""Account trees: scores and tiers of parents, each with its published row where there is one."""

from __future__ import annotations

import pytest

import sojourn as sj
from health_books import TWO_SIGNALS, by


def test_rollups_as_published() -> None:
    planhat = {"account_id": ["p", "x", "y", "z"], "parent_id": [None, "p", "p", "p"], "score": [10.0, 5, 5, 5]}
    assert by(sj.rollup(planhat, include_self=True), "account")["p"]["score"] == 6.25  # H11
    assert by(sj.rollup(planhat), "account")["p"]["score"] == 5
    arr = {
        "account_id": [0, 1, 2, 3, 4, 5],
        "parent_id": [None, 0, 0, 0, 0, 0],
        "score": [None, 79.0, 53, 34, 68, 90],
        "arr": [None, 174, 110, 46, 77, 142],
        "tier": [None, "green", "amber", "red", "yellow", "green"],
    }
    rolled = by(sj.rollup(arr, method="weighted", weight="arr"), "account")[0]  # H17
    assert round(rolled["score"]) == 71
    assert rolled["weight"] == 549
    assert rolled["children"] == 5
    tiers = ["red", "amber", "yellow", "green"]
    shares = sj.rollup_tiers(arr, wanted="amber", tiers=tiers, match="or_worse", weight="arr", threshold=0.28)
    at_risk = by(shares, "account")[0]
    assert round(100 * at_risk["weight_share"]) == 28  # H18
    assert at_risk["count"] == 2
    assert at_risk["reached"] is True


def test_a_hierarchy_that_is_none() -> None:
    with pytest.raises(sj.DataError, match="0 -> 1 -> 0"):
        sj.rollup({"account_id": ["a", "b"], "parent_id": ["b", "a"], "score": [1.0, 2.0]})
    with pytest.raises(sj.DataError, match="not an account"):
        sj.rollup({"account_id": ["a", "b"], "parent_id": ["x", None], "score": [1.0, 2.0]})
    with pytest.raises(sj.DataError, match="twice"):
        sj.rollup({"account_id": ["a", "a"], "parent_id": [None, None], "score": [1.0, 2.0]})
    with pytest.raises(sj.SchemaError, match="weighted"):
        sj.rollup({"account_id": ["a"], "parent_id": [None], "score": [1.0]}, method="median")


def test_no_accounts_at_all() -> None:
    np = pytest.importorskip("numpy")
    empty = {
        "account_id": np.array([], dtype="int64"),
        "usage": np.array([], dtype=float),
        "mood": np.array([], dtype=float),
    }
    result = sj.Scorecard.from_json(TWO_SIGNALS).score(empty, as_of="2024-12-31")
    assert len(result.alerts(previous=result)) == 0
    assert len(result.work_queue()) == 0
    assert result.work_queue().csms_needed == 0
