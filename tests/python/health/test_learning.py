"""Validation, learned weights and backtests from Python: scikit-learn's examples, slow references, known truth."""

from __future__ import annotations

import datetime
import json
import math
import runpy
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj

ROOT = Path(__file__).resolve().parents[3]
CARD = {
    "sojourn": 1,
    "signals": {"a": {"norm": "identity"}, "b": {"norm": "identity"}},
    "tree": {"mean": [[1, {"id": "left", "mean": [[3, "a"]]}], [1, "b"]]},
}


def random_panel(n: int = 900) -> dict[str, list[Any]]:
    """Accounts whose departure depends on `a` and not on `b`, on six days."""
    import random

    draw = random.Random(5)
    rows: dict[str, list[Any]] = {name: [] for name in ("account_id", "as_of", "left_on", "a", "b")}
    for account in range(n):
        day = datetime.date(2023, 1, 1) + datetime.timedelta(days=100 * (account % 6))
        a, b = draw.uniform(0, 100), draw.uniform(0, 100)
        leaves = draw.random() < 1 / (1 + math.exp(0.06 * a - 2))
        left_on = day + datetime.timedelta(days=draw.randrange(1, 90)) if leaves else None
        for name, value in zip(rows, (account, day, left_on, a, b), strict=True):
            rows[name].append(value)
    return rows


def outcomes(panel: dict[str, list[Any]]) -> list[bool]:
    return [left is not None for left in panel["left_on"]]


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    return runpy.run_path(str(ROOT / "examples" / "notebooks" / "learned_health.py"))


def test_h56_area_and_average_precision_of_the_reference_example() -> None:
    found = sj.validate_scores([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], higher="riskier")
    assert found.auc().value == 0.75
    assert found.average_precision().value == pytest.approx(5 / 6, abs=1e-15)
    assert sj.validate_scores([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0], higher="riskier").brier().value == pytest.approx(
        0.0375, abs=1e-15
    )


def test_healthy_scores_are_the_default_and_have_no_brier() -> None:
    found = sj.validate_scores([90, 60, 65, 20], [False, False, True, True])
    assert found.auc().value == 0.75
    with pytest.raises(sj.SchemaError, match="probabilities"):
        found.brier()


def test_months_add_up_and_can_be_taken_back() -> None:
    panel = random_panel(200)
    left = outcomes(panel)
    whole = sj.validate_scores(panel["a"], left)
    first = sj.validate_scores(panel["a"][:70], left[:70])
    rest = sj.validate_scores(panel["a"][70:], left[70:])
    first += rest
    assert first.state == whole.state
    assert first.state.to_bytes() == whole.state.to_bytes()
    first -= rest
    assert first.state == sj.validate_scores(panel["a"][:70], left[:70]).state


def test_h54_stability() -> None:
    found = sj.population_stability([400, 300, 300], [350, 250, 400])
    assert found["psi"] == pytest.approx(0.04456085471610198, abs=1e-12)
    assert found["p_value"] < 1e-4


def test_probabilities_are_calibrated_where_they_were_learned() -> None:
    panel = random_panel()
    left = outcomes(panel)
    for method in ("platt", "isotonic"):
        p = sj.validate_scores(panel["a"], left).probabilities(panel["a"], method=method)  # type: ignore[arg-type]
        assert sum(p) == pytest.approx(sum(left), rel=0.01)
        line = sj.validate_scores(p, left, higher="riskier").calibration()
        assert line["slope"].value == pytest.approx(1, abs=0.1)
        assert line["observed"] == sum(left)


def test_weights_are_learned_and_put_into_the_tree() -> None:
    panel = random_panel()
    card = sj.Scorecard.from_json(CARD)
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
    card = sj.Scorecard.from_json(CARD)
    assert (
        card.learn_weights(panel, outcomes(panel), threads=1).card
        == card.learn_weights(panel, outcomes(panel), threads=3).card
    )


def test_a_refusal_keeps_the_card_and_says_why() -> None:
    card = sj.Scorecard.from_json(CARD)
    panel = random_panel(30)
    found = sj.learn_weights(card, {**panel, "gone": [0] * 30}, "gone")
    assert found.status == "one outcome only"
    assert found.card == card
    assert "unchanged" in found.warnings[0]
    assert math.isnan(found.probability(50))


def test_weights_without_outcomes() -> None:
    table = sj.audit_weights(sj.Scorecard.from_json(CARD), {"a": [10, 40], "b": [20, 80]})
    rows = table.to_numpy()
    assert list(rows["equal"]) == [0.5, 0.5]
    assert rows["deviation"].sum() == pytest.approx(1)
    assert rows["deviation"][1] == pytest.approx(2 / 3)


def test_a_backtest_counts_every_row_and_names_its_options() -> None:
    panel = random_panel()
    card = sj.Scorecard.from_json(CARD)
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
        sj.backtest(sj.Scorecard.from_json(CARD), panel, observed_at="seen", known_until="2024-12-31")


def test_a_copy_of_the_outcome_is_warned_about() -> None:
    panel = random_panel()
    panel["b"] = [0.0 if left else 100.0 for left in panel["left_on"]]
    test = sj.backtest(sj.Scorecard.from_json(CARD), panel, known_until="2024-12-31")
    assert any('"b" alone predicts very well' in warning for warning in test.warnings)
    honest = sj.backtest(sj.Scorecard.from_json(CARD), random_panel(), known_until="2024-12-31")
    assert not any('"b"' in warning for warning in honest.warnings)


def test_windows_that_are_not_over_are_left_out() -> None:
    panel = random_panel()
    test = sj.backtest(sj.Scorecard.from_json(CARD), panel, test_from="2024-05-15", known_until="2024-06-01")
    assert test.counts["immature"] > 0
    assert test.counts["test"] == 0
    assert math.isnan(test.auc.value)
    assert any("no row tests" in warning for warning in test.warnings)


def test_lead_time() -> None:
    day = datetime.date(2024, 1, 1)
    left = [day + datetime.timedelta(days=d) for d in (30, 40, 50)]
    found = sj.lead_time([day, day, None], left)
    assert found["median"].value == 30
    assert found["never_red"].value == pytest.approx(1 / 3)


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
