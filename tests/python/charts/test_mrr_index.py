"""The MRR index starts at one."""

from __future__ import annotations

import pytest

from chart_samples import layer_rows
from sojourn import charts
from sojourn.charts.style import LIGHT

pytest.importorskip("vl_convert")


def test_mrr_index_starts_at_one_and_the_own_rate_stands_out() -> None:
    spec = charts.mrr_index_curves([0.01, 0.02], [[1.0, 0.99], [1.0, 0.98]], own=0.02)
    assert [row["index"] for row in layer_rows(spec, 0)] == pytest.approx([100, 99, 100, 98])
    assert spec["layer"][0]["encoding"]["color"]["scale"]["range"] == [LIGHT["muted"], LIGHT["series1"]]
