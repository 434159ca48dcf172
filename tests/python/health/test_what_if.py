"""Scores under other values."""

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


def test_what_if_one_account_or_all() -> None:
    card = sj.Scorecard.from_json(MIXED)
    result = card.score(ACCOUNTS, as_of="2024-06-01")
    assert scores(result)[0] == pytest.approx(20.0)
    one = result.what_if("p", logins=8, mood="good")
    assert scores(one) == [pytest.approx(75.0)]
    assert one.delta(result)["total"][0] == pytest.approx(55.0)
    assert scores(result.what_if(["q", "p"], csat=60.0))[0] == pytest.approx((2 * 90 + 100 + 60) / 4)  # asked today
    everyone = result.what_if(logins=[10, 10, 10])
    assert scores(everyone)[2] == pytest.approx(100.0)
    assert scores(result.what_if("p", logins=None))[0] == pytest.approx(20.0)
    with pytest.raises(sj.SchemaError, match="login"):
        result.what_if("p", login=3)
    with pytest.raises(sj.DataError):
        result.what_if("nobody", logins=3)
