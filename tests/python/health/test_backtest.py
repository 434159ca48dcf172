"""A card tested on later data."""

from __future__ import annotations

import datetime
import json
import math
import runpy
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from health_books import LEARNING_CARD, outcomes, random_panel

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    return runpy.run_path(str(ROOT / "examples" / "notebooks" / "learned_health.py"))


def test_a_backtest_counts_every_row_and_names_its_options() -> None:
    panel = random_panel()
    card = sj.Scorecard.from_json(LEARNING_CARD)
    test = sj.backtest(card, panel, horizon=90, known_until="2024-12-31", compare="learned", replicates=200, seed=3)
    assert sum(test.counts.values()) == 900
    assert test.options["test_from"] == "2023-10-28"
    assert test.counts["train"] == 450
    assert test.difference is not None
    assert test.difference.low > 0
    assert test.learned is not None
    assert [row["signal"] for row in test.signals().to_dicts()] == ["a", "b"]
    assert "AUC" in repr(test)
    # The same by hand: the test rows are the last three days.
    later = [row >= datetime.date(2023, 10, 28) for row in panel["as_of"]]
    scores = [(a + b) / 2 for a, b, use in zip(panel["a"], panel["b"], later, strict=True) if use]
    left = [gone for gone, use in zip(outcomes(panel), later, strict=True) if use]
    assert test.auc.value == pytest.approx(sj.validate_scores(scores, left).auc().value, abs=1e-12)


def test_a_look_into_the_future_is_refused() -> None:
    panel = random_panel(60)
    panel["seen"] = [day + datetime.timedelta(days=1) for day in panel["as_of"]]
    with pytest.raises(sj.DataError, match="know the future"):
        sj.backtest(sj.Scorecard.from_json(LEARNING_CARD), panel, observed_at="seen", known_until="2024-12-31")


def test_a_copy_of_the_outcome_is_warned_about() -> None:
    panel = random_panel()
    panel["b"] = [0.0 if left else 100.0 for left in panel["left_on"]]
    test = sj.backtest(sj.Scorecard.from_json(LEARNING_CARD), panel, known_until="2024-12-31")
    assert any('"b" alone predicts very well' in warning for warning in test.warnings)
    honest = sj.backtest(sj.Scorecard.from_json(LEARNING_CARD), random_panel(), known_until="2024-12-31")
    assert not any('"b"' in warning for warning in honest.warnings)


def test_windows_that_are_not_over_are_left_out() -> None:
    panel = random_panel()
    test = sj.backtest(sj.Scorecard.from_json(LEARNING_CARD), panel, test_from="2024-05-15", known_until="2024-06-01")
    assert test.counts["immature"] > 0
    assert test.counts["test"] == 0
    assert math.isnan(test.auc.value)
    assert any("no row tests" in warning for warning in test.warnings)


def test_learned_weights_beat_the_card_by_hand_out_of_time(notebook: dict[str, Any]) -> None:
    test = notebook["test"]
    assert test.learned.status == "learned"
    assert test.counts["train"] > 5000
    assert test.test_events > 100
    assert test.other_validation.auc().value > test.auc.value
    assert test.difference.low > 0, test.difference
    # Nobody can be better than the truth that made them leave.
    assert 0.5 < test.auc.value < test.other_validation.auc().value < 0.95


def test_the_learned_card_is_a_card(notebook: dict[str, Any]) -> None:
    card = notebook["test"].learned.card
    assert sj.Scorecard.from_json(json.loads(card.to_json())) == card
    assert card != notebook["card"]
