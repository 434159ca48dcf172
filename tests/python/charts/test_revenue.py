"""Movements, the roll-forward and retention: what is drawn equals the numbers."""

from __future__ import annotations

from collections import defaultdict

import pytest

from chart_samples import MOVES, PERIODS, layer_rows
from sojourn import charts

pytest.importorskip("vl_convert")


def test_movement_bars_are_as_high_as_the_numbers() -> None:
    spec = charts.mrr_movements(PERIODS, MOVES)
    heights: dict[tuple[str, str], float] = {}
    for row in layer_rows(spec, 0):
        heights[row["period"], row["movement"]] = row["to"] - row["from"]
    for name, sign in (("new", 1), ("reactivation", 1), ("expansion", 1), ("contraction", -1), ("churn", -1)):
        for period, amount in zip(PERIODS, MOVES[name], strict=True):
            assert heights[period, name.capitalize()] == pytest.approx(sign * amount)


def test_retention_lines_are_where_the_numbers_are_and_named_at_their_ends() -> None:
    rates = {"nrr": [(1.1, 1.0, 1.2), (1.05, 0.9, 1.2)], "logo_retention": [None, (0.8, 0.7, 0.9)]}
    spec = charts.retention_over_time(["2024-01", "2024-02"], rates, window=3)
    lines = [(row["rate"], row["period"], row["kept"]) for row in layer_rows(spec, 2)]
    assert lines == [
        ("NRR", "2024-01", pytest.approx(110)),
        ("NRR", "2024-02", pytest.approx(105)),
        ("Customers", "2024-02", pytest.approx(80)),
    ]
    assert [row["rate"] for row in layer_rows(spec, 3)] == ["NRR", "Customers"]
    assert "3 months" in spec["title"]["text"]


def test_movement_bars_stack_without_gap_or_overlap() -> None:
    stacks: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
    for row in layer_rows(charts.mrr_movements(PERIODS, MOVES), 0):
        low, high = sorted((row["from"], row["to"]))
        if high > low:
            stacks[row["period"], row["to"] < row["from"]].append((low, high))
    for parts in stacks.values():
        parts.sort()
        assert all(a[1] == pytest.approx(b[0]) for a, b in zip(parts, parts[1:], strict=False))
        assert min(abs(parts[0][0]), abs(parts[-1][1])) == 0


def test_waterfall_ends_where_it_must() -> None:
    totals = {name: sum(values) for name, values in MOVES.items()}
    rows = layer_rows(charts.mrr_waterfall(100.0, totals, 105.0, opening_label="a", closing_label="b"), 1)
    assert rows[-2]["to"] == pytest.approx(100 + 30 + 3 + 12 - 3 - 37) == pytest.approx(rows[-1]["to"])
    assert [row["key"] for row in rows] == ["Opening", "New", "Reactivation", "Expansion", "Contraction", "Churn", "Closing"]


def test_waterfall_unit_is_in_the_title() -> None:
    large = {"new": 5e6}
    spec = charts.mrr_waterfall(20e6, large, 25e6, opening_label="a", closing_label="b", currency="EUR")
    assert spec["title"]["text"].endswith("EUR millions")
    assert layer_rows(spec, 1)[0]["to"] == 20.0
