"""Every normaliser by hand, and what is counted about odd values."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

import sojourn as sj
from health_books import card_of_norm, close

NAN, INF = math.nan, math.inf


def scored(norm: Any, table: dict[str, list[Any]], **more: Any) -> list[float]:
    return card_of_norm(norm, **more).score(table, account=None, as_of="2024-12-31").table()["score"].to_list()


DAY = datetime.date(2024, 12, 31)


@pytest.mark.parametrize(
    ("norm", "values", "expected"),
    [
        ("identity", [50, 150, -5, INF, None], [50, 100, 0, NAN, NAN]),
        ({"ramp": [7, 30]}, [18, 5, 30, 35, INF, -INF], [100 * 11 / 23, 0, 100, 100, 100, 0]),
        ({"ramp": [10, 0]}, [1, -1, 11], [90, 100, 0]),
        ({"ramp": [0, 10], "outside": "ignore"}, [5, 11, -1], [50, NAN, NAN]),
        ({"piecewise": [[0, 0.5], [1, 1], [2, 1], [5, 0.25]]}, [0, 0.5, 2, 3.5, 9, -INF], [50, 75, 100, 62.5, 25, 50]),
        ({"bins": {"edges": [50, 80], "s": [0, 0.5, 1]}}, [49.9, 50, 79.9, 80, INF], [0, 50, 50, 100, 100]),
        ({"bins": {"edges": [50, 80], "s": [0, 0.5, 1], "closed": "right"}}, [50, 80, 80.1], [0, 50, 100]),
        ({"bins": {"edges": [0, 5, 9], "s": [1, None], "allow_gap": True}}, [0, 5, -1, 10], [100, NAN, NAN, NAN]),
        ({"map": {"good": 1, "fair": 0.6}}, ["good", "fair", "odd", None], [100, 60, NAN, NAN]),
        ("bool", [True, False, None], [100, 0, NAN]),
        ({"bool": {"false": 1, "true": 0.2}}, [1, 0, 2], [20, 100, NAN]),
        ({"target": [40, 60, 10]}, [50, 35, 65, 30, INF], [100, 50, 50, 0, NAN]),
        ({"logistic": [10, 0.5]}, [10, 12, INF, -INF], [50, 100 / (1 + math.exp(-1)), 100, 0]),
        ({"log_ramp": [0, 9]}, [0, 9, 99, -1], [0, 100, 100, NAN]),
        ({"log_ramp": [-10, 10], "scale": "asinh"}, [-10, 0, 10], [0, 50, 100]),
        ({"saturating": 6}, [6, 0, -3, 18, INF], [50, 0, 0, 75, NAN]),
        ({"saturating": 6, "curve": "exponential"}, [6, 12, -3], [50, 75, 0]),
        (
            {"recency": {"half_life": 10, "grace": 5}},
            [DAY, DAY - datetime.timedelta(15), DAY + datetime.timedelta(9)],
            [100, 50, 100],
        ),
        ({"zscore": [10, 2]}, [10, 12, INF], [50, 84.1344746068543, NAN]),
        ({"robust_z": [6, 1], "better": "lower"}, [6, 6 + 1 / 0.6745], [50, 15.865525393145708]),
        ({"percentile": [10, 20, 20, 40]}, [10, 20, 40, INF, -INF], [12.5, 50, 87.5, 100, 0]),
    ],
)
def test_every_normaliser_of_one_column(norm: Any, values: list[Any], expected: list[float]) -> None:
    close(scored(norm, {"x": values}), [None if s != s else s for s in expected])


@pytest.mark.parametrize(
    ("norm", "x", "y", "expected"),
    [
        (
            {"change": [-0.5, 0], "from": "y"},
            [50, 75, 200, 0, 3, None, 40, INF],
            [100, 100, 100, 0, 0, 1, None, 1],
            [0, 50, 100, 100, 100, NAN, NAN, NAN],
        ),
        ({"change": [0, 1], "from": "y", "floor": 10}, [5, 15], [0, -10], [50, 100]),
        ({"ratio": [0, 0.8], "denominator": "y"}, [40, 5, 5, 5, 0], [100, 0, None, -1, 10], [50, NAN, NAN, NAN, 0]),
        (
            {
                "lookup2d": {
                    "bands": [{"below": 10}, {"from": 10}],
                    "context": "y",
                    "context_bands": [{"from": 0, "to": 1}, {"above": 1}],
                    "s": [[0, 0.25], [1, None]],
                }
            },
            [9, 9, 10, 10, 10, None],
            [0, 2, 1, 2, -1, 1],
            [0, 25, 100, NAN, NAN, NAN],
        ),
    ],
)
def test_every_normaliser_of_two_columns(norm: Any, x: list[Any], y: list[Any], expected: list[float]) -> None:
    close(scored(norm, {"x": x, "y": y}), [None if s != s else s for s in expected])


def test_what_is_odd_is_counted() -> None:
    def counted(norm: Any, table: dict[str, list[Any]], **more: Any) -> dict[str, int]:
        row = card_of_norm(norm, **more).score(table, account=None, as_of=DAY).counters().to_dicts()[0]
        return {name: n for name, n in row.items() if n and name != "signal"}

    assert counted("identity", {"x": [INF, None, NAN, 5.0]}) == {"missing": 2, "nonfinite": 1}
    assert counted({"ratio": [0, 1], "denominator": "y"}, {"x": [1, 1, 1], "y": [0, None, -1]}) == {
        "missing": 2,
        "out_of_domain": 1,
    }
    assert counted({"map": {"a": 1}}, {"x": ["a", "b", None]}) == {"unknown": 1, "missing": 1}
    assert counted({"bins": {"edges": [1], "s": [0, None], "allow_gap": True}}, {"x": [0, 5]}) == {"unknown": 1}
    assert counted({"saturating": 5}, {"x": [-1, 1]}) == {"out_of_domain": 1}
    assert counted("identity", {"x": [-1, 1, 101]}, valid=[0, 100]) == {"invalid": 2}
    assert counted({"recency": {"half_life": 5}}, {"x": [DAY + datetime.timedelta(1)]}) == {"future": 1}


def test_h30_gaps_of_the_published_table_are_reported() -> None:
    table = {
        "bands": [{"below": 10}, {"from": 10, "to": 50}, {"from": 51, "to": 75}, {"above": 75}],
        "context": "tenure",
        "context_bands": [{"from": 2, "below": 6}, {"above": 6, "below": 9}, {"above": 9}],
        "s": [[0, 0, 0], [0.5, 0, 0], [1, 0.5, 0], [1, 1, 1]],
    }
    card = card_of_norm({"lookup2d": table})
    found = (
        card.score({"x": [9, 30, 30, 60, 60, 60, 76], "tenure": [12, 3, 7, 3, 7, 10, 10]}, account=None)
        .table()["tier"]
        .to_list()
    )
    assert found == ["red", "yellow", "red", "green", "yellow", "red", "green"]
    said = " | ".join(warning["message"] for warning in card.warnings)
    for gap in ("above 50 and below 51", "below 2", "exactly 6", "exactly 9"):
        assert gap in said
    assert all(
        warning["level"] == "warning" and warning["pointer"].startswith("/signals/x/norm/lookup2d/")
        for warning in card.warnings
    )
    table["context_bands"] = [{"from": 2, "to": 6}, {"from": 6, "below": 9}, {"above": 9}]
    with pytest.raises(sj.CardError, match="6 is in both"):
        card_of_norm({"lookup2d": table})


@pytest.mark.parametrize(
    ("signal", "pointer", "hint"),
    [
        ({"norm": {"change": [0, 1], "form": "y"}}, "/signals/x/norm/form", "from"),
        ({"norm": {"ratio": [0, 1]}}, "/signals/x/norm", ""),
        ({"norm": {"bins": {"edges": [1], "s": [None, 1]}}}, "/signals/x/norm/bins/s/0", "allow_gap"),
        ({"norm": {"bins": {"edges": [2, 1], "s": [0, 1, 0]}}}, "/signals/x/norm/bins/edges/1", ""),
        ({"norm": {"target": [1, 2, 0]}}, "/signals/x/norm/target/2", ""),
        ({"norm": {"ramp": [5, 5]}}, "/signals/x/norm/ramp", ""),
        ({"norm": "identity", "missing": {"carry_foward": 3}}, "/signals/x/missing/carry_foward", "carry_forward"),
        ({"norm": "identity", "missing": {"impute": "meadian"}}, "/signals/x/missing/impute", "median"),
        ({"norm": "bool", "missing": {"impute": "median", "value": 1}}, "/signals/x/missing", "neutral"),
    ],
)
def test_every_mistake_of_a_signal_has_its_place(signal: dict[str, Any], pointer: str, hint: str) -> None:
    found = sj.Scorecard.check({"sojourn": 1, "signals": {"x": signal}, "tree": {"mean": [[1, "x"]]}})
    assert any(d["pointer"] == pointer and d["level"] == "error" and hint in d["suggestion"] for d in found), found
