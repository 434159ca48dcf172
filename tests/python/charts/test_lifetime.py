"""Survival, decay and the MRR index."""

from __future__ import annotations

import pytest

from chart_samples import curve, layer_rows
from sojourn import charts
from sojourn.charts.style import LIGHT

pytest.importorskip("vl_convert")


def test_decay_is_solid_where_observed_and_dashed_where_projected() -> None:
    spec = charts.decay_curve(
        [1.0, 0.8, 0.7], [1.0, 0.81, 0.69, 0.6, 0.55], low=[1.0, 0.7, 0.6, 0.5, 0.4], high=[1.0, 0.9, 0.8, 0.7, 0.6]
    )
    band, solid, dashed, dots, label = (layer_rows(spec, i) for i in (2, 3, 4, 5, 6))
    assert [row["age"] for row in solid] == [0, 1, 2] and [row["age"] for row in dashed] == [2, 3, 4]
    assert [row["share"] for row in dots] == pytest.approx([100, 80, 70])
    assert [(row["low"], row["high"]) for row in band][-1] == pytest.approx((40, 60))
    assert layer_rows(spec, 0) == [{"from": 2, "to": 4}] and label[0]["text"] == "55%"


def test_mrr_index_starts_at_one_and_the_own_rate_stands_out() -> None:
    spec = charts.mrr_index_curves([0.01, 0.02], [[1.0, 0.99], [1.0, 0.98]], own=0.02)
    assert [row["index"] for row in layer_rows(spec, 0)] == pytest.approx([100, 99, 100, 98])
    assert spec["layer"][0]["encoding"]["color"]["scale"]["range"] == [LIGHT["muted"], LIGHT["series1"]]


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
