"""Scorecards from Python: frames in, scores with their parts out, every mistake told."""

from __future__ import annotations

import copy
import datetime
import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj

ROOT = Path(__file__).resolve().parents[3]
CARD: dict[str, Any] = {
    "sojourn": 1,
    "card": "two",
    "min_coverage": 0.5,
    "signals": {
        "usage": {"norm": {"ramp": [0, 10]}},
        "mood": {"norm": {"map": {"good": 1, "fair": 0.6, "poor": 0}}},
    },
    "tree": {"mean": [[3, "usage"], [1, "mood"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75, "up": 3, "down": 3},
}
TABLE = {
    "account_id": ["a", "b", "c", "d"],
    "usage": [10.0, 5.0, None, 2.0],
    "mood": ["good", "poor", "fair", "great"],
    "owner": ["ann", "ann", "bob", None],
    "mrr": [100, 200, 300, 400],
}


@pytest.fixture
def card() -> sj.Scorecard:
    return sj.Scorecard.from_json(CARD)


def close(actual: Any, expected: list[float | None]) -> None:
    assert [None if value != value else pytest.approx(value, rel=1e-12) for value in actual] == expected


def test_scores_tiers_and_reasons(card: sj.Scorecard) -> None:
    result = card.score(TABLE, as_of="2024-12-31")
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


def test_parts_add_to_the_score_bit_for_bit(card: sj.Scorecard) -> None:
    result = card.score(TABLE)
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


def test_frames_of_every_kind_give_the_same_scores(card: sj.Scorecard) -> None:
    np, pd, pl, pa = (pytest.importorskip(name) for name in ("numpy", "pandas", "polars", "pyarrow"))
    expected = card.score(TABLE).table()["score"].to_list()
    categorical = pd.DataFrame(TABLE).astype({"mood": "category"})
    for frame in (pd.DataFrame(TABLE), categorical, pl.DataFrame(TABLE), pa.table(TABLE)):
        scores = card.score(frame).table()["score"].to_list()
        assert np.array_equal(scores, expected, equal_nan=True)
    table = card.score(pl.DataFrame(TABLE)).table()
    assert table.to_polars()["tier"].to_list() == ["green", "red", "unknown", "red"]
    assert table.to_pandas().shape == (4, 10)


@pytest.mark.parametrize("values", [[0, 5, 10], [0.0, 5.0, 10.0]])
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "float32", "float64"])
def test_numbers_of_any_width(values: list[float], dtype: str) -> None:
    np = pytest.importorskip("numpy")
    one = {**CARD, "signals": {"usage": CARD["signals"]["usage"]}, "tree": {"mean": [[1, "usage"]]}}
    result = sj.Scorecard.from_json(one).score({"usage": np.array(values, dtype=dtype)}, account=None)
    assert result.table()["score"].to_list() == [0.0, 50.0, 100.0]
    assert result.table()["account"].to_list() == [0, 1, 2]


def test_the_previous_cycle_by_account(card: sj.Scorecard) -> None:
    first = card.score({"account_id": ["a", "b", "x"], "usage": [8, 5, 1], "mood": ["fair", "fair", "poor"]})
    close(first.table()["score"], [75.0, 52.5, 7.5])
    now = {"account_id": ["b", "a", "new"], "usage": [4.4, 7.8, 10], "mood": ["fair", "fair", "good"]}
    for previous in (first, first.table(), first.table().to_pandas()):
        table = card.score(now, previous=previous).table()
        assert table["prev_tier"].to_list() == ["yellow", "green", None]
        assert table["tier"].to_list() == ["yellow", "green", "green"]  # both within 3 points of their tier
        close(table["delta"], [-4.5, -1.5, None])
    moves = sj.transitions(first, card.score(now, previous=first))
    assert moves.columns == ["previous", "red", "yellow", "green", "unknown", "lost"]
    rows = {row["previous"]: row for row in moves.to_dicts()}
    assert rows["red"]["lost"] == 1
    assert rows["new"]["green"] == 1
    assert rows["green"]["green"] == 1
    assert (moves.both, moves.upgrades, moves.downgrades, moves.net) == (2, 0, 0, 0)
    assert moves.staying.value == 1
    other = copy.deepcopy(CARD)
    other["tiers"] = {"low": 0, "high": 50}
    changed = sj.Scorecard.from_json(other).score(now, previous=first).table()
    assert changed["flags"].to_list() == ["card_changed", "card_changed", ""]
    twice = {"account": ["a", "a"], "score": [1.0, 2.0], "tier": ["red", "red"]}
    with pytest.raises(sj.DataError, match="occurs twice"):
        card.score(now, previous=twice)


def test_transitions_of_bare_tiers() -> None:
    moves = sj.transitions(list("GGGGYYYRR"), list("GGYRYGRRY"), tiers=["R", "Y", "G"])
    rows = {row.pop("previous"): row for row in moves.to_dicts()}
    assert [[rows[a][b] for b in "RYG"] for a in "RYG"] == [[1, 1, 0], [1, 1, 1], [1, 1, 2]]
    assert (moves.upgrades, moves.downgrades) == (2, 3)
    with pytest.raises(sj.DataError):
        sj.transitions(["R"], ["B"], tiers=["R"])
    with pytest.raises(sj.SchemaError):
        sj.transitions(["R"], ["R", "R"], tiers=["R"])


def test_distribution_and_state(card: sj.Scorecard) -> None:
    result = card.score(TABLE)
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
    head = card.score({name: values[:2] for name, values in TABLE.items()}).state
    tail = card.score({name: values[2:] for name, values in TABLE.items()}).state
    assert head + tail == whole
    assert whole - tail == head
    assert sj.health.HealthState.from_bytes(whole.to_bytes()) == whole
    assert card.distribution(head + tail).to_dicts()[0]["accounts"] == 2
    other = sj.Scorecard.template("engagement")
    with pytest.raises(sj.StateError):
        other.distribution(whole)
    with pytest.raises(sj.StateError):
        sj.health.HealthState.from_bytes(whole.to_bytes()[:-1])


def test_a_broken_card_tells_everything_at_once() -> None:
    broken = copy.deepcopy(CARD)
    broken["signals"]["usage"]["nrom"] = 1
    broken["signals"]["mood"]["norm"]["map"]["good"] = 7
    broken["tree"]["mean"][0] = [-3, "usge"]
    with pytest.raises(sj.CardError) as caught:
        sj.Scorecard.from_json(broken)
    found = {d["pointer"]: d for d in caught.value.diagnostics}
    assert found["/signals/usage/nrom"]["suggestion"] == 'did you mean "norm"?'
    assert "/signals/mood/norm/map/good" in found
    assert "negative" in found["/tree/mean/0/0"]["message"]
    assert found["/tree/mean/0/1"]["suggestion"] == 'did you mean "usage"?'
    assert isinstance(caught.value, sj.SchemaError)
    assert isinstance(caught.value, TypeError)
    assert sj.Scorecard.check(broken) == caught.value.diagnostics


@pytest.mark.parametrize("source", ["", "{", "[1]", "null\n", b"\xff{", '{"sojourn": NaN}', {"sojourn": float("nan")}])
def test_text_that_is_no_card(source: Any) -> None:
    with pytest.raises(sj.SchemaError):
        sj.Scorecard.from_json(source)


@pytest.mark.parametrize("source", [3, None, ["a"], {"sojourn": object()}, "no-such-file.json"])
def test_what_is_neither_text_nor_dict_nor_file(source: Any) -> None:
    with pytest.raises(sj.SchemaError):
        sj.Scorecard.from_json(source)


def test_round_trip_hash_file_and_pickle(card: sj.Scorecard, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(json.dumps(CARD, indent=2))
    for again in (
        sj.Scorecard.from_json(path),
        sj.Scorecard.from_json(str(path)),
        sj.Scorecard.from_json(card.to_json()),
        pickle.loads(pickle.dumps(card)),
    ):
        assert again == card
        assert again.hash == card.hash
        assert hash(again) == hash(card)
    assert len(card.hash) == 16
    assert card.signals == ["usage", "mood"]
    assert card.tiers == {"red": 0, "yellow": 50, "green": 75}
    assert "two" in repr(card)


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
        card.score(TABLE).distribution(by=["x"])


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


def test_templates_compile_and_score() -> None:
    assert sj.Scorecard.templates() == ["engagement", "handover", "mattermost", "onboarding", "posthog", "promt"]
    for name in sj.Scorecard.templates():
        card = sj.Scorecard.template(name)
        assert card.name == name
        assert card.warnings == [] or name == "mattermost"  # as published, its "set" rules also raise
        row = {column: [1.0] for column in card.inputs}
        assert 0 <= card.score(row, account=None).table()["score"][0] <= 100
    with pytest.raises(sj.SchemaError, match="engagement"):
        sj.Scorecard.template("engagment")


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


def test_plot_draws_and_shows_nothing(card: sj.Scorecard) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    ax = card.score(TABLE).plot()
    assert "1 without a score" in ax.get_xlabel()


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
