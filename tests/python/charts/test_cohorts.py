"""The cohort triangle."""

from __future__ import annotations

import pytest

from chart_samples import layer_rows
from sojourn import charts

pytest.importorskip("vl_convert")


def test_what_is_not_known_yet_is_hatched_and_never_a_number() -> None:
    spec = charts.cohort_heat_map(["a", "b", "c"], [[1.0, 0.5, 0.25], [1.0, 0.0, None], [1.0]], sizes=[4, 4, 4])
    shown = {(row["cohort"], row["age"]): row["share"] for row in layer_rows(spec, 0)}
    assert shown == {("a", 0): 1.0, ("a", 1): 0.5, ("a", 2): 0.25, ("b", 0): 1.0, ("b", 1): 0.0, ("c", 0): 1.0}
    open_cells = [("b", 2), ("c", 1), ("c", 2)]
    assert [(row["cohort"], row["age"]) for row in layer_rows(spec, 1)] == open_cells
    assert [(row["cohort"], row["age"]) for row in layer_rows(spec, 2)] == open_cells
    assert "Hatched: not known yet." in spec["title"]["subtitle"]
    assert spec["layer"][0]["encoding"]["fillOpacity"]["scale"]["domain"] == [0, 1]
    whole = charts.cohort_heat_map(["a"], [[1.0, 0.5]], sizes=[4])
    assert "Hatched" not in whole["title"]["subtitle"] and not layer_rows(whole, 1)


def test_heat_of_money_tells_growth_apart() -> None:
    rows = layer_rows(charts.cohort_heat_map(["a"], [[1.0, 1.25, 1.6, 0.4]], sizes=[4], measure="mrr"), 0)
    assert [row["shade"] for row in rows] == [0.5, 0.75, 1.0, 0.0] and [row["text"] for row in rows] == [
        "100",
        "125",
        "160",
        "40",
    ]
