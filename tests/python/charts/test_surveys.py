"""NPS, CSAT and rates by segment."""

from __future__ import annotations

import pytest

from chart_samples import layer_rows
from sojourn import charts
from sojourn.charts.surveys import NpsRow, RateRow

pytest.importorskip("vl_convert")


def test_a_rate_of_money_may_pass_the_hundred() -> None:
    spec = charts.rate_dots([RateRow(segment="net", rate=1.07, low=0.96, high=1.18, n=9)], title="t")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 125]
    spec = charts.rate_dots([RateRow(segment="logo", rate=0.9, low=0.8, high=1.0, n=9)], title="t")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 100]


def test_nps_parts_fill_the_bar() -> None:
    row = NpsRow(segment="a", promoters=0.5, passives=0.3, detractors=0.2, nps=30, low=20, high=40, n=99)
    parts = charts.nps_bars([row])["hconcat"][0]["layer"][0]["data"]["values"]
    assert [p["share"] for p in parts] == [20, 30, 50] and parts[-1]["to"] == 100


def test_long_names_that_begin_alike_keep_their_own_rows() -> None:
    rows = [RateRow(segment="A very long segment name " + end, rate=0.5, low=0.4, high=0.6, n=9) for end in ("one", "two")]
    dots = layer_rows(charts.csat_dots(rows), 1)
    assert len({dot["segment"] for dot in dots}) == 2
