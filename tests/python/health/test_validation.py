"""Scores beside outcomes."""

from __future__ import annotations

import datetime

import pytest

import sojourn as sj
from health_books import outcomes, random_panel


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


def test_lead_time() -> None:
    day = datetime.date(2024, 1, 1)
    left = [day + datetime.timedelta(days=d) for d in (30, 40, 50)]
    found = sj.lead_time([day, day, None], left)
    assert found["median"].value == 30
    assert found["never_red"].value == pytest.approx(1 / 3)
