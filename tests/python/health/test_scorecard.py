"""Scorecards from Python: frames in, scores with their parts out, every mistake told."""

from __future__ import annotations

import datetime
import math
from pathlib import Path

import pytest

import sojourn as sj
from health_books import MIXED_CARD, MIXED_TABLE, close

ROOT = Path(__file__).resolve().parents[3]


def test_scores_tiers_and_reasons(card: sj.Scorecard) -> None:
    result = card.score(MIXED_TABLE, as_of="2024-12-31")
    table = result.table()
    assert table.columns == [
        "account",
        "score",
        "tier",
        "coverage",
        "stale_share",
        "delta",
        "prev_tier",
        "flags",
        "binding_rule",
        "card",
    ]
    assert table["account"].to_list() == ["a", "b", "c", "d"]
    close(table["score"], [100.0, 37.5, None, 20.0])
    assert table["tier"].to_list() == ["green", "red", "unknown", "red"]
    close(table["coverage"], [1.0, 1.0, 0.25, 0.75])
    assert table["flags"].to_list() == ["", "", "low_coverage", "irregular"]
    assert table["prev_tier"].to_list() == [None] * 4
    assert table["card"].to_list() == ["two"] * 4
    assert table.options == {"card": "two", "card_hash": card.hash, "as_of": "2024-12-31"}
    counted = {row["signal"]: row for row in result.counters().to_dicts()}
    assert counted["usage"]["missing"] == 1
    assert counted["mood"]["unknown"] == 1
    assert len(result) == 4
    assert "1 without a score" in repr(result)


def test_frames_of_every_kind_give_the_same_scores(card: sj.Scorecard) -> None:
    np, pd, pl, pa = (pytest.importorskip(name) for name in ("numpy", "pandas", "polars", "pyarrow"))
    expected = card.score(MIXED_TABLE).table()["score"].to_list()
    categorical = pd.DataFrame(MIXED_TABLE).astype({"mood": "category"})
    for frame in (pd.DataFrame(MIXED_TABLE), categorical, pl.DataFrame(MIXED_TABLE), pa.table(MIXED_TABLE)):
        scores = card.score(frame).table()["score"].to_list()
        assert np.array_equal(scores, expected, equal_nan=True)
    table = card.score(pl.DataFrame(MIXED_TABLE)).table()
    assert table.to_polars()["tier"].to_list() == ["green", "red", "unknown", "red"]
    assert table.to_pandas().shape == (4, 10)


@pytest.mark.parametrize("values", [[0, 5, 10], [0.0, 5.0, 10.0]])
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "float32", "float64"])
def test_numbers_of_any_width(values: list[float], dtype: str) -> None:
    np = pytest.importorskip("numpy")
    one = {**MIXED_CARD, "signals": {"usage": MIXED_CARD["signals"]["usage"]}, "tree": {"mean": [[1, "usage"]]}}
    result = sj.Scorecard.from_json(one).score({"usage": np.array(values, dtype=dtype)}, account=None)
    assert result.table()["score"].to_list() == [0.0, 50.0, 100.0]
    assert result.table()["account"].to_list() == [0, 1, 2]


def test_bad_columns(card: sj.Scorecard) -> None:
    with pytest.raises(sj.SchemaError, match="usage"):
        card.score({"account_id": ["a"], "usag": [1], "mood": ["good"]})
    with pytest.raises(sj.SchemaError, match="text"):
        card.score({"account_id": ["a"], "usage": ["five"], "mood": ["good"]})
    with pytest.raises(sj.SchemaError):
        card.score({"account_id": ["a"], "usage": [1, 2], "mood": ["good"]})
    with pytest.raises(sj.SchemaError):
        card.score({"account_id": ["a"], "usage": [1], "mood": ["good"]}, as_of="yesterday")
    with pytest.raises(sj.SchemaError):
        card.score(MIXED_TABLE).distribution(by=["x"])


def test_no_accounts_at_all(card: sj.Scorecard) -> None:
    np = pytest.importorskip("numpy")
    result = card.score({"account_id": np.array([], dtype="int64"), "usage": np.array([], dtype=float), "mood": []})
    assert len(result.table()) == 0
    assert len(result.drivers()) == 0
    assert math.isnan(result.distribution()["share"][0])
    assert result.mean_score().reason == "no observations"


def test_threads_change_no_bit(card: sj.Scorecard) -> None:
    np = pytest.importorskip("numpy")
    random = np.random.default_rng(5)
    usage = np.where(random.random(200_001) < 0.1, np.nan, random.uniform(-1, 12, 200_001))
    table = {"usage": usage, "mood": ["good", "poor", "fair"] * 66_667}
    runs = [np.asarray(card.score(table, account=None, threads=n).table()["score"]).tobytes() for n in (1, 2, 3, 8)]
    assert len(set(runs)) == 1


def test_the_example_card_separates_the_healthy_from_the_unhealthy() -> None:
    """On the made account set, whose truth is known, accounts that are bound to leave score lower."""
    card = sj.Scorecard.from_json(ROOT / "examples" / "data" / "card.json")
    assert card.warnings == []
    company = sj.datasets.acme(n=1500, seed=7)
    result = card.score(company.signals, as_of=company.as_of)
    truth = dict(zip(company.truth["account_id"], company.truth["churn_90d"], strict=True))
    table = result.table()
    risk: dict[str, list[float]] = {}
    for account, tier in zip(table["account"], table["tier"], strict=True):
        if truth[account] is not None:
            risk.setdefault(tier, []).append(truth[account])
    mean = {tier: sum(values) / len(values) for tier, values in risk.items()}
    assert mean["red"] > 1.5 * mean["green"]


def test_old_values_count_less() -> None:
    stale = {"norm": "identity", "observed_at": "seen", "stale": {"validity": 30, "to_neutral": {"half_life": 10}}}
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "min_coverage": 0,
            "signals": {"x": stale, "y": {"norm": "identity"}},
            "tree": {"mean": [[1, "x"], [1, "y"]]},
        }
    )
    assert card.inputs == ["x", "y", "seen"]
    days = [
        datetime.date(2024, 12, 31),
        datetime.date(2024, 12, 21),
        datetime.date(2024, 11, 30),
        None,
        datetime.date(2025, 1, 1),
    ]
    table = {"x": [100.0] * 5, "y": [50.0] * 5, "seen": days}
    result = card.score(table, account=None, as_of="2024-12-31")
    close(result.table()["score"], [75.0, 62.5, 50.0, 50.0, 75.0])
    close(result.table()["stale_share"], [0.0, 0.0, 0.5, 0.0, 0.0])
    counted = result.counters().to_dicts()[0]
    assert (counted["expired"], counted["undated"], counted["future"]) == (1, 1, 1)
    close(result.contributions()["x"], [50.0, 37.5, 0.0, 0.0, 50.0])
    with pytest.raises(sj.SchemaError, match="as_of"):
        card.score(table, account=None)


def test_days_since_the_last_event_and_frozen_references() -> None:
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "signals": {
                "last": {"norm": {"recency": {"half_life": 10}}},
                "seats": {"norm": {"percentile": [1, 5, 5, 20], "better": "lower"}},
            },
            "tree": {"mean": [[1, "last"], [1, "seats"]]},
        }
    )
    table = {"last": [datetime.date(2024, 12, 31), datetime.date(2024, 12, 21)], "seats": [5, 1]}
    result = card.score(table, account=None, as_of="2024-12-31")
    close(result.table()["score"], [75.0, 68.75])
    close(result.drivers(top=1)["lost"], [25.0, 25.0])


def test_rules_act_in_order_and_say_so() -> None:
    source = {
        "sojourn": 1,
        "min_coverage": 0,
        "signals": {"x": {"norm": "identity"}, "stage": {"norm": {"map": {"live": 1, "gone": 0}}}},
        "tree": {"mean": [[1, "x"], [0, "stage"]]},
        "rules": [
            {"id": "bonus", "if": "x > 80", "add": 15},
            {"id": "gone", "if": "stage == 'gone' and not missing(x)", "cap_tier": "red"},
            {"id": "test", "if": "x between 1 and 2", "exclude": True},
        ],
    }
    card = sj.Scorecard.from_json(source)
    result = card.score({"x": [90.0, 90.0, 1.5, 50.0, 50.0], "stage": ["live", "gone", "live", "live", None]}, account=None)
    table = result.table()
    close(table["score"], [100.0, 49.99, None, 50.0, 50.0])
    assert table["tier"].to_list() == ["green", "red", "unknown", "yellow", "yellow"]
    assert table["binding_rule"].to_list() == ["bonus", "gone", None, None, None]
    assert table["flags"].to_list() == ["adjusted", "adjusted", "excluded", "", "undecided_rule"]
    rules = result.rules()
    assert rules.columns == ["account", "raw", "score", "rule bonus", "rule gone", "rule test"]
    assert rules["rule bonus"].to_list() == [1, 1, 0, 0, 0]
    assert rules["rule test"].to_list() == [0, 0, 1, 0, 0]
    close(rules["raw"], [90.0, 90.0, 1.5, 50.0, 50.0])
    source["rules"][0]["if"] = "z > 80"
    with pytest.raises(sj.CardError, match="not declared"):
        sj.Scorecard.from_json(source)
