"""What a signal is worth: every normaliser, what is missing, what the cycle before said."""

from __future__ import annotations

import datetime
import json
import math
from typing import Any

import pytest

import sojourn as sj

CARD: dict[str, Any] = {
    "sojourn": 1,
    "signals": {"usage": {"norm": {"ramp": [0, 10]}}, "mood": {"norm": {"map": {"good": 1, "fair": 0.6, "poor": 0}}}},
    "tree": {"mean": [[3, "usage"], [1, "mood"]]},
}


def close(actual: Any, expected: list[float | None]) -> None:
    assert [None if value != value else pytest.approx(value, rel=1e-12) for value in actual] == expected


def test_the_signals_of_the_cycle_before_are_matched_by_account() -> None:
    """Whatever a card makes of them, they must fit: by key, or row for row where there is none."""
    card = sj.Scorecard.from_json(CARD)
    now = {"account_id": ["b", "new", "a"], "usage": [5.0, 1.0, 10.0], "mood": ["fair", "good", "poor"]}
    then = {"account_id": ["a", "gone", "b"], "usage": [8.0, 2.0, 4.0], "extra": [1, 2, 3]}
    plain = card.score(now).table()["score"].to_list()
    first = card.score({**then, "mood": ["good", "good", "poor"]})
    for before in (then, first, {"account_id": ["z"]}):
        result = card.score(now, previous_signals=before)
        assert result.table()["score"].to_list() == plain
        assert [sum(row) for row in zip(*(result.contributions()[name] for name in card.signals), strict=True)] == plain
    with pytest.raises(sj.SchemaError, match="account_id"):
        card.score(now, previous_signals={"usage": [1.0, 2.0, 3.0]})
    with pytest.raises(sj.SchemaError, match="name the account"):
        card.score(now, account=None, previous_signals={"usage": [1.0, 2.0]})
    with pytest.raises(sj.DataError, match="twice"):
        card.score(now, previous_signals={"account_id": ["a", "a"], "usage": [1.0, 2.0]})
    with pytest.raises(sj.SchemaError, match='previous column "usage" holds text'):
        card.score(now, previous_signals={"account_id": ["a"], "usage": ["many"]})


def test_days_of_the_cycle_before_keep_their_meaning() -> None:
    days = [datetime.date(2024, 12, 31), None]
    stale = {"norm": "identity", "observed_at": "seen", "stale": {"validity": 30}}
    card = sj.Scorecard.from_json({"sojourn": 1, "signals": {"x": stale}, "tree": {"mean": [[1, "x"]]}})
    now = {"account_id": ["a", "b"], "x": [50, 60], "seen": days}
    assert card.score(now, as_of="2024-12-31", previous_signals=now).table()["score"][0] == 50
    from sojourn._frames.columns import column
    from sojourn.health._previous_cycle import signals_before

    found = signals_before(["x", "seen", "none"], column(["b", "a"]), now, "account_id")
    assert sorted(found) == ["seen", "x"]
    close(found["seen"], [None, 20088.0])
    assert found["x"].to_list() == [60.0, 50.0]


def card_of(norm: Any, **more: Any) -> sj.Scorecard:
    return sj.Scorecard.from_json({"sojourn": 1, "signals": {"x": {"norm": norm, **more}}, "tree": {"mean": [[1, "x"]]}})


def scored(norm: Any, table: dict[str, list[Any]], **more: Any) -> list[float]:
    return card_of(norm, **more).score(table, account=None, as_of="2024-12-31").table()["score"].to_list()


NAN, INF = math.nan, math.inf
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
        row = card_of(norm, **more).score(table, account=None, as_of=DAY).counters().to_dicts()[0]
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
    card = card_of({"lookup2d": table})
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
        card_of({"lookup2d": table})


def test_values_are_carried_forward_at_their_age() -> None:
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "signals": {
                "x": {"norm": "identity", "missing": {"carry_forward": 30}, "observed_at": "seen"},
                "y": {"norm": {"change": [-1, 1]}},
            },
            "tree": {"mean": [[1, "x"], [1, "y"]]},
        }
    )
    first = {
        "account_id": ["a", "b", "c"],
        "x": [80, 80, 80],
        "y": [10, 10, 10],
        "seen": [DAY - datetime.timedelta(30), DAY - datetime.timedelta(31), None],
    }
    now = {"account_id": ["c", "b", "new", "a"], "x": [None] * 4, "y": [10, 10, 10, 20], "seen": [None] * 4}
    for before in ({"previous_signals": first}, {"previous": card.score(first, as_of="2024-12-30")}):
        result = card.score(now, as_of=DAY, **before)
        close(result.table()["score"], [50.0, 50.0, None, 90.0])
        close(result.table()["coverage"], [0.5, 0.5, 0.0, 1.0])
        assert result.table()["flags"].to_list()[3] == "imputed"
        assert {row["signal"]: row["carried"] for row in result.counters().to_dicts()} == {"x": 1, "y": 0}
        close(result.contributions()["x"], [0.0, 0.0, None, 40.0])
    with pytest.raises(sj.SchemaError, match="as_of"):
        card.score(now, previous_signals=first)


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
        ({"z": "mean"}, "accepted"),
        ({"z": ("ramp", "up")}, "accepted"),
        ({"z": 3}, "accepted"),
        ({}, "names no signal"),
    ):
        with pytest.raises(sj.SchemaError, match=why):
            card.fit_normalisers(table, wrong)
    with pytest.raises(sj.SchemaError, match="plan"):
        card.fit_normalisers({name: values for name, values in table.items() if name != "plan"})


def test_a_percentile_by_segment() -> None:
    card = card_of({"percentile": [0, 10], "segment": "plan", "by": {"gold": [100, 200]}})
    table = {"x": [150, 150, 150, 5], "plan": ["gold", "free", None, "gold"]}
    assert card.score(table, account=None).table()["score"].to_list() == [50, 100, 100, 0]
    fitted = card.fit_normalisers({"x": list(range(40)), "plan": ["gold"] * 10 + ["free"] * 30})
    norm = json.loads(fitted.to_json())["signals"]["x"]["norm"]
    assert norm["by"] == {"free": list(range(10, 40)), "gold": list(range(10))}


def test_a_percentile_of_one_value_and_a_card_of_no_rows() -> None:
    assert scored({"percentile": [4]}, {"x": [3, 4, 5]}) == [0, 50, 100]
    assert scored({"lookup2d": {"bands": [{}], "context": "y", "context_bands": [{}], "s": [[1]]}}, {"x": [], "y": []}) == []


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
