"""Normalisers fitted to data and frozen."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import sojourn as sj
from health_books import card_of_norm, close

NAN, INF = math.nan, math.inf


def scored(norm: Any, table: dict[str, list[Any]], **more: Any) -> list[float]:
    return card_of_norm(norm, **more).score(table, account=None, as_of="2024-12-31").table()["score"].to_list()


def test_fitted_parameters_are_frozen_in_a_new_card() -> None:
    rows = 101
    table = {
        "z": [float(n) for n in range(rows)],
        "r": [INF, None, *map(float, range(rows - 2))],
        "flat": [7] * rows,
        "mood": [None, *range(rows - 1)],
        "plan": (["gold"] * 50 + ["free"] * 51),
    }
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "min_coverage": 0,
            "signals": {
                "z": {"norm": {"zscore": [0, 1]}},
                "r": {"norm": {"ramp": [1, 0]}},
                "flat": {"norm": {"percentile": [1, 2]}},
                "mood": {"norm": "identity", "missing": {"impute": "segment_median", "segment": "plan"}},
            },
            "tree": {"mean": [[1, "z"], [1, "r"], [1, "flat"], [1, "mood"]]},
        }
    )
    assert [warning["pointer"] for warning in card.warnings] == ["/signals/mood/missing"]
    fitted = card.fit_normalisers(table)
    assert fitted.hash != card.hash
    assert card.fit_report is None
    assert fitted.fit_report is not None
    report = {row["signal"]: row for row in fitted.fit_report.to_dicts()}
    assert {name: (row["what"], row["status"], row["used"]) for name, row in report.items()} == {
        "z": ("zscore", "fitted", 101),
        "flat": ("percentile", "inactive", 101),
        "mood": ("impute", "fitted", 100),
    }
    assert fitted.fit_report.options["card_hash"] == fitted.hash
    spec = json.loads(fitted.to_json())["signals"]
    assert spec["z"]["norm"]["zscore"] == pytest.approx([50, math.sqrt(101 * 102 / 12)], rel=1e-12)
    assert spec["flat"]["inactive"] is True
    assert spec["mood"]["missing"] == {
        "impute": "segment_median",
        "segment": "plan",
        "value": 49.5,
        "by": {"free": 74, "gold": 24},
    }
    assert ["inactive" in warning["message"] for warning in fitted.warnings] == [True]
    one = {"z": [50], "r": [0], "flat": [7], "mood": [None], "plan": ["free"]}
    result = fitted.score(one, account=None).table()
    close(result["score"], [(50 + 100 + 74) / 3])
    close(result["coverage"], [2 / 3])
    ramp = card.fit_normalisers(table, {"r": "range", "z": ("ramp", "lower")}, quantiles=(0.1, 0.9))
    spec = json.loads(ramp.to_json())["signals"]
    assert spec["r"]["norm"] == {"ramp": [98, 0]}
    assert spec["z"]["norm"] == {"ramp": [90, 10]}
    assert json.loads(card.fit_normalisers(table, {"flat": "zscore"}, degenerate="neutral").to_json())["signals"]["flat"][
        "norm"
    ]["bins"]["s"] == [0.5]
    with pytest.raises(sj.DataError, match="no spread"):
        card.fit_normalisers(table, degenerate="error")
    few = {name: values[:10] for name, values in table.items()}
    with pytest.raises(sj.DataError, match="at least 20"):
        card.fit_normalisers(few)
    assert card.fit_normalisers(few, small="accept").fit_report is not None
    for wrong, why in (
        ({"nope": "zscore"}, "no signal"),
        ({"z": "mean"}, "is not one of ramp"),
        ({"z": ("ramp", "up")}, "is not one of higher"),
        ({"z": 3}, "accepted"),
        ({}, "names no signal"),
    ):
        with pytest.raises(sj.SchemaError, match=why):
            card.fit_normalisers(table, wrong)
    with pytest.raises(sj.SchemaError, match="plan"):
        card.fit_normalisers({name: values for name, values in table.items() if name != "plan"})


def test_a_percentile_by_segment() -> None:
    card = card_of_norm({"percentile": [0, 10], "segment": "plan", "by": {"gold": [100, 200]}})
    table = {"x": [150, 150, 150, 5], "plan": ["gold", "free", None, "gold"]}
    assert card.score(table, account=None).table()["score"].to_list() == [50, 100, 100, 0]
    fitted = card.fit_normalisers({"x": list(range(40)), "plan": ["gold"] * 10 + ["free"] * 30})
    norm = json.loads(fitted.to_json())["signals"]["x"]["norm"]
    assert norm["by"] == {"free": list(range(10, 40)), "gold": list(range(10))}


def test_a_percentile_of_one_value_and_a_card_of_no_rows() -> None:
    assert scored({"percentile": [4]}, {"x": [3, 4, 5]}) == [0, 50, 100]
    assert scored({"lookup2d": {"bands": [{}], "context": "y", "context_bands": [{}], "s": [[1]]}}, {"x": [], "y": []}) == []
