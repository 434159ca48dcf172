"""The scores of one cycle as data."""

from __future__ import annotations

import math

import pytest

import sojourn as sj
from health_books import MIXED_TABLE


def test_parts_add_to_the_score_bit_for_bit(card: sj.Scorecard) -> None:
    result = card.score(MIXED_TABLE)
    parts = result.contributions()
    assert parts.columns == ["account", "usage", "mood"]
    for usage, mood, score in zip(parts["usage"], parts["mood"], result.table()["score"], strict=True):
        assert usage + mood == score or math.isnan(score)
    lost = result.lost_points()
    assert lost["usage"][1] == pytest.approx(37.5)
    worst = result.drivers(top=1).to_dicts()
    assert [(row["account"], row["signal"], row["rank"]) for row in worst] == [("b", "usage", 1), ("d", "usage", 1)]
    with pytest.raises(sj.SchemaError):
        result.drivers(top=0)


def test_distribution_and_state(card: sj.Scorecard) -> None:
    result = card.score(MIXED_TABLE)
    rows = {row["tier"]: row for row in result.distribution(value="mrr").to_dicts()}
    assert [rows[tier]["accounts"] for tier in ("red", "yellow", "green", "unknown")] == [2, 0, 1, 1]
    assert rows["red"]["share"] == 0.5
    assert rows["red"]["value"] == 600
    assert rows["red"]["mean_score"] == pytest.approx(28.75)
    assert sum(row["share"] for row in rows.values()) == 1
    by_owner = result.distribution(by="owner", value="mrr").to_dicts()
    assert [(row["owner"], row["tier"]) for row in by_owner if row["accounts"]] == [
        ("ann", "red"),
        ("ann", "green"),
        ("bob", "unknown"),
        (None, "red"),
    ]
    assert result.mean_score().n == 3

    whole = result.state
    head = card.score({name: values[:2] for name, values in MIXED_TABLE.items()}).state
    tail = card.score({name: values[2:] for name, values in MIXED_TABLE.items()}).state
    assert head + tail == whole
    assert whole - tail == head
    assert sj.health.HealthState.from_bytes(whole.to_bytes()) == whole
    assert card.distribution(head + tail).to_dicts()[0]["accounts"] == 2
    other = sj.Scorecard.template("engagement")
    with pytest.raises(sj.StateError):
        other.distribution(whole)
    with pytest.raises(sj.StateError):
        sj.health.HealthState.from_bytes(whole.to_bytes()[:-1])


def test_plot_draws_and_shows_nothing(card: sj.Scorecard) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    ax = card.score(MIXED_TABLE).plot()
    assert "1 without a score" in ax.get_xlabel()
