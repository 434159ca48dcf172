"""The edge cases of scoring, a test a line: what happens is decided, and told."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

import sojourn as sj

NAN, INF = math.nan, math.inf


def card_of(signals: dict[str, Any], tree: Any, **more: Any) -> dict[str, Any]:
    return {"sojourn": 1, "card": "edge", "signals": signals, "tree": tree, **more}


PLAIN = {"a": {"norm": "identity"}, "b": {"norm": "identity"}}
PAIR = card_of(PLAIN, {"mean": [[1, "a"], [1, "b"]]})


def scored(card: dict[str, Any], table: dict[str, Any], **how: Any) -> sj.HealthResult:
    return sj.Scorecard.from_json(card).score(table, account=None, **how)


def row(result: sj.HealthResult, at: int = 0) -> dict[str, Any]:
    return result.table().to_dicts()[at]


def problems(card: dict[str, Any]) -> list[dict[str, str]]:
    return [found for found in sj.Scorecard.check(card) if found["level"] == "error"]


def refused(card: dict[str, Any], pointer: str, says: str) -> None:
    with pytest.raises(sj.CardError):
        sj.Scorecard.from_json(card)
    told = [(found["pointer"], found["message"] + " " + found["suggestion"]) for found in problems(card)]
    assert any(at == pointer and says in text for at, text in told), told


def test_all_signals_missing() -> None:
    result = scored(PAIR, {"a": [NAN], "b": [None]}, as_of="2025-01-01")
    found = row(result)
    assert math.isnan(found["score"]) and found["tier"] == "unknown" and found["coverage"] == 0
    assert {alert["rule"] for alert in result.alerts().to_dicts()} <= {"coverage_drop"}


def test_every_present_leaf_has_weight_0() -> None:
    card = card_of(PLAIN, {"mean": [[0, "a"], [1, "b"]]})
    found = row(scored(card, {"a": [80.0], "b": [NAN]}))
    assert math.isnan(found["score"]) and found["tier"] == "unknown" and found["coverage"] == 0


def test_group_weights_all_0() -> None:
    inner = {"id": "g", "mean": [[0, "a"], [0, "b"]]}
    three = {**PLAIN, "c": {"norm": "identity"}}
    refused(card_of(three, {"mean": [[1, inner], [1, "c"]]}), "/tree/mean/0/1", "weight")
    assert (
        row(scored(card_of(three, {"mean": [[0, inner], [1, "c"]]}), {"a": [1.0], "b": [1.0], "c": [40.0]}))["score"] == 40
    )


@pytest.mark.parametrize("weight", [-1, NAN, INF])
def test_weight_negative_nan_inf(weight: float) -> None:
    card = card_of(PLAIN, {"mean": [[weight, "a"], [1, "b"]]})
    if math.isfinite(weight):
        refused(card, "/tree/mean/0/0", "weight")
    else:  # JSON has no such number
        with pytest.raises((sj.CardError, sj.SchemaError, ValueError)):
            sj.Scorecard.from_json(card)


def test_nan_is_missing_and_counted() -> None:
    result = scored(PAIR, {"a": [NAN, 60.0], "b": [40.0, 40.0]})
    assert result.table()["score"].to_list() == [40, 50]
    assert result.counters().to_dicts()[0]["missing"] == 1


def test_infinities_are_the_ends_of_kinds_that_saturate_and_missing_elsewhere() -> None:
    kinds = {"a": {"norm": {"ramp": [0, 10]}}, "b": {"norm": {"log_ramp": [0, 10]}}}
    result = scored(card_of(kinds, {"mean": [[1, "a"], [1, "b"]]}), {"a": [INF, -INF, 5.0], "b": [0.0, 0.0, INF]})
    assert result.table()["score"].to_list() == [50, 0, 50]
    counters = result.counters().to_dicts()
    assert (counters[0]["nonfinite"], counters[1]["nonfinite"]) == (2, 1)


def test_a_column_constant_at_fit_is_inactive_and_one_constant_at_score_is_fine() -> None:
    card = sj.Scorecard.from_json(PAIR)
    table = {"a": [3.0] * 30, "b": [float(i) for i in range(30)]}
    fitted = card.fit_normalisers(table, {"a": "zscore", "b": "zscore"})
    assert [found["pointer"] for found in fitted.warnings] != []
    constant = fitted.score({"a": [3.0, 9.0], "b": [14.5, 14.5]}, account=None)
    assert constant.table()["score"].to_list() == [50, 50]
    assert constant.table()["coverage"].to_list() == [1, 1]


def test_no_accounts() -> None:
    result = scored(PAIR, {"a": [], "b": []})
    assert len(result) == 0 and len(result.table()) == 0
    assert sum(line["accounts"] for line in result.distribution().to_dicts()) == 0


def test_one_account() -> None:
    one = card_of({"a": {"norm": {"percentile": [7]}}}, {"mean": [[1, "a"]]})
    assert row(scored(one, {"a": [7.0]}))["score"] == 50
    with pytest.raises(sj.DataError, match="20"):
        sj.Scorecard.from_json(PAIR).fit_normalisers({"a": [1.0], "b": [2.0]}, {"a": "zscore"})


def test_duplicate_names() -> None:
    text = '{"sojourn": 1, "signals": {"a": {"norm": "identity"}, "a": {"norm": "identity"}}, "tree": {"mean": [[1, "a"]]}}'
    assert any("twice" in found["message"] for found in sj.Scorecard.check(text))
    group = {"id": "g", "mean": [[1, "a"]]}
    refused(
        card_of(PLAIN, {"mean": [[1, group], [1, {"id": "g", "mean": [[1, "b"]]}]]}), "/tree/mean/1/1/id", "/tree/mean/0/1"
    )
    rules = [{"id": "r", "if": "a > 1", "cap": 5}, {"id": "r", "if": "a > 2", "cap": 4}]
    refused({**PAIR, "rules": rules}, "/rules/1/id", "position 1")


def test_unknown_signal_in_the_tree_or_a_rule() -> None:
    refused(card_of({"logins": {"norm": "identity"}}, {"mean": [[1, "login"]]}), "/tree/mean/0/1", "logins")
    refused(
        {
            **card_of({"logins": {"norm": "identity"}}, {"mean": [[1, "logins"]]}),
            "rules": [{"id": "r", "if": "login > 1", "cap": 5}],
        },
        "/rules/0/if",
        "logins",
    )


def test_a_leaf_in_two_groups() -> None:
    refused(
        card_of(PLAIN, {"mean": [[1, {"id": "g", "mean": [[1, "a"]]}], [1, "a"], [1, "b"]]}),
        "/tree/mean/1/1",
        "/tree/mean/0/1/mean/0/1",
    )


def test_cycles_are_printed() -> None:
    base = {**PAIR, "card": "one", "extends": "two"}
    cards = {"sojourn": 1, "cards": [base, {"card": "two", "extends": "one"}], "default": "one"}
    with pytest.raises(sj.CardError, match="one -> two -> one"):
        sj.CardSet.from_json(cards)
    with pytest.raises(sj.DataError, match="cycle|itself|circle"):
        sj.rollup({"account_id": ["x", "y"], "parent_id": ["y", "x"], "score": [1.0, 2.0]})


def test_an_empty_group() -> None:
    refused(card_of(PLAIN, {"mean": [[1, "a"], [1, {"id": "g", "mean": []}], [1, "b"]]}), "/tree/mean/1/1", "empty")


@pytest.mark.parametrize(
    "tiers", [{"red": 0, "yellow": 80, "green": 60}, {"red": 0, "yellow": 50, "green": 101}, {"red": 10, "green": 50}]
)
def test_thresholds_not_increasing_or_outside_the_scale(tiers: dict[str, float]) -> None:
    assert any(found["pointer"].startswith("/tiers") for found in problems({**PAIR, "tiers": tiers}))


def test_bins_with_a_gap_or_an_overlap() -> None:
    def bins(edges: list[float], s: list[Any], **more: Any) -> dict[str, Any]:
        return card_of({"a": {"norm": {"bins": {"edges": edges, "s": s, **more}}}}, {"mean": [[1, "a"]]})

    assert problems(bins([0, 10, 5], [0, 0.5]))  # they overlap
    assert problems(bins([0, 5, 10], [0, None]))  # a hole nobody asked for
    holes = bins([0, 5, 10], [0.2, None], allow_gap=True)
    assert [None if score != score else score for score in scored(holes, {"a": [3.0, 7.0]}).table()["score"]] == [20, None]


def test_a_rule_about_a_missing_value_rests_and_says_so() -> None:
    card = {**PAIR, "min_coverage": 0, "rules": [{"id": "r", "if": "a > 1", "cap": 5}]}
    found = row(scored(card, {"a": [NAN], "b": [90.0]}))
    assert found["score"] == 90 and "undecided_rule" in found["flags"] and found["binding_rule"] is None


def test_a_cap_beats_floor_set_and_the_hand() -> None:
    rules = [
        {"id": "floor", "if": "a >= 0", "floor": 80},
        {"id": "set", "if": "a >= 0", "set": 95},
        {"id": "cap", "if": "a >= 0", "cap": 20},
    ]
    table = {"account_id": ["x"], "a": [50.0], "b": [50.0]}
    result = sj.Scorecard.from_json({**PAIR, "rules": rules}).score(table, manual={"account": ["x"], "value": [99.0]})
    found = row(result)
    assert (found["score"], found["binding_rule"]) == (20, "cap")
    assert "adjusted" in found["flags"]


def test_a_tier_of_another_card_and_no_previous_score() -> None:
    card = sj.Scorecard.from_json({**PAIR, "tiers": {"red": 0, "green": 50, "up": 5, "down": 5}})
    table = {"account_id": ["x", "y"], "a": [48.0, 90.0], "b": [48.0, 90.0]}
    before = {"account": ["x"], "score": [70.0], "tier": ["gold"]}
    result = card.score(table, previous=before).table().to_dicts()
    assert (
        result[0]["tier"] == "red" and "card_changed" in result[0]["flags"]
    )  # memoryless, or the band would have kept it green
    assert math.isnan(result[1]["delta"]) and result[1]["prev_tier"] is None


def test_an_account_that_is_new_and_one_that_is_gone() -> None:
    card = sj.Scorecard.from_json(PAIR)
    then = card.score({"account_id": ["x", "y"], "a": [90.0, 10.0], "b": [90.0, 10.0]})
    now = card.score({"account_id": ["y", "z"], "a": [90.0, 10.0], "b": [90.0, 10.0]}, previous=then)
    moves = sj.transitions(then, now)
    cells = {line["previous"]: line for line in moves.to_dicts()}
    assert cells["green"]["lost"] == 1 and cells["new"]["red"] == 1 and cells["red"]["green"] == 1
    assert dict(zip(now.delta(then)["account"], now.delta(then)["trend"], strict=True)) == {
        "y": "up",
        "z": "new",
        "x": "lost",
    }


def test_a_value_observed_in_the_future_is_of_age_0_and_counted() -> None:
    old = {"a": {"norm": "identity", "observed_at": "seen", "stale": {"validity": 5}}}
    result = scored(
        card_of(old, {"mean": [[1, "a"]]}), {"a": [70.0], "seen": [datetime.date(2025, 1, 9)]}, as_of="2025-01-01"
    )
    assert row(result)["score"] == 70
    assert result.counters().to_dicts()[0]["future"] == 1


def test_columns_of_other_lengths_or_types_before_any_work() -> None:
    with pytest.raises(sj.SchemaError, match="rows"):
        scored(PAIR, {"a": [1.0, 2.0], "b": [1.0]})
    with pytest.raises(sj.SchemaError, match="text"):
        scored(PAIR, {"a": ["x"], "b": [1.0]})


def test_a_segment_without_a_card() -> None:
    cards = {
        "sojourn": 1,
        "cards": [{**PAIR, "card": "small"}, {**PAIR, "card": "large", "min_coverage": 0.9}],
        "assign": [{"if": "segment == 'enterprise'", "card": "large"}],
        "default": "small",
    }
    table = {"account_id": ["x", "y"], "segment": ["moon", "enterprise"], "a": [1.0, 1.0], "b": [1.0, 1.0]}
    assert sj.CardSet.from_json(cards).score(table).table()["card"].to_list() == ["small", "large"]
    with pytest.raises(sj.CardError, match="default"):
        sj.CardSet.from_json({name: part for name, part in cards.items() if name != "default"})


def test_minus_zero_and_denormals_are_ordinary_numbers() -> None:
    card = card_of({"a": {"norm": {"ramp": [0, 10]}}}, {"mean": [[1, "a"]]}, tiers={"red": 0, "green": 5e-324})
    result = scored(card, {"a": [-0.0, 0.0, 5e-324]}).table()
    assert result["tier"].to_list()[:2] == ["red", "red"]
    assert all(math.copysign(1, score) == 1 for score in result["score"])


def test_two_thirds_on_a_threshold_of_two_thirds() -> None:
    three = {name: {"norm": "bool"} for name in "abc"}
    card = card_of(three, {"mean": [[1, "a"], [1, "b"], [1, "c"]]}, tiers={"red": 0, "green": 200 / 3})
    found = row(scored(card, {"a": [1], "b": [1], "c": [0]}))
    assert found["score"] == pytest.approx(200 / 3, rel=1e-15)
    assert (found["tier"] == "green") == (found["score"] >= 200 / 3)  # as given, without a tolerance
