"""Survival curves and the numbers at risk."""

from __future__ import annotations

import pytest

from chart_samples import curve, layer_rows
from sojourn import charts

pytest.importorskip("vl_convert")


def test_survival_axis_is_whole_and_numbers_at_risk_are_read_just_before() -> None:
    spec = charts.survival_curve([curve("all")])
    assert spec["layer"][1]["encoding"]["y"]["scale"]["domain"] == [0, 100]
    steps = layer_rows(spec, 1)
    assert steps[0] == {"group": "all", "time": 0.0, "survival": 100.0}
    assert [row["survival"] for row in steps[1:]] == pytest.approx([90, 70, 40])
    assert (
        curve("x").risk_at(0) == 100
        and curve("x").risk_at(2) == 60
        and curve("x").risk_at(3) == 20
        and curve("x").risk_at(6) == 0
    )
    assert curve("x").at(0.5) == 1.0 and curve("x").at(2) == 0.7 and curve("x").at(4.9) == 0.7
