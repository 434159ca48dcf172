"""Whom to call first."""

from __future__ import annotations

import pytest

import sojourn as sj
from health_books import TWO_SIGNALS, by


def test_work_queue_h70(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    many = card.score({"account_id": list(range(200)), "usage": [5] * 200, "mood": [5] * 200})
    assert many.work_queue().csms_needed == 5
    queue = cycles[1].work_queue(owner="owner", value="mrr", days_overdue=[0, 9, 0, 0], capacity=1)
    rows = queue.to_dicts()
    assert [(row["owner"], row["account"], row["rank"], row["within_capacity"]) for row in rows] == [
        ("ann", "b", 1, True),
        ("ann", "a", 2, False),
        ("bob", "d", 1, True),
        (None, "e", 1, True),
    ]
    assert rows[0]["score_shortfall_value"] == pytest.approx(250 * 0.45)
    assert rows[1]["priority"] == pytest.approx(100 * 0.2 + 10)
    load = by(queue.load, "owner")
    assert load["ann"]["overload"] == 1
    assert load["ann"]["csms_needed"] == 2
    assert load["ann"]["value"] == 350
    assert load[None]["accounts"] == 1
    assert queue.csms_needed == 4
    likely = cycles[1].work_queue(value="mrr", p_churn=[0.0, 1.0, 0.05, None])
    assert likely.options["risk_assumed"] == 0  # b has a score to go by
    assert likely["account"].to_list() == ["a", "e", "d", "b"]
    with pytest.raises(sj.SchemaError):
        cycles[1].work_queue(capacity=0)
    with pytest.raises(sj.SchemaError):
        cycles[1].work_queue(owner="nobody")
