"""A threshold is reached when the score that is shown reaches it: in tiers, rules, alerts, what-if and roll-ups alike."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj

CARD: dict[str, Any] = {
    "sojourn": 1,
    "card": "csat",
    "signals": {"csat": {"norm": {"ramp": [1, 5]}}},
    "tree": {"mean": [[1, "csat"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 90},
}
RULE = {"id": "ninety", "if": "score() >= 90", "add": 1}
TABLE = {"account_id": ["a", "b"], "csat": [4.6, 4.5]}


def scored(table: dict[str, list[Any]] = TABLE, **more: Any) -> sj.HealthResult:
    return sj.Scorecard.from_json({**CARD, **more}).score(table)


def test_j03_shown_90_is_green_from_90() -> None:
    assert 100 * (4.6 - 1) / 4 < 90  # the trap
    assert list(scored()["tier"]) == ["green", "yellow"]


def test_j03_the_rule_on_90_fires() -> None:
    assert list(scored(rules=[RULE]).rules()["rule ninety"]) == [1, 0]


@pytest.mark.parametrize("condition", ["score() >= 90", "not score() < 90", "score() == 90", "score() between 90 and 100"])
def test_j03_every_comparison_reads_the_shown_score(condition: str) -> None:
    assert list(scored(rules=[{**RULE, "if": condition}]).rules()["rule ninety"]) == [1, 0]


@pytest.mark.parametrize("rows", [1, 7, 8, 64, 1000])
def test_j03_one_account_or_many_the_same(rows: int) -> None:
    table = {"account_id": list(range(rows)), "csat": [4.6] * rows}
    assert set(scored(table)["tier"]) == {"green"}


def test_j03_what_if_one_account_and_paths_agree() -> None:
    result = scored()
    assert list(result.what_if("b", csat=4.6)["tier"]) == ["green"]
    card = sj.Scorecard.from_json(CARD)
    assert card.scorer()({"csat": 4.6}).tier == "green"
    assert list(result.path_to("green")["status"]) == ["already_there", "reached"]


def test_j03_alerts_and_roll_ups_reach_what_is_shown() -> None:
    before = sj.Scorecard.from_json(CARD).score({"account_id": ["a"], "csat": [4.6]}, as_of="2024-05-01")
    now = sj.Scorecard.from_json(CARD).score({"account_id": ["a"], "csat": [4.2]}, as_of="2024-06-01")
    fell = [alert["rule"] for alert in now.alerts(previous=before, thresholds={"score_drop": 10}).reasons.to_dicts()]
    assert "score_drop" in fell  # 89.99999999999999 - 80 = 9.99999999999999
    tree = {
        "account_id": [1, *range(2, 12)],
        "parent_id": [None, *([1] * 10)],
        "tier": ["green", *(["green"] * 3), *(["red"] * 7)],
    }
    shares = sj.rollup_tiers(tree, wanted="green", tiers=["red", "green"], threshold=0.1 + 0.2)
    assert shares["reached"].to_list()[0] is True


def test_j08_a_weight_that_is_nan_has_its_pointer() -> None:
    card = {**CARD, "tree": {"mean": [[float("nan"), "csat"]]}}
    with pytest.raises(sj.CardError, match="/tree/mean/0/0") as caught:
        sj.Scorecard.from_json(card)
    assert isinstance(caught.value, ValueError)
    assert caught.value.diagnostics[0]["pointer"] == "/tree/mean/0/0"
    assert [problem["pointer"] for problem in sj.Scorecard.check(card)] == ["/tree/mean/0/0"]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda x: {"tiers": {"red": 0, "green": x}}, "/tiers/green"),
        (lambda x: {"signals": {"csat": {"norm": {"ramp": [1, x]}}}}, "/signals/csat/norm/ramp/1"),
        (
            lambda x: {"signals": {"csat": {"norm": {"bins": {"edges": [1, x]}}}}},
            "/signals/csat/norm/bins/edges/1",
        ),
        (lambda x: {"min_coverage": x}, "/min_coverage"),
        (lambda x: {"rules": [{**RULE, "add": x}]}, "/rules/0/add"),
        (lambda x: {"signals": {"a/b": {"norm": {"ramp": [1, x]}}}}, "/signals/a~1b/norm/ramp/1"),
    ],
)
def test_j08_nothing_in_a_card_is_nan_or_infinite(bad: float, change: Any, pointer: str) -> None:
    with pytest.raises(sj.CardError) as caught:
        sj.Scorecard.from_json({**CARD, **change(bad)})
    assert [problem["pointer"] for problem in caught.value.diagnostics] == [pointer]


def test_j12_bands_that_share_an_end_are_refused() -> None:
    table = {"bands": [{"from": 0, "to": 2}, {"from": 2, "to": 5}], "context": "csat", "context_bands": [{}]}
    norm = {"lookup2d": {**table, "s": [[0], [50]]}}
    with pytest.raises(sj.CardError, match="overlaps the band before it"):
        sj.Scorecard.from_json({**CARD, "signals": {"csat": {"norm": norm}}})


def test_j09_weights_need_not_sum_to_100_and_a_missing_part_lowers_coverage() -> None:
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "card": "two",
            "signals": {"x": {"norm": {"ramp": [0, 100]}}, "y": {"norm": {"ramp": [0, 100]}}},
            "tree": {"mean": [[3, "x"], [1, "y"]]},
        }
    )
    result = card.score({"account_id": [1, 2], "x": [50.0, 50.0], "y": [100.0, None]})
    assert list(result["score"]) == [62.5, 50.0]
    assert list(result.table()["coverage"]) == [1.0, 0.75]


def test_j10_an_excluded_account_has_no_score() -> None:
    gone = {"id": "gone", "if": "csat < 5", "exclude": True}
    result = scored(rules=[gone])
    assert all(score != score for score in result["score"])
    assert list(result["tier"]) == ["unknown", "unknown"]


def test_j11_any_poor_is_poor_and_nothing_does_not_count() -> None:
    states = {"map": {"good": 1, "average": 0.5, "poor": 0}}
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "card": "worst",
            "signals": {"x": {"norm": states}, "y": {"norm": states}},
            "min_coverage": 0,
            "tree": {"worst_of": [[1, "x"], [1, "y"]]},
        }
    )
    result = card.score({"account_id": [1, 2, 3], "x": ["good", "good", "good"], "y": ["poor", None, "average"]})
    assert list(result["score"]) == [0.0, 100.0, 50.0]
