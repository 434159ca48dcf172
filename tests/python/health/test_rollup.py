"""The book from Python: roll-ups, reviews, work lists, alerts, diagnoses, each with its published row where there is one."""

from __future__ import annotations

import math
from typing import Any

import pytest

import sojourn as sj

CARD: dict[str, Any] = {
    "sojourn": 1,
    "card": "two",
    "min_coverage": 0.5,
    "signals": {
        "usage": {"norm": {"ramp": [0, 10]}, "class": "objective"},
        "mood": {"norm": {"ramp": [0, 10]}, "class": "subjective", "critical": True},
    },
    "tree": {"mean": [[3, "usage"], [1, "mood"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}
BEFORE = {"account_id": ["a", "b", "c", "d"], "usage": [10, 10, 8, 6], "mood": [10, 10, 8, 6], "mrr": [100, 200, 300, 400]}
NOW = {
    "account_id": ["b", "a", "d", "e"],
    "usage": [4, 10, 6, 2],
    "mood": [10, 2, 6, 2],
    "mrr": [250, 100, 400, 50],
    "owner": ["ann", "ann", "bob", None],
}


@pytest.fixture
def cycles() -> tuple[sj.HealthResult, sj.HealthResult]:
    card = sj.Scorecard.from_json(CARD)
    before = card.score(BEFORE, as_of="2024-11-30")
    return before, card.score(NOW, as_of="2024-12-31", previous=before)


def by(table: sj.Table, key: str) -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in table.to_dicts()}


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


def test_cadence_h69() -> None:
    book = {
        "account_id": ["s", "l", "n"],
        "last_review": ["2024-01-31", "2024-01-31", None],
        "segment": ["small", "large", "small"],
    }
    plan = sj.cadence(book, as_of="2024-03-01", segment="segment", by_segment={"large": "1 month"}, every="3 months")
    rows = by(plan, "account")
    assert rows["s"]["next_due"].isoformat() == "2024-04-30"
    assert rows["l"]["next_due"].isoformat() == "2024-02-29"
    assert (rows["l"]["days_overdue"], rows["l"]["overdue"]) == (1, True)
    assert rows["n"]["next_due"].isoformat() == "2024-03-01"
    assert (plan.overdue, plan.due_now, plan.never_reviewed) == (1, 1, 1)
    for every in ("monthly", "0 days", "3 weeks", "-1 month"):
        with pytest.raises(sj.SchemaError):
            sj.cadence(book, as_of="2024-03-01", every=every)
    with pytest.raises(sj.SchemaError, match="segment="):
        sj.cadence(book, as_of="2024-03-01", by_segment={"large": "1 month"})


def test_work_queue_h70(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    card = sj.Scorecard.from_json(CARD)
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
    assert rows[0]["at_risk"] == pytest.approx(250 * 0.45)
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


def test_transitions_with_money(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    moves = sj.transitions(*cycles, weights="mrr")
    assert moves.values is not None
    rows = by(moves.values, "previous")
    assert rows["green"]["lost"] == 300  # c was worth that when it was last seen
    assert rows["green"]["yellow"] == 250  # b is worth that now
    assert rows["new"]["red"] == 50
    assert moves.moved["both"] == 750
    assert moves.moved["downgraded"] == 250
    assert moves.moved["staying_share"] == pytest.approx(500 / 750)
    assert (moves.upgrades, moves.downgrades) == (0, 1)
    rates = by(moves.rates(), "previous")
    assert rates["green"]["green"] == pytest.approx(1 / 3)
    assert rates["green"]["dwell"] == pytest.approx(1.5)
    assert math.isnan(rates["red"]["red"])
    plain = sj.transitions(list("GG"), list("GR"), tiers=["R", "G"], weights=[5, 7])
    assert plain.moved["downgraded"] == 7
    assert sj.transitions(*cycles).values is None
    with pytest.raises(sj.SchemaError):
        sj.transitions(*cycles, weights="money")
    with pytest.raises(sj.SchemaError):
        sj.transitions(*cycles, weights=[1, 2])


def test_alerts_of_two_cycles(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    before, now = cycles
    found = now.alerts(
        previous=before,
        owner="owner",
        value="mrr",
        drops=["usage"],
        sponsor_left=[False, None, True, False],
        renews_on=["2025-01-15"] * 4,
        last_active=["2024-12-30", "2024-12-01", None, "2024-12-30"],
    )
    rows = by(found, "id")
    assert set(rows) == {
        "tier_worsened:b",
        "score_drop:b",
        "signal_drop:b",
        "score_drop:a",
        "sponsor_left:d",
        "renewal_at_risk:e",
        "silent:a",
        "watermelon:a",
        "watermelon:b",
    }
    assert rows["signal_drop:b"]["evidence"] == "usage fell 60 %, from 10 to 4"
    assert rows["signal_drop:b"]["signal"] == "usage"
    assert (rows["score_drop:b"]["from"], rows["score_drop:b"]["to"]) == (100, pytest.approx(55))
    assert rows["sponsor_left:d"]["severity"] == "critical"
    assert rows["watermelon:a"]["evidence"] == "green, but a critical signal is red"
    assert rows["tier_worsened:b"]["owner"] == "ann"
    assert rows["silent:a"]["evidence"] == "no activity for 30 days, since 2024-12-01"
    assert rows["silent:a"]["to"] == 30
    assert math.isnan(rows["renewal_at_risk:e"]["from"])
    assert found["severity"].to_list()[:2] == ["critical", "critical"]
    assert found.suppressed == 0
    counts = by(found.counts, "rule")
    assert counts["silent"]["looked_at"] == 3
    assert counts["feature_unused"]["looked_at"] == 0

    again = now.alerts(previous=before, owner="owner", value="mrr", memory=found)
    assert len(again) == 0
    assert again.suppressed > 0
    assert again.options["suppressed"] == again.suppressed
    kept = found.memory.to_pandas() if pytest.importorskip("pandas") else None
    assert len(now.alerts(previous=before, memory=kept)) == 0
    assert len(now.alerts(previous=before, budget=1)) == 1
    table = before.table()
    assert set(now.alerts(previous=table)["id"]) == set(now.alerts(previous=before)["id"])


def test_alert_options(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    before, now = cycles
    quiet = now.alerts(previous=before, thresholds={"watermelon": None, "tier_worsened": None, "score_drop": 50})
    assert len(quiet) == 0
    falls = now.alerts(history=[before, before], thresholds={"falling": (1, 1), "watermelon": None})
    assert sorted(falls["id"]) == ["falling:a", "falling:b"]
    unused = now.alerts(features={"export": ["2024-01-01", None, "2024-12-30", None]}, thresholds={"watermelon": None})
    assert unused["signal"].to_list() == ["export"]
    with pytest.raises(sj.SchemaError, match="no rule"):
        now.alerts(thresholds={"scoredrop": 1})
    with pytest.raises(sj.SchemaError, match="is not a numeric signal"):
        now.alerts(drops=["logins"])
    with pytest.raises(sj.SchemaError, match="is not a tier"):
        now.alerts(green="blue")
    with pytest.raises(sj.SchemaError, match="as_of"):
        sj.Scorecard.from_json(CARD).score(NOW).alerts()
    with pytest.raises(sj.SchemaError, match="another card"):
        other = sj.Scorecard.from_json({**CARD, "version": "2"}).score(BEFORE)
        now.alerts(previous=other)


def test_an_outage_is_one_alert() -> None:
    card = sj.Scorecard.from_json(CARD)
    ids = list(range(100))
    before = card.score({"account_id": ids, "usage": [9.0] * 100, "mood": [9.0] * 100})
    mood = [None if i < 50 else 9.0 for i in ids]
    now = card.score({"account_id": ids, "usage": [9.0] * 100, "mood": mood}, as_of="2024-12-31", previous=before)
    found = now.alerts(previous=before)
    assert found["id"].to_list() == ["data_outage:mood"]
    assert found["account"].to_list() == [None]
    assert found.suppressed == 50


def test_diagnoses_through_four_cycles() -> None:
    first = sj.diagnoses({"account_id": ["a", "b"], "diagnosis": ["no sponsor", "low use"]})
    assert set(first["status"]) == {"new"}
    second = sj.diagnoses({"account_id": ["a"], "diagnosis": ["no sponsor"]}, first)
    assert [(r["account"], r["status"], r["cycles"]) for r in second.to_dicts()] == [
        ("a", "persistent", 2),
        ("b", "resolved", 1),
    ]
    third = sj.diagnoses({"account_id": ["b"], "diagnosis": ["low use"]}, second, unobserved=["a"])
    assert [(r["account"], r["status"], r["cycles"]) for r in third.to_dicts()] == [
        ("a", "persistent", 2),
        ("b", "recurrent", 1),
    ]
    empty = sj.diagnoses({"account_id": [], "diagnosis": []}, third.to_polars())
    assert set(empty["status"]) == {"resolved"}
    with pytest.raises(sj.SchemaError, match="status"):
        sj.diagnoses({"account_id": ["a"], "diagnosis": ["x"]}, {**{n: third[n] for n in third}, "status": ["old", "new"]})


def test_remedies_say_association() -> None:
    rows = {
        "diagnosis": ["x"] * 5,
        "stage": ["done", "done", "proposed", "none", None],
        "delta": [6.0, 10.0, 1.0, 3.0, None],
    }
    table = sj.remedies(rows)
    line = table.to_dicts()[0]
    assert (line["diagnosed"], line["proposed"], line["accepted"], line["done"]) == (5, 3, 2, 2)
    assert line["acceptance"] == pytest.approx(2 / 3)
    assert line["effect"] == 6
    assert line["effect_low"] < 6 < line["effect_high"]
    assert "association" in table.options["effect"]
    with pytest.raises(sj.SchemaError, match="stage"):
        sj.remedies({**rows, "stage": ["finished"] * 5})


def test_pictures(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    before, now = cycles
    moves = sj.transitions(before, now, weights="mrr")
    assert moves.values is not None
    assert moves.plot().get_xlabel() == "now"
    assert moves.values.plot().get_ylabel() == "in the cycle before"
    moves.rates().plot()
    assert now.work_queue(owner="owner").plot().get_ylabel() == "effort"
    assert now.alerts(previous=before).plot().get_xlabel() == "alerts"
    assert now.distribution(value="mrr").plot().get_ylabel() == "value"


def test_no_accounts_at_all() -> None:
    np = pytest.importorskip("numpy")
    empty = {
        "account_id": np.array([], dtype="int64"),
        "usage": np.array([], dtype=float),
        "mood": np.array([], dtype=float),
    }
    result = sj.Scorecard.from_json(CARD).score(empty, as_of="2024-12-31")
    assert len(result.alerts(previous=result)) == 0
    assert len(result.work_queue()) == 0
    assert result.work_queue().csms_needed == 0
