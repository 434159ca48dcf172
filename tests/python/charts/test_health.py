"""Scores and tiers."""

from __future__ import annotations

import pytest

from chart_samples import layer_rows
from sojourn import charts

pytest.importorskip("vl_convert")


@pytest.mark.parametrize(
    ("thresholds", "step"), [([40, 70], 5), ([42, 70], 2), ([33, 66], 1), ([20, 60, 80], 5), ([42.5, 70], 5)]
)
def test_histogram_counts_every_score_once_in_its_tier(thresholds: list[float], step: int) -> None:
    scores = [i / 10 for i in range(1001)] + [float("nan")] * 3
    tiers = [f"t{i}" for i in range(len(thresholds) + 1)]
    rows = layer_rows(charts.score_histogram(scores, thresholds=thresholds, tiers=tiers), 0)
    assert sum(row["count"] for row in rows) == 1001
    assert {row["high"] - row["low"] for row in rows} == {step}
    for i, tier in enumerate(tiers):
        low, high = [0.0, *thresholds, 100.1][i : i + 2]
        assert sum(row["count"] for row in rows if row["tier"] == tier) == sum(1 for s in scores if low <= s < high)


def test_tier_bar_shares_add_up() -> None:
    rows = layer_rows(charts.tier_bar(["low", "mid", "top"], [1, 5, 9], unknown=5), 0)
    assert [(row["tier"], row["to"] - row["from"]) for row in rows] == [("top", 9), ("mid", 5), ("low", 1), ("no score", 5)]


def test_parts_of_a_card_have_a_line_each() -> None:
    spec = charts.part_lines(["2024-01-01", "2024-02-01"], {"product": [40.0, 50.0], "team": [float("nan"), 30.0]})
    rows = layer_rows(spec, 0)
    assert [(row["part"], row["score"]) for row in rows] == [("product", 40.0), ("product", 50.0), ("team", 30.0)]
    assert [row["group"] for row in layer_rows(spec, 1)] == ["product", "team"]
    assert "<svg" in charts.to_svg(spec)
