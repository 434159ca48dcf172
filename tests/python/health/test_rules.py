"""Rules of a card, and the ready-made cards, from Python."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import sojourn as sj
from health_books import RULE_CARD, RULE_TABLE, rows


def test_rules_on_signals_groups_and_segments() -> None:
    card = sj.Scorecard.from_json(RULE_CARD)
    assert "plan" in card.inputs
    then = {**RULE_TABLE, "use": [8.0, 8, 9, 2]}
    result = card.score(RULE_TABLE, as_of="2025-01-01", previous_signals=then)
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
    card = sj.Scorecard.from_json(
        {**RULE_CARD, "rules": [{"id": "p", "if": "prev_score() > 50", "signal": "mood", "set": 0}]}
    )
    before = card.score(RULE_TABLE, as_of="2025-01-01")
    now = card.score(RULE_TABLE, as_of="2025-02-01", previous=before)
    parts = now.contributions()
    for row, score in enumerate(now.table()["score"]):
        assert sum(parts[name][row] for name in ("use", "mood", "left")) == score
    assert parts["mood"].to_list() == [0, 0, 10, 10]


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
    found = sj.Scorecard.check({**RULE_CARD, "rules": [rule]})
    assert any(d["pointer"] == pointer and message in d["message"] for d in found), found
    with pytest.raises(sj.CardError):
        sj.Scorecard.from_json({**RULE_CARD, "rules": [rule]})


def test_duplicate_rules_and_rules_that_never_count() -> None:
    one = {"id": "r", "if": "use > 5", "cap": 5}
    assert any("exists already" in d["message"] for d in sj.Scorecard.check({**RULE_CARD, "rules": [one, one]}))
    found = sj.Scorecard.check({**RULE_CARD, "rules": [one, {"id": "s", "if": "use > 5", "floor": 50}]})
    assert [d["level"] for d in found] == ["warning"]


def test_a_rule_about_something_missing_rests_or_fires() -> None:
    rule = {"id": "r", "if": "left == 1", "set": 0}
    rests = sj.Scorecard.from_json({**RULE_CARD, "rules": [rule]}).score(RULE_TABLE).table()
    fires = sj.Scorecard.from_json({**RULE_CARD, "rules": [{**rule, "on_unknown": "fire"}]}).score(RULE_TABLE).table()
    assert rests["score"][3] == 25 and fires["score"][3] == 0
    assert rests["flags"][3] == fires["flags"][3].replace("adjusted|", "") == "undecided_rule"


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
