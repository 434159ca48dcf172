"""Rules, values by hand, diagnoses, alerts against an account's own past, and the ready-made cards, from Python."""

from __future__ import annotations

import datetime
import json
import math
from typing import Any

import pytest

import sojourn as sj

CARD: dict[str, Any] = {
    "sojourn": 1,
    "card": "rules",
    "segment": "plan",
    "min_coverage": 0,
    "signals": {"use": {"norm": {"ramp": [0, 10]}}, "mood": {"norm": {"ramp": [0, 10]}}, "left": {"norm": "bool"}},
    "tree": {"mean": [[3, {"id": "usage", "mean": [[1, "use"]]}], [1, "mood"], [0, "left"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
    "rules": [
        {
            "id": "left",
            "if": "left == 1",
            "cap_tier": "red",
            "diagnosis": "stakeholder.sponsor_left",
            "severity": "critical",
            "remedy": ["find a new sponsor", "call"],
            "owner_role": "csm",
            "due_days": 7,
            "reason": "nobody inside",
        },
        {"id": "free", "if": "segment() == 'free'", "group": "usage", "cap": 40},
        {"id": "lies", "if": "delta(use) < -5", "signal": "mood", "exclude": True},
        {"id": "low", "if": "use < 3", "diagnosis": "ability.low_use", "remedy": ["training"]},
    ],
}
TABLE = {
    "account_id": ["a", "b", "c", "d"],
    "use": [8.0, 8, 2, 2],
    "mood": [4.0, 4, 4, 4],
    "left": [0.0, 1, 0, None],
    "plan": ["paid", "free", "paid", None],
}


def rows(table: Any, key: str = "account") -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in table.to_dicts()}


def test_rules_on_signals_groups_and_segments() -> None:
    card = sj.Scorecard.from_json(CARD)
    assert "plan" in card.inputs
    then = {**TABLE, "use": [8.0, 8, 9, 2]}
    result = card.score(TABLE, as_of="2025-01-01", previous_signals=then)
    scores = dict(zip("abcd", result.table()["score"], strict=True))
    assert scores == pytest.approx({"a": 70, "b": 0.75 * 40 + 10, "c": 20, "d": 25})  # c: the mood is out
    assert scores["b"] <= 49.99
    fired = rows(result.rules())
    assert (fired["b"]["rule left"], fired["b"]["rule free"], fired["c"]["rule lies"]) == (1, 1, 1)
    assert result.table()["binding_rule"].to_list() == [None, "free", "lies", None]
    assert "undecided_rule" in result.table()["flags"][3]
    parts, moved = result.contributions().to_dicts(), result.adjustments().to_dicts()
    for part, term, account in zip(parts, moved, "abcd", strict=True):
        whole = sum(part[name] for name in ("use", "mood", "left")) + sum(
            term[name] for name in ("group", "add", "floor", "set", "cap", "clamp")
        )
        assert whole == pytest.approx(scores[account], abs=1e-12)
    assert rows(result.adjustments())["b"]["group"] == pytest.approx(-30)


def test_rules_of_the_cycle_before_decide_explanations_too() -> None:
    card = sj.Scorecard.from_json({**CARD, "rules": [{"id": "p", "if": "prev_score() > 50", "signal": "mood", "set": 0}]})
    before = card.score(TABLE, as_of="2025-01-01")
    now = card.score(TABLE, as_of="2025-02-01", previous=before)
    parts = now.contributions()
    for row, score in enumerate(now.table()["score"]):
        assert sum(parts[name][row] for name in ("use", "mood", "left")) == score
    assert parts["mood"].to_list() == [0, 0, 10, 10]


def test_values_by_hand() -> None:
    card = sj.Scorecard.from_json({**CARD, "rules": CARD["rules"][:1]})
    table = {**TABLE, "account_id": ["a", "b", "c", "d"], "left": [0.0, 1, 0, 0]}
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
    card = sj.Scorecard.from_json({**CARD, "rules": [rule]})
    manual = {"account": ["a"], "value": [88]}
    assert card.score(TABLE, manual=manual).table()["score"][0] == 88
    assert card.score(TABLE).table()["score"][0] == 60
    firm = sj.Scorecard.from_json({**CARD, "rules": [{**rule, "yields_to_manual": False}]})
    assert firm.score(TABLE, manual=manual).table()["score"][0] == 60


def test_a_signal_by_hand_or_from_the_feed_whichever_is_later() -> None:
    signals = {**CARD["signals"], "mood": {"norm": {"ramp": [0, 10]}, "observed_at": "mood_on"}}
    card = sj.Scorecard.from_json({**CARD, "rules": [], "signals": signals})
    tenth, twentieth = datetime.date(2025, 1, 10), datetime.date(2025, 1, 20)
    table = {**TABLE, "mood_on": [tenth, twentieth, None, tenth]}
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
        sj.Scorecard.from_json(CARD).score(TABLE, manual=manual)


def test_diagnoses_and_their_life() -> None:
    card = sj.Scorecard.from_json(CARD)
    first = card.score(TABLE, as_of="2025-01-01").diagnoses()
    assert [(r["account"], r["diagnosis"], r["status"]) for r in first.to_dicts()] == [
        ("b", "stakeholder.sponsor_left", "new"),
        ("c", "ability.low_use", "new"),
        ("d", "ability.low_use", "new"),
    ]
    found = rows(first)["b"]
    assert (found["class"], found["severity"], found["remedy"], found["owner_role"]) == (
        "stakeholder",
        "critical",
        "find a new sponsor, call",
        "csm",
    )
    assert (found["evidence"], found["rule"], found["reason"], str(found["due"])) == (
        "left",
        "left",
        "nobody inside",
        "2025-01-08",
    )
    assert rows(first)["c"]["due"] is None
    assert [(r["account"], r["diagnosis"]) for r in first.undecided.to_dicts()] == [("d", "stakeholder.sponsor_left")]
    now = {
        "account_id": ["b", "c", "d"],
        "use": [9.0, None, 2],
        "mood": [4.0, 4, 4],
        "left": [0.0, 0, 1],
        "plan": ["free", "paid", "paid"],
    }
    second = card.score(now, as_of="2025-02-01").diagnoses(first)
    status = {(r["account"], r["diagnosis"]): (r["status"], r["cycles"]) for r in second.to_dicts()}
    assert status == {
        ("b", "stakeholder.sponsor_left"): ("resolved", 1),
        ("c", "ability.low_use"): ("new", 1),  # nobody could tell: the record is carried as it was
        ("d", "ability.low_use"): ("persistent", 2),
        ("d", "stakeholder.sponsor_left"): ("new", 1),
    }
    third = card.score({k: v[:1] for k, v in now.items()}, as_of="2025-03-01").diagnoses(
        second
    )  # c and d are not in this book
    assert {r["account"]: r["status"] for r in third.to_dicts() if r["account"] == "b"} == {"b": "closed"}
    assert len(third) == 4
    back = card.score(TABLE, as_of="2025-04-01").diagnoses(third, unobserved=["c"])
    assert {(r["account"], r["status"]) for r in back.to_dicts()} >= {("b", "recurrent"), ("c", "new"), ("d", "persistent")}
    assert (
        sj.remedies({"diagnosis": ["ability.low_use"] * 2, "stage": ["accepted", "proposed"], "delta": [1.0, 2.0]})[
            "acceptance"
        ][0]
        == 0.5
    )


def test_a_card_without_findings_has_none() -> None:
    card = sj.Scorecard.from_json({**CARD, "rules": []})
    found = card.score(TABLE, as_of="2025-01-01").diagnoses()
    assert len(found) == 0 and len(found.undecided) == 0
    assert "status" in found.columns


@pytest.mark.parametrize(
    ("rule", "pointer", "message"),
    [
        ({"id": "r", "if": "score() > 5", "signal": "use", "cap": 5}, "/rules/0/if", "before there is a score"),
        ({"id": "r", "if": "use > 5", "signal": "usee", "cap": 5}, "/rules/0/signal", "not declared"),
        ({"id": "r", "if": "use > 5", "group": "usge", "cap": 5}, "/rules/0/group", "not declared"),
        ({"id": "r", "if": "use > 5", "group": "usage", "signal": "use", "cap": 5}, "/rules/0", "not on both"),
        ({"id": "r", "if": "use > 5"}, "/rules/0", "exactly one"),
        ({"id": "r", "if": "use > 5", "diagnosis": "low"}, "/rules/0", "class"),
        ({"id": "r", "if": "use > 5", "diagnosis": "ability.low", "severity": "huge"}, "/rules/0/severity", "one of"),
        ({"id": "r", "if": "use > 5", "diagnosis": "ability.low", "due_days": -1}, "/rules/0/due_days", "whole number"),
        (
            {"id": "r", "if": "use > 5", "diagnosis": "ability.low", "evidence": ["ues"]},
            "/rules/0/evidence/0",
            "not declared",
        ),
        ({"id": "r", "if": "use > 5", "cap": 5, "remedy": ["x"]}, "/rules/0/remedy", "belongs to a diagnosis"),
        ({"id": "r", "if": "prev(usee) > 5", "cap": 5}, "/rules/0/if", "not declared"),
        ({"id": "r", "if": "csat > 5", "cap": 5}, "/rules/0/if", "not declared"),
    ],
)
def test_every_mistake_in_a_rule_has_its_place(rule: dict[str, Any], pointer: str, message: str) -> None:
    found = sj.Scorecard.check({**CARD, "rules": [rule]})
    assert any(d["pointer"] == pointer and message in d["message"] for d in found), found
    with pytest.raises(sj.CardError):
        sj.Scorecard.from_json({**CARD, "rules": [rule]})


def test_duplicate_rules_and_rules_that_never_count() -> None:
    one = {"id": "r", "if": "use > 5", "cap": 5}
    assert any("exists already" in d["message"] for d in sj.Scorecard.check({**CARD, "rules": [one, one]}))
    found = sj.Scorecard.check({**CARD, "rules": [one, {"id": "s", "if": "use > 5", "floor": 50}]})
    assert [d["level"] for d in found] == ["warning"]


def test_a_rule_about_something_missing_rests_or_fires() -> None:
    rule = {"id": "r", "if": "left == 1", "set": 0}
    rests = sj.Scorecard.from_json({**CARD, "rules": [rule]}).score(TABLE).table()
    fires = sj.Scorecard.from_json({**CARD, "rules": [{**rule, "on_unknown": "fire"}]}).score(TABLE).table()
    assert rests["score"][3] == 25 and fires["score"][3] == 0
    assert rests["flags"][3] == fires["flags"][3].replace("adjusted|", "") == "undecided_rule"


def test_alerts_against_an_accounts_own_past() -> None:
    card = sj.Scorecard.from_json({**CARD, "rules": []})
    accounts = ["a", "b"]

    def cycle(day: str, use: list[float]) -> sj.HealthResult:
        table = {"account_id": accounts, "use": use, "mood": [5.0, 5], "left": [0.0, 0], "plan": ["x", "x"]}
        return card.score(table, as_of=day)

    history = [cycle(f"2024-{month:02}-01", [8 + 0.1 * (month % 3), 8 + 0.1 * (month % 3)]) for month in range(1, 11)]
    now = cycle("2024-11-01", [6.0, 8.1])
    found = now.alerts(history=history, thresholds={"falling": None})
    assert set(zip(found["rule"], found["account"], strict=True)) == {
        ("ewma_fall", "a"),
        ("cusum_fall", "a"),
        ("unusual_fall", "a"),
    }
    assert found["from"][0] > found["to"][0]
    assert len(now.alerts(history=history[:7])) == 0  # too few earlier cycles
    assert len(now.alerts(history=history[:7], minimum_history=7)) > 0
    kept = now.alerts(history=history, false_discovery=0.05, gap="restart")
    assert {"ewma_fall", "unusual_fall"} <= set(kept["rule"])
    assert "unproven" in kept.counts.columns
    for wrong in ({"gap": "stop"}, {"minimum_history": 1}, {"false_discovery": 2.0}):
        with pytest.raises(sj.SchemaError):
            now.alerts(history=history, **wrong)


def test_production_cards_give_their_published_scores() -> None:
    """H22, H23, H25, H26, H28, H29 on the ready-made card; halves are rounded up."""
    card = sj.Scorecard.template("mattermost")
    plain = json.loads(card.to_json())
    plain["rules"] = [rule for rule in plain["rules"] if "add" in rule]
    lines = [
        ((3, 200, 2, 10, 0, 0, 0), 98, 98),
        ((3, 200, 2, 10, 1, 0, 0), 100, 100),
        ((0.4, 10, 6, None, 0, 1, 0), 21, 50),
        ((3, 200, 2, 10, 1, 1, 1), 100, 20),
        ((1.5, 75, 1, 45, 0, 0, 0), 85, 85),
        ((1.5, 75, 4, 45, 0, 0, 0), 79, 79),
    ]
    table = {name: [line[0][k] for line in lines] for k, name in enumerate(card.signals)}
    for scored, expected in ((sj.Scorecard.from_json(plain), 1), (card, 2)):
        scores = scored.score(table, account=None).table()["score"]
        assert [math.floor(score + 0.5) for score in scores] == [line[expected] for line in lines]
    assert len(card.warnings) == 2  # a set also raises: 21 became 50


def test_the_posthog_card() -> None:
    card = sj.Scorecard.template("posthog")
    best = dict(zip(card.signals, [0, 50, 0, 12, 0, 0, 5, 1, 3, 9, 8, 0, 60, 0, 60, 0, 30, 30, 30, 0], strict=True))
    assert card.score({name: [value] for name, value in best.items()}, account=None).table()["score"][0] == 100
    edge = {
        **best,
        "days_since_seen": 5,
        "active_user_pct": 20,
        "urgent_tickets_open": 2,
        "products": 6,
    }  # all four "concerning"
    score = card.score({name: [value] for name, value in edge.items()}, account=None).table()["score"][0]
    assert score == pytest.approx(100 - 15 * 2 / 4 / 2 - 5 / 4 / 2 - 5 / 3 / 2)
    thirds = {name: [None] for name in card.signals}
    thirds.update({"events_decrease_pct": [0], "insight_users_pct": [0]})
    assert card.tiers["healthy"] == 200 / 3


def test_the_onboarding_card() -> None:
    card = sj.Scorecard.template("onboarding")
    table = {
        "account_id": ["a"],
        "steps_done": [2],
        "steps_planned": [4],
        "days_late": [20],
        "data_connected": [0],
        "staff_trained_share": [0.2],
        "first_value_seen": [0],
        "sponsor_left": [0],
    }
    result = card.score(table, as_of="2025-01-01")
    assert sorted(result.diagnoses()["diagnosis"]) == ["ability.not_trained", "data.not_connected"]
    assert result.table()["tier"][0] == "red"


def test_the_way_of_an_account_and_the_library_of_solutions() -> None:
    card = sj.Scorecard.from_json({**CARD, "rules": CARD["rules"][3:]})
    other = sj.Scorecard.from_json({**CARD, "card": "other", "rules": []})
    cycles = [card.score({**TABLE, "use": [use] * 4}, as_of=day) for day, use in (("2025-02-01", 6.0), ("2025-01-01", 8.0))]
    cycles.append(other.score(TABLE, as_of="2025-03-01"))
    way = sj.timeline(cycles, accounts=["a"])
    assert [str(day) for day in way["as_of"]] == ["2025-01-01", "2025-02-01", "2025-03-01"]
    assert way["score"].to_list() == pytest.approx([70, 55, 70])
    assert way["change"][1] == pytest.approx(-15)
    assert math.isnan(way["change"][0]) and math.isnan(way["change"][2])  # another card: those do not compare
    assert len(sj.timeline(cycles)) == 12
    assert len(sj.timeline([])) == 0
    with pytest.raises(sj.SchemaError, match="as_of"):
        sj.timeline([card.score(TABLE)])
    assert card.solutions().to_dicts() == [
        {
            "diagnosis": "ability.low_use",
            "class": "ability",
            "severity": "medium",
            "remedy": "training",
            "owner_role": None,
            "due_days": None,
            "rule": "low",
            "condition": "use < 3",
        }
    ]
    assert len(other.solutions()) == 0
