"""Groups that are no means, cycles with a memory, what changed, what if, and the way to a better tier: from Python."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

import sojourn as sj


def card_of(tree: dict[str, Any], *names: str, **more: Any) -> sj.Scorecard:
    signals = {name: {"norm": "identity"} for name in names}
    return sj.Scorecard.from_json({"sojourn": 1, "min_coverage": 0, "signals": signals, "tree": tree, **more})


def one_score(tree: dict[str, Any], *values: float | None) -> float:
    names = ["a", "b", "c", "d"][: len(values)]
    card = card_of(tree, *names)
    return card.score(
        {name: [math.nan if v is None else v] for name, v in zip(names, values, strict=True)}, account=None
    ).table()["score"][0]


AB = [[1, "a"], [3, "b"]]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"mean": AB}, 50.0),
        ({"power": AB, "p": 2}, 100 * math.sqrt((0.64 + 3 * 0.16) / 4)),
        ({"geometric": AB}, 100 * 0.8**0.25 * 0.4**0.75),
        ({"harmonic": AB}, 100 / ((1 / 0.8 + 3 / 0.4) / 4)),
        ({"min": AB}, 40.0),
        ({"max": AB}, 80.0),
        ({"worst_of": AB}, 40.0),
        ({"mean_min": AB, "a": 0.25}, 47.5),
        ({"best_n": AB, "n": 1}, 80.0),
        ({"points": [[10, "a"], [[-5, 5], "b"]], "base": 5, "low": 0, "high": 20}, 100 * (5 + 8 - 1) / 20),
    ],
)
def test_every_aggregator_and_its_parts(tree: dict[str, Any], expected: float) -> None:
    assert one_score(tree, 80, 40) == pytest.approx(expected, rel=1e-12)
    card = card_of(tree, "a", "b")
    result = card.score({"a": [80.0, 80.0, math.nan], "b": [40.0, math.nan, math.nan]}, account=None)
    table, parts = result.table(), result.contributions()
    assert math.isnan(table["score"][2])
    for row in range(2):
        assert sum(parts[name][row] for name in parts.columns[1:]) == pytest.approx(table["score"][row], rel=1e-12)
    assert ("(base)" in parts.columns) == ("points" in tree)
    assert sj.Scorecard.from_json(card.to_json()) == card
    assert "(base)" not in result.lost_points().columns


def test_h42_compensation_and_h09_worst_of() -> None:
    abcd = [[1, "a"], [1, "b"], [1, "c"], [1, "d"]]
    assert one_score({"mean": abcd}, 21, 1, 1, 1) == one_score({"mean": abcd}, 6, 6, 6, 6) == pytest.approx(6)
    assert one_score({"geometric": abcd}, 21, 1, 1, 1) == pytest.approx(2.1406951429, rel=1e-10)
    levels = {"good": 1, "average": 0.5, "poor": 0}
    card = sj.Scorecard.from_json(
        {"sojourn": 1, "min_coverage": 0, "signals": {n: {"norm": {"map": levels}} for n in "ab"}, "tree": {"worst_of": AB}}
    )
    table = {"a": ["good", "good", "good", "good", "average"], "b": ["good", "poor", "average", None, "poor"]}
    assert card.score(table, account=None).table()["score"].to_list() == [100.0, 0.0, 50.0, 100.0, 0.0]


@pytest.mark.parametrize(
    ("tree", "pointer"),
    [
        ({"geometric": AB, "floor": 0}, "/tree/floor"),
        ({"power": AB}, "/tree"),
        ({"power": AB, "p": -1, "floor": 0}, "/tree/floor"),
        ({"best_n": AB, "n": 0}, "/tree/n"),
        ({"mean_min": AB, "a": 2}, "/tree/a"),
        ({"points": [[[5, -5], "a"], [1, "b"]]}, "/tree/points/0/0"),
        ({"min": AB, "floor": 1}, "/tree/floor"),
        ({"min": [[-1, "a"], [1, "b"]]}, "/tree/min/0/0"),
        ({"min": [[0, "a"], [0, "b"]]}, "/tree"),
        ({"max": []}, "/tree"),
        ({"meen": AB}, "/tree"),
    ],
)
def test_groups_that_cannot_be(tree: dict[str, Any], pointer: str) -> None:
    with pytest.raises(sj.CardError) as caught:
        card_of(tree, "a", "b")
    assert pointer in [problem["pointer"] for problem in caught.value.diagnostics]


def scores(result: sj.HealthResult) -> list[float]:
    return result.table()["score"].to_list()


def test_h63_smoothing_by_days_through_results_and_stored_tables() -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    card = card_of({"mean": [[1, "x"]]}, "x", smoothing={"half_life_days": 30})
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
    card = card_of({"mean": [[1, "x"]]}, "x", tiers={"red": 0, "green": 50, "dwell": 2, "unknown": {"hold": 1}})
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
        card_of({"mean": [[1, "x"]]}, "x", **more)
    assert [problem["pointer"] for problem in caught.value.diagnostics] == [pointer]


def test_what_changed_adds_up_and_names_the_cause() -> None:
    card = card_of({"mean": [[3, "a"], [1, "b"]]}, "a", "b", rules=[{"id": "late", "if": "a > 89", "cap": 60}])
    before = card.score(
        {"account_id": ["p", "q", "gone", "r"], "a": [60.0, 50.0, 5.0, 90.0], "b": [math.nan, 50.0, 5.0, 80.0]}
    )
    now = card.score(
        {"account_id": ["q", "p", "fresh", "r"], "a": [51.0, 80.0, 70.0, math.nan], "b": [50.0, 40.0, 70.0, math.nan]}
    )
    delta = now.delta(before)
    assert delta.columns == ["account", "before", "now", "total", "value", "coverage", "rules", "model", "trend"]
    assert delta["account"].to_list() == ["q", "p", "fresh", "r", "gone"]
    assert delta["trend"].to_list() == ["flat", "up", "new", "unknown", "lost"]
    for row in delta.to_dicts():
        if row["total"] is not None and row["total"] == row["total"]:
            assert row["value"] + row["coverage"] + row["rules"] + row["model"] == pytest.approx(row["total"], abs=1e-12)
            assert row["now"] - row["before"] == row["total"]
    assert delta.values["a"][1] == pytest.approx((1 + 0.75) / 2 * 20)
    assert delta.coverages["b"][1] == pytest.approx(0.25 * (40 - 65))
    effects = delta.effects("p")
    assert effects["signal"].to_list() == ["a", "b"]
    assert delta.method == "exact"
    assert card.delta(before, now).to_dicts()[1] == delta.to_dicts()[1]
    assert now.delta(before, dead_band=0)["trend"][0] == "up"
    with pytest.raises(sj.DataError):
        delta.effects("nobody")


def test_a_new_card_is_told_from_new_behaviour() -> None:
    old = card_of({"mean": [[1, "a"], [1, "b"]]}, "a", "b")
    new = card_of({"mean": [[3, "a"], [1, "b"]]}, "a", "b")
    wider = card_of({"mean": [[3, "a"], [1, "b"], [1, "c"]]}, "a", "b", "c")
    before = old.score({"a": [40.0], "b": [80.0]}, account=None)
    told = new.score({"a": [50.0], "b": [80.0]}, account=None).delta(before)
    assert told["model"][0] == pytest.approx(-10)
    assert told["value"][0] == pytest.approx(7.5)
    assert told["total"][0] == pytest.approx(-2.5)
    blind = wider.score({"a": [50.0], "b": [80.0], "c": [10.0]}, account=None).delta(before)
    assert math.isnan(blind["model"][0]) and math.isnan(blind["value"][0])
    assert blind["total"][0] == pytest.approx((150 + 80 + 10) / 5 - 60)


def test_slopes_over_cycles() -> None:
    card = card_of({"mean": [[1, "x"]]}, "x")
    cycles = []
    for day, p, q in ((1, 10.0, 10.0), (11, 20.0, math.nan), (21, 90.0, 30.0), (31, 40.0, math.nan)):
        cycles.append(card.score({"account_id": ["p", "q"], "x": [p, q]}, as_of=datetime.date(2024, 1, day)))
    table = sj.score_slopes(cycles)
    assert table["slope"][0] == pytest.approx(16.0)
    assert math.isnan(table["slope"][1])
    assert table["scores"].to_list() == [4, 2]
    assert sj.score_slopes(cycles, method="theil_sen")["slope"][0] == pytest.approx(10.0)
    assert sj.score_slopes(cycles, method="theil_sen", by="day")["slope"][0] == pytest.approx(1.0)
    with pytest.raises(sj.SchemaError):
        sj.score_slopes(cycles, by="month")
    with pytest.raises(sj.SchemaError):
        sj.score_slopes([])


MIXED: dict[str, Any] = {
    "sojourn": 1,
    "min_coverage": 0,
    "signals": {
        "logins": {"norm": {"ramp": [0, 10]}},
        "mood": {"norm": {"map": {"good": 1, "fair": 0.6, "poor": 0}}},
        "csat": {"norm": "identity", "observed_at": "asked", "stale": {"validity": 30}},
    },
    "tree": {"mean": [[2, "logins"], [1, "mood"], [1, "csat"]]},
}
ACCOUNTS = {
    "account_id": ["p", "q", "r"],
    "logins": [2.0, 9.0, None],
    "mood": ["poor", "good", None],
    "csat": [40.0, 80.0, None],
    "asked": [datetime.date(2024, 5, 20), datetime.date(2024, 1, 1), None],
}


def test_what_if_one_account_or_all() -> None:
    card = sj.Scorecard.from_json(MIXED)
    result = card.score(ACCOUNTS, as_of="2024-06-01")
    assert scores(result)[0] == pytest.approx(20.0)
    one = result.what_if("p", logins=8, mood="good")
    assert scores(one) == [pytest.approx(75.0)]
    assert one.delta(result)["total"][0] == pytest.approx(55.0)
    assert scores(result.what_if(["q", "p"], csat=60.0))[0] == pytest.approx((2 * 90 + 100 + 60) / 4)  # asked today
    everyone = result.what_if(logins=[10, 10, 10])
    assert scores(everyone)[2] == pytest.approx(100.0)
    assert scores(result.what_if("p", logins=None))[0] == pytest.approx(20.0)
    with pytest.raises(sj.SchemaError, match="login"):
        result.what_if("p", login=3)
    with pytest.raises(sj.DataError):
        result.what_if("nobody", logins=3)


def test_the_way_to_a_better_tier() -> None:
    card = sj.Scorecard.from_json(MIXED)
    result = card.score(ACCOUNTS, as_of="2024-06-01")
    ways = result.path_to()
    rows = {row["account"]: row for row in ways.to_dicts()}
    assert [rows[key]["status"] for key in "pqr"] == ["reached", "already_there", "no_score"]
    assert rows["p"]["wanted"] == "yellow" and rows["p"]["method"] == "exact"
    assert rows["p"]["score_then"] == pytest.approx(50.0, abs=1e-8)
    (step,) = ways.steps.to_dicts()
    assert (step["account"], step["signal"]) == ("p", "logins")
    assert step["value"] == pytest.approx(8.0)
    assert scores(result.what_if("p", logins=step["value"]))[0] == pytest.approx(50.0)
    green = result.path_to("green", accounts="p", goal="cheapest", costs={"logins": 100}, limits={"csat": 0.4})
    assert green["status"].to_list() == ["reached"]
    assert [row["label"] or row["signal"] for row in green.steps.to_dicts()] == ["logins", "good"] or [
        row["label"] or row["signal"] for row in green.steps.to_dicts()
    ] == ["good", "logins"]
    assert result.path_to("green", accounts=["p"], limits={"logins": 0.2, "csat": 0.4})["status"].to_list() == [
        "out_of_reach"
    ]
    with pytest.raises(sj.SchemaError, match="gold"):
        result.path_to("gold")
    with pytest.raises(sj.SchemaError):
        result.path_to(goal="nicest")
    with pytest.raises(sj.SchemaError, match="logns"):
        result.path_to(costs={"logns": 1})


def test_the_picture_of_a_change() -> None:
    card = sj.Scorecard.from_json(MIXED)
    before = card.score(ACCOUNTS, as_of="2024-06-01")
    now = card.score({**ACCOUNTS, "logins": [8.0, 9.0, None]}, as_of="2024-06-05")
    delta = now.delta(before)
    spec = delta.waterfall("p")
    texts = [row["text"] for row in spec["layer"][1]["data"]["values"]]
    assert texts == ["20.0", "+30.0", "50.0"]
    assert delta.waterfall()["title"]["text"].startswith("The mean")
    with pytest.raises(sj.SchemaError):
        delta.waterfall("r")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert "2 accounts" in delta.plot().get_xlabel()


def test_no_accounts_at_all() -> None:
    np = pytest.importorskip("numpy")
    card = card_of({"geometric": AB}, "a", "b", smoothing={"lambda": 0.5})
    empty = {"account_id": np.array([], dtype="int64"), "a": np.array([], dtype=float), "b": np.array([], dtype=float)}
    first = card.score(empty)
    second = card.score(empty, previous=first)
    assert len(second.table()) == len(second.delta(first)) == len(second.cycle()) == len(second.path_to()) == 0
