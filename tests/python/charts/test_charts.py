"""Pictures: what is drawn equals the numbers, and what a user typed stays text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from typing import Any

import pytest

from sojourn import charts
from sojourn.charts.lifetime import Curve
from sojourn.charts.style import DARK, LIGHT, spread
from sojourn.charts.surveys import NpsRow, RateRow

pytest.importorskip("vl_convert")
EVIL = '"><img src=x onerror=alert(1)></script>'
PERIODS = ["2024-01", "2024-02", "2024-03"]
MOVES = {
    "new": [10.0, 20.0, 0.0],
    "reactivation": [1.0, 0.0, 2.0],
    "expansion": [3.0, 4.0, 5.0],
    "contraction": [2.0, 1.0, 0.0],
    "churn": [6.0, 30.0, 1.0],
}


def curve(name: str, last: float = 0.4) -> Curve:
    return Curve(
        name=name,
        time=[1, 2, 5],
        survival=[0.9, 0.7, last],
        low=[0.8, 0.5, 0.2],
        high=[0.95, 0.8, 0.6],
        at_risk=[100, 60, 20],
        censored=[0, 5, 3],
    )


def every_picture() -> dict[str, charts.Spec]:
    return {
        "movements": charts.mrr_movements(PERIODS, MOVES, currency=EVIL),
        "waterfall": charts.mrr_waterfall(
            100.0, {name: sum(v) for name, v in MOVES.items()}, 104.0, opening_label=EVIL, closing_label="2024-03"
        ),
        "kept": charts.retention_over_time(
            [EVIL, "b"], {"nrr": [(1.1, 1.0, 1.3), None], "grr": [(0.9, float("nan"), float("nan")), (0.8, 0.7, 0.9)]}
        ),
        "cohorts": charts.cohort_heat_map([EVIL, "b"], [[1.0, 0.5], [1.0, None]], sizes=[10, 20]),
        "survival": charts.survival_curve([curve(EVIL), curve("b", 0.5)]),
        "decay": charts.decay_curve([1.0, 0.8], [1.0, 0.8, 0.7], low=[1.0, 0.7, 0.6], high=[1.0, 0.9, 0.8], family=EVIL),
        "index": charts.mrr_index_curves([0.01, 0.1], [[1.0, 0.99], [1.0, 0.9]], own=0.1),
        "scores": charts.score_histogram([10.0, 50.0, 99.0, float("nan")], thresholds=[42, 70], tiers=[EVIL, "mid", "top"]),
        "tiers": charts.tier_bar([EVIL, "mid", "top"], [1, 5, 9], unknown=2),
        "nps": charts.nps_bars(
            [NpsRow(segment=EVIL, promoters=0.5, passives=0.3, detractors=0.2, nps=30, low=20, high=40, n=99)]
        ),
        "csat": charts.csat_dots([RateRow(segment=EVIL, rate=0.8, low=0.7, high=0.9, n=50)]),
    }


def layer_rows(spec: charts.Spec, index: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["layer"][index]["data"]["values"]
    return rows


@pytest.mark.parametrize("name", every_picture())
def test_every_picture_is_a_safe_svg(name: str) -> None:
    spec = every_picture()[name]
    json.dumps(spec, allow_nan=False)
    root = ElementTree.fromstring(charts.to_svg(spec))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {
        "svg",
        "g",
        "path",
        "rect",
        "line",
        "circle",
        "text",
        "tspan",
        "defs",
        "clipPath",
        "linearGradient",
        "stop",
        "title",
    }
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on") and "href" not in attribute, attribute
            assert "javascript:" not in value and "http" not in value


@pytest.mark.parametrize("name", every_picture())
def test_no_colour_escapes_the_page(name: str) -> None:
    """Every colour is a CSS variable, so that dark mode and print reach all of it."""
    svg = charts.to_svg(every_picture()[name])
    for colour in re.findall(r'(?:fill|stroke)="([^"]+)"', svg):
        assert colour.startswith("var(--sj-") or colour in ("none", "transparent") or colour.startswith("url("), colour


def test_palettes_have_the_same_names_and_distinct_light_values() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)


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


def test_a_rate_of_money_may_pass_the_hundred() -> None:
    spec = charts.rate_dots([RateRow(segment="net", rate=1.07, low=0.96, high=1.18, n=9)], title="t")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 125]
    spec = charts.rate_dots([RateRow(segment="logo", rate=0.9, low=0.8, high=1.0, n=9)], title="t")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 100]


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


def test_nps_parts_fill_the_bar() -> None:
    row = NpsRow(segment="a", promoters=0.5, passives=0.3, detractors=0.2, nps=30, low=20, high=40, n=99)
    parts = charts.nps_bars([row])["hconcat"][0]["layer"][0]["data"]["values"]
    assert [p["share"] for p in parts] == [20, 30, 50] and parts[-1]["to"] == 100


def test_long_names_that_begin_alike_keep_their_own_rows() -> None:
    rows = [RateRow(segment="A very long segment name " + end, rate=0.5, low=0.4, high=0.6, n=9) for end in ("one", "two")]
    dots = layer_rows(charts.csat_dots(rows), 1)
    assert len({dot["segment"] for dot in dots}) == 2


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    placed = spread([50, 50, 51, 90], 10)
    assert placed[:3] == pytest.approx([50.33 - 10, 50.33, 50.33 + 10], abs=0.01) and placed[3] == 90
    assert spread([], 5) == []
