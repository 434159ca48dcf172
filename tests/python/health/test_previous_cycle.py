"""What the previous cycle knew: scores, signals and the memory of a card."""

from __future__ import annotations

import copy
import datetime
import math
from typing import Any

import pytest

import sojourn as sj
from health_books import MIXED_CARD, card_of_tree, close, scores

NAN, INF = math.nan, math.inf

CARD: dict[str, Any] = {
    "sojourn": 1,
    "signals": {"usage": {"norm": {"ramp": [0, 10]}}, "mood": {"norm": {"map": {"good": 1, "fair": 0.6, "poor": 0}}}},
    "tree": {"mean": [[3, "usage"], [1, "mood"]]},
}


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


DAY = datetime.date(2024, 12, 31)


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
    other = copy.deepcopy(MIXED_CARD)
    other["tiers"] = {"low": 0, "high": 50}
    changed = sj.Scorecard.from_json(other).score(now, previous=first).table()
    assert changed["flags"].to_list() == ["card_changed", "card_changed", ""]
    twice = {"account": ["a", "a"], "score": [1.0, 2.0], "tier": ["red", "red"]}
    with pytest.raises(sj.DataError, match="occurs twice"):
        card.score(now, previous=twice)


def test_h63_smoothing_by_days_through_results_and_stored_tables() -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    card = card_of_tree({"mean": [[1, "x"]]}, "x", smoothing={"half_life_days": 30})
    first = card.score({"account_id": ["p", "q"], "x": [80.0, 10.0]}, as_of="2024-01-01")
    now = {"account_id": ["new", "p"], "x": [20.0, 50.0]}
    cycle = first.cycle()
    assert cycle.columns == ["account", "score", "tier", "smoothed", "candidate", "held", "gap", "scored_on", "as_of"]
    assert cycle["as_of"][0] == datetime.date(2024, 1, 1)
    for previous in (first, cycle, cycle.to_pandas(), cycle.to_polars()):
        second = card.score(now, as_of="2024-01-16", previous=previous)
        assert scores(second) == [20.0, pytest.approx(71.21320343559643, rel=1e-14)]
        assert second.rules()["raw"].to_list() == [20.0, 50.0]
        assert second.not_later == 0
    again = card.score(now, as_of="2024-01-16", previous=second)
    assert scores(again) == scores(second)
    assert again.not_later == 2
    with pytest.raises(sj.SchemaError, match="cycle"):
        card.score(now, as_of="2024-01-16", previous={"account": ["p"], "score": [80.0], "tier": ["green"]})
    with pytest.raises(sj.SchemaError, match="as_of"):
        card.score(now)
    assert isinstance(pd.DataFrame(cycle.to_dicts()), pd.DataFrame) and pl is not None


def test_a_change_of_tier_must_hold_and_a_gap_may_be_bridged() -> None:
    card = card_of_tree({"mean": [[1, "x"]]}, "x", tiers={"red": 0, "green": 50, "dwell": 2, "unknown": {"hold": 1}})
    result, seen = None, []
    for value in (80.0, 20.0, 80.0, 20.0, 20.0, None, None):
        result = card.score({"x": [math.nan if value is None else value]}, account=None, previous=result)
        seen.append(result.table()["tier"][0])
    assert seen == ["green", "green", "green", "green", "red", "red", "unknown"]
    assert result is not None and result.state.unknown == 1


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"smoothing": {}}, "/smoothing"),
        ({"smoothing": {"lambda": 2}}, "/smoothing/lambda"),
        ({"smoothing": {"half_life_days": -1}}, "/smoothing/half_life_days"),
        ({"smoothing": {"lambda": 0.5, "max_gap": 0.5}}, "/smoothing/max_gap"),
        ({"tiers": {"red": 0, "dwell": 0}}, "/tiers/dwell"),
        ({"tiers": {"red": 0, "unknown": {"hold": 0}}}, "/tiers/unknown/hold"),
    ],
)
def test_memories_that_cannot_be(more: dict[str, Any], pointer: str) -> None:
    with pytest.raises(sj.CardError) as caught:
        card_of_tree({"mean": [[1, "x"]]}, "x", **more)
    assert [problem["pointer"] for problem in caught.value.diagnostics] == [pointer]
