"""A fitted decay is drawn as fitted."""

from __future__ import annotations

import pytest

from chart_samples import layer_rows
from sojourn import charts

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
