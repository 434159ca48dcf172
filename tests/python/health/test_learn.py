"""Weights learned from outcomes, and weights that need none."""

from __future__ import annotations

import math

import pytest

import sojourn as sj
from health_books import LEARNING_CARD, outcomes, random_panel


def test_weights_are_learned_and_put_into_the_tree() -> None:
    panel = random_panel()
    card = sj.Scorecard.from_json(LEARNING_CARD)
    found = card.learn_weights(panel, outcomes(panel))
    rows = {row["signal"]: row for row in found.table().to_dicts()}
    assert found.status == "learned"
    assert rows["a"]["before"] == 0.5
    assert rows["a"]["weight"] > 0.8
    scores = found.card.score(panel, account="account_id").table()["score"]
    expected = [rows["a"]["weight"] * a + rows["b"]["weight"] * b for a, b in zip(panel["a"], panel["b"], strict=True)]
    assert list(scores) == pytest.approx(expected, abs=1e-9)
    assert sum(found.probability(s) for s in scores) == pytest.approx(found.events, rel=1e-6)


def test_threads_do_not_change_a_bit() -> None:
    panel = random_panel()
    card = sj.Scorecard.from_json(LEARNING_CARD)
    assert (
        card.learn_weights(panel, outcomes(panel), threads=1).card
        == card.learn_weights(panel, outcomes(panel), threads=3).card
    )


def test_a_refusal_keeps_the_card_and_says_why() -> None:
    card = sj.Scorecard.from_json(LEARNING_CARD)
    panel = random_panel(30)
    found = sj.learn_weights(card, {**panel, "gone": [0] * 30}, "gone")
    assert found.status == "one outcome only"
    assert found.card == card
    assert "unchanged" in found.warnings[0]
    assert math.isnan(found.probability(50))


def test_weights_without_outcomes() -> None:
    table = sj.audit_weights(sj.Scorecard.from_json(LEARNING_CARD), {"a": [10, 40], "b": [20, 80]})
    rows = table.to_numpy()
    assert list(rows["equal"]) == [0.5, 0.5]
    assert rows["deviation"].sum() == pytest.approx(1)
    assert rows["deviation"][1] == pytest.approx(2 / 3)
