"""Pictures of a book."""

from __future__ import annotations

import pytest

import sojourn as sj


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
