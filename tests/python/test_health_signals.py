"""What a signal is worth: every normaliser, what is missing, what the cycle before said."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import sojourn as sj

CARD: dict[str, Any] = {
    "sojourn": 1,
    "signals": {"usage": {"norm": {"ramp": [0, 10]}}, "mood": {"norm": {"map": {"good": 1, "fair": 0.6, "poor": 0}}}},
    "tree": {"mean": [[3, "usage"], [1, "mood"]]},
}


def close(actual: Any, expected: list[float | None]) -> None:
    assert [None if value != value else pytest.approx(value, rel=1e-12) for value in actual] == expected


def test_the_signals_of_the_cycle_before_are_matched_by_account() -> None:
    """Whatever a card makes of them, they must fit: by key, or row for row where there is none."""
    card = sj.Scorecard.from_json(CARD)
    now = {"account_id": ["b", "new", "a"], "usage": [5.0, 1.0, 10.0], "mood": ["fair", "good", "poor"]}
    then = {"account_id": ["a", "gone", "b"], "usage": [8.0, 2.0, 4.0], "extra": [1, 2, 3]}
    plain = card.score(now).table()["score"].to_list()
    first = card.score({**then, "mood": ["good", "good", "poor"]})
    for before in (then, first, {"account_id": ["z"]}):
        result = card.score(now, previous_signals=before)
        assert result.table()["score"].to_list() == plain
        assert [sum(row) for row in zip(*(result.contributions()[name] for name in card.signals), strict=True)] == plain
    with pytest.raises(sj.SchemaError, match="account_id"):
        card.score(now, previous_signals={"usage": [1.0, 2.0, 3.0]})
    with pytest.raises(sj.SchemaError, match="name the account"):
        card.score(now, account=None, previous_signals={"usage": [1.0, 2.0]})
    with pytest.raises(sj.DataError, match="twice"):
        card.score(now, previous_signals={"account_id": ["a", "a"], "usage": [1.0, 2.0]})
    with pytest.raises(sj.SchemaError, match='previous column "usage" holds text'):
        card.score(now, previous_signals={"account_id": ["a"], "usage": ["many"]})


def test_days_of_the_cycle_before_keep_their_meaning() -> None:
    days = [datetime.date(2024, 12, 31), None]
    stale = {"norm": "identity", "observed_at": "seen", "stale": {"validity": 30}}
    card = sj.Scorecard.from_json({"sojourn": 1, "signals": {"x": stale}, "tree": {"mean": [[1, "x"]]}})
    now = {"account_id": ["a", "b"], "x": [50, 60], "seen": days}
    assert card.score(now, as_of="2024-12-31", previous_signals=now).table()["score"][0] == 50
    from sojourn._cycles import signals_before
    from sojourn._input import column

    found = signals_before(["x", "seen", "none"], column(["b", "a"]), now, "account_id")
    assert sorted(found) == ["seen", "x"]
    close(found["seen"], [None, 20088.0])
    assert found["x"].to_list() == [60.0, 50.0]
