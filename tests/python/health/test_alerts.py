"""Alerts: what fires, what is held back, what is remembered."""

from __future__ import annotations

import math

import pytest

import sojourn as sj
from health_books import BEFORE, NOW, RULE_CARD, TWO_SIGNALS, by


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
    rows = by(found.reasons, "id")
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
        "satisfaction_drop:a",
    }
    accounts = by(found, "account")
    assert set(accounts) == {"a", "b", "d", "e"}  # one alert per account, whatever its reasons
    assert accounts["b"]["reasons"] == 4
    assert accounts["b"]["evidence"].split("; ")[0] == "fell 1 tier since the cycle before"
    assert sum(row["reasons"] for row in accounts.values()) == len(found.reasons)
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
    quiet = now.alerts(
        previous=before, satisfaction=(), thresholds={"watermelon": None, "tier_worsened": None, "score_drop": 50}
    )
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
        sj.Scorecard.from_json(TWO_SIGNALS).score(NOW).alerts()
    with pytest.raises(sj.SchemaError, match="another card"):
        other = sj.Scorecard.from_json({**TWO_SIGNALS, "version": "2"}).score(BEFORE)
        now.alerts(previous=other)


def test_an_outage_is_one_alert() -> None:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    ids = list(range(100))
    before = card.score({"account_id": ids, "usage": [9.0] * 100, "mood": [9.0] * 100})
    mood = [None if i < 50 else 9.0 for i in ids]
    now = card.score({"account_id": ids, "usage": [9.0] * 100, "mood": mood}, as_of="2024-12-31", previous=before)
    found = now.alerts(previous=before)
    assert found["id"].to_list() == ["data_outage:mood"]
    assert found["account"].to_list() == [None]
    assert found.suppressed == 50


def test_alerts_against_an_accounts_own_past() -> None:
    card = sj.Scorecard.from_json({**RULE_CARD, "rules": []})
    accounts = ["a", "b"]

    def cycle(day: str, use: list[float]) -> sj.HealthResult:
        table = {"account_id": accounts, "use": use, "mood": [5.0, 5], "left": [0.0, 0], "plan": ["x", "x"]}
        return card.score(table, as_of=day)

    history = [cycle(f"2024-{month:02}-01", [8 + 0.1 * (month % 3), 8 + 0.1 * (month % 3)]) for month in range(1, 11)]
    now = cycle("2024-11-01", [6.0, 8.1])
    found = now.alerts(history=history, thresholds={"falling": None})
    assert set(zip(found.reasons["rule"], found.reasons["account"], strict=True)) == {
        ("ewma_fall", "a"),
        ("cusum_fall", "a"),
        ("unusual_fall", "a"),
    }
    assert found["from"][0] > found["to"][0]
    assert len(now.alerts(history=history[:7])) == 0  # too few earlier cycles
    assert len(now.alerts(history=history[:7], minimum_history=7)) > 0
    kept = now.alerts(history=history, false_discovery=0.05, gap="restart")
    assert {"ewma_fall", "unusual_fall"} <= set(kept.reasons["rule"])
    assert "unproven" in kept.counts.columns
    for wrong in ({"gap": "stop"}, {"minimum_history": 1}, {"false_discovery": 2.0}):
        with pytest.raises(sj.SchemaError):
            now.alerts(history=history, **wrong)


CSAT_CARD = {
    **TWO_SIGNALS,
    "signals": {
        "csat": {"norm": {"ramp": [1, 5]}, "class": "subjective"},
        "usage": {"norm": {"ramp": [0, 10]}, "class": "objective"},
    },
    "tree": {"mean": [[1, "csat"], [9, "usage"]]},
}


def csat_cycles(then: list[float | None], now: list[float | None]) -> tuple[sj.HealthResult, sj.HealthResult]:
    card = sj.Scorecard.from_json(CSAT_CARD)
    keys = list("abcdefgh")[: len(then)]
    tables = [{"account_id": keys, "csat": csat, "usage": [9.0] * len(keys)} for csat in (then, now)]
    before = card.score(tables[0], as_of="2024-12-24")
    return before, card.score(tables[1], as_of="2024-12-31", previous=before)


OFF = {"watermelon": None, "tier_worsened": None, "score_drop": None}


def test_a_fall_of_satisfaction_alarms_as_itself() -> None:
    before, now = csat_cycles([4.2, 4.2, 2.0, 5.0, None], [2.9, 3.3, 1.0, 5.0, 1.0])
    found = now.alerts(previous=before, thresholds=OFF)
    rows = by(found.reasons, "account")
    # A quarter of the scale of 1 to 5 is one point; from a base of 2 as well, which is below the smallest base of usage.
    assert set(rows) == {"a", "c"}
    assert rows["a"]["rule"] == "satisfaction_drop" and rows["a"]["signal"] == "csat"
    assert rows["a"]["evidence"] == "CSAT fell from 4.2 to 2.9"
    assert (rows["a"]["from"], rows["a"]["to"]) == (4.2, 2.9)
    half = now.alerts(previous=before, satisfaction={"csat": 0.5}, thresholds=OFF)
    assert set(half["account"]) == {"a", "b", "c"}
    assert len(now.alerts(previous=before, satisfaction=(), thresholds=OFF)) == 0
    assert set(now.alerts(previous=before, satisfaction=["csat"], thresholds=OFF)["account"]) == {"a", "c"}
    with pytest.raises(sj.SchemaError, match='does not say on which scale "usage" is rated'):
        now.alerts(previous=before, satisfaction=["usage"])
    with pytest.raises(sj.SchemaError, match="must be a number above 0"):
        now.alerts(previous=before, satisfaction={"csat": 0})


def test_a_fall_of_exactly_the_threshold_counts_as_it_is_shown() -> None:
    before, now = csat_cycles([4.2], [3.2])  # 4.2 - 3.2 is 1.0000000000000002 or 0.9999999999999998 in binary
    assert len(now.alerts(previous=before, thresholds=OFF)) == 1


def test_signals_may_have_bases_and_shares_of_their_own() -> None:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    tables = [{"account_id": ["a"], "usage": [usage], "mood": [9.0]} for usage in (4.0, 2.5)]
    before = card.score(tables[0], as_of="2024-12-24")
    now = card.score(tables[1], as_of="2024-12-31", previous=before)
    assert len(now.alerts(previous=before, drops=["usage"], thresholds=OFF)) == 0  # a base of 4 and a fall of 37.5 %
    assert len(now.alerts(previous=before, drops={"usage": 0}, thresholds=OFF)) == 0
    found = now.alerts(previous=before, drops={"usage": (0, 0.3)}, thresholds=OFF)
    assert found["evidence"].to_list() == ["usage fell 37.5 %, from 4 to 2.5"]
    with pytest.raises(sj.SchemaError, match="must lie above 0"):
        now.alerts(previous=before, drops={"usage": (0, 0.0)})


def test_the_budget_counts_accounts_and_lets_all_their_reasons_through(
    cycles: tuple[sj.HealthResult, sj.HealthResult],
) -> None:
    before, now = cycles
    found = now.alerts(previous=before, value="mrr", drops=["usage"], budget=1)
    assert found["account"].to_list() == ["b"] and found["reasons"][0] == len(found.reasons) == 4
