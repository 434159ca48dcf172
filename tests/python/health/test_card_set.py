"""Cards per segment: inheritance, the choice of the card, and scores that are bit for bit those of each card alone."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import sojourn as sj

SET: dict[str, Any] = {
    "sojourn": 1,
    "set": "by plan",
    "cards": [
        {
            "sojourn": 1,
            "card": "small",
            "min_coverage": 0,
            "signals": {"logins": {"norm": {"ramp": [0, 5]}}, "csat": {"norm": {"ramp": [1, 5]}}},
            "tree": {"mean": [[60, "logins"], [40, "csat"]]},
            "tiers": {"red": 0, "yellow": 50, "green": 75, "up": 10, "down": 10},
            "rules": [
                {"id": "unhappy", "if": "csat < 2", "cap": 40, "diagnosis": "motivation.unhappy", "remedy": ["visit"]}
            ],
        },
        {
            "card": "large",
            "extends": "small",
            "weights": {"csat": 90},
            "signals": {"logins": {"norm": {"ramp": [0, 50]}}},
            "rules": [{"id": "unhappy", "if": "csat < 3", "cap": 30, "diagnosis": "motivation.unhappy"}],
        },
    ],
    "assign": [{"if": "plan == 'enterprise' and seats >= 100", "card": "large"}],
    "default": "small",
}
TABLE = {
    "account_id": ["a", "b", "c", "d"],
    "plan": ["enterprise", "enterprise", "free", None],
    "seats": [100, 99, 500, 500],
    "logins": [5.0, 5, 2, None],
    "csat": [2.0, 5, 1, 4],
    "mrr": [1, 2, 3, 4],
}


def test_a_card_extends_another() -> None:
    cards = sj.CardSet.from_json(SET)
    assert list(cards.cards) == ["small", "large"]
    large = cards.cards["large"]
    alone = copy.deepcopy(SET["cards"][0])
    alone.update(card="large", tree={"mean": [[60, "logins"], [90, "csat"]]}, rules=SET["cards"][1]["rules"])
    alone["signals"]["logins"]["norm"] = {"ramp": [0, 50]}
    assert large == sj.Scorecard.from_json(alone)
    assert sj.CardSet.from_json(cards.to_json()) == cards == pickle.loads(pickle.dumps(cards))
    assert "by plan" in repr(cards) and len(cards.hash) == 16


def test_every_account_has_its_card() -> None:
    cards = sj.CardSet.from_json(SET)
    assert cards.assign(TABLE)["card"].to_list() == ["large", "small", "small", "small"]
    result = cards.score(TABLE, as_of="2025-01-01")
    assert result.table()["card"].to_list() == ["large", "small", "small", "small"]
    assert result.undecided == 1  # d has no plan
    for name, card in cards.cards.items():
        whole = card.score(TABLE, as_of="2025-01-01").table()
        for row, mine in enumerate(result.table()["card"]):
            if mine == name:
                for column in ("score", "tier", "coverage", "binding_rule", "flags"):
                    assert result.table()[column][row] == whole[column][row]
    assert result.table().columns == result["small"].table().columns
    assert result["large"].contributions()["account"].to_list() == ["a"]
    assert sum(result.distribution()["accounts"]) == 4
    assert "4 accounts" in repr(result)
    with pytest.raises(sj.SchemaError, match="small"):
        result["huge"]
    everybody = cards.score_all(TABLE, as_of="2025-01-01")
    assert [len(everybody[name]) for name in ("small", "large")] == [4, 4]


def test_a_score_of_another_card_is_marked() -> None:
    cards = sj.CardSet.from_json(SET)
    before = cards.score(TABLE, as_of="2024-12-01")
    grown = {**TABLE, "seats": [100, 100, 500, 500]}
    now = cards.score(grown, as_of="2025-01-01", previous=before, previous_signals=before)
    assert ["card_changed" in (flags or "") for flags in now.table()["flags"]] == [False, True, False, False]
    assert now.table()["delta"][0] == 0
    assert now.table()["prev_tier"][1] == "(other card)"
    one = cards.cards["small"].score(
        TABLE, as_of="2025-01-01", previous=cards.cards["large"].score(TABLE, as_of="2024-12-01")
    )
    assert all("card_changed" in flags for flags in one.table()["flags"])


def test_values_by_hand_and_diagnoses_of_a_set() -> None:
    cards = sj.CardSet.from_json(SET)
    manual = {"account": ["a", "c", "b", "x"], "value": [20, 99, 10, 1], "author": ["ann", "bob", "cid", "dan"]}
    result = cards.score(TABLE, as_of="2025-01-01", manual=manual)
    assert result.table()["score"].to_list()[:3] == [20, 10, 40]
    assert result.table()["binding_author"].to_list() == ["ann", "cid", None, None]
    assert result.manual()["state"].to_list() == ["bound", "overruled", "bound", "not in this book"]
    found = result.diagnoses()
    assert sorted((r["account"], r["remedy"]) for r in found.to_dicts()) == [("a", None), ("c", "visit")]
    later = cards.score({k: v[:1] for k, v in TABLE.items()}, as_of="2025-02-01").diagnoses(found)
    assert {r["account"]: r["status"] for r in later.to_dicts()} == {"a": "persistent", "c": "new"}


def test_an_empty_part_and_rows_without_keys() -> None:
    cards = sj.CardSet.from_json({**SET, "assign": []})
    result = cards.score(TABLE, account=None, as_of="2025-01-01")
    assert [len(part) for part in result.parts.values()] == [4, 0]
    assert result.table()["account"].to_list() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("change", "pointer", "message"),
    [
        ({"default": None}, "", "default"),
        ({"default": "smal"}, "/default", "no card"),
        ({"assign": [{"if": "plan ==", "card": "large"}]}, "/assign/0/if", "expected"),
        ({"assign": [{"if": "tier() == 'red'", "card": "large"}]}, "/assign/0/if", "being chosen"),
        ({"assign": [{"if": "plan == 'x'", "card": "lrage"}]}, "/assign/0/card", "no card"),
        ({"cards": [SET["cards"][0], {"card": "small", "extends": "small"}]}, "/cards/1/card", "exists already"),
        (
            {"cards": [{"card": "small", "extends": "large"}, {"card": "large", "extends": "small"}]},
            "/cards/1/extends",
            "small -> large -> small",
        ),
        ({"cards": [SET["cards"][0], {"card": "large", "extends": "smal"}]}, "/cards/1/extends", "no card"),
        (
            {"cards": [SET["cards"][0], {"card": "large", "extends": "small", "weights": {"cast": 1}}]},
            "/cards/1/weights/cast",
            "neither",
        ),
    ],
)
def test_every_mistake_has_its_place(change: dict[str, Any], pointer: str, message: str) -> None:
    wrong = {key: value for key, value in {**SET, **change}.items() if value is not None}
    found = sj.CardSet.check(wrong)
    assert any(d["pointer"] == pointer and message in d["message"] for d in found), found
    with pytest.raises(sj.CardError):
        sj.CardSet.from_json(wrong)


def test_columns_that_are_not_there() -> None:
    cards = sj.CardSet.from_json(SET)
    with pytest.raises(sj.SchemaError, match="seats"):
        cards.assign({"plan": ["x"]})
    with pytest.raises(sj.SchemaError, match="csat"):
        cards.score({name: values for name, values in TABLE.items() if name != "csat"})


def two_cycles_of_a_set() -> tuple[sj.CardSetResult, sj.CardSetResult]:
    cards = sj.CardSet.from_json(SET)
    then = {**TABLE, "logins": [50.0, 5, 5, 1], "seats": [99, 99, 500, 500], "account_id": ["a", "b", "c", "gone"]}
    before = cards.score(then, as_of="2024-12-01")
    return before, cards.score(TABLE, as_of="2024-12-31", previous=before)


def test_a_set_answers_what_a_card_answers() -> None:
    before, now = two_cycles_of_a_set()
    rows = {row["account"]: row for row in now.table().to_dicts()}
    drivers = now.drivers(1).to_dicts()
    assert [row["account"] for row in drivers] == [
        key for key in TABLE["account_id"] if key in {d["account"] for d in drivers}
    ]
    for row in drivers:
        alone = now[row["card"]].drivers(1).to_dicts()
        assert {key: row[key] for key in ("account", "signal", "lost")} in [
            {key: one[key] for key in ("account", "signal", "lost")} for one in alone
        ]
    queue = now.work_queue(value="mrr")
    assert {row["account"]: row["score"] for row in queue.to_dicts()}.keys() == rows.keys()
    moves = sj.transitions(before, now, weights="mrr")
    assert sum(moves.moved.values()) > 0
    assert len(now.ready_to_expand(used="logins", bought="seats")) == 0


def test_the_delta_of_a_set_adds_up_and_tells_a_change_of_the_card() -> None:
    before, now = two_cycles_of_a_set()
    delta = now.delta(before)
    rows = {row["account"]: row for row in delta.to_dicts()}
    scores = {row["account"]: row["score"] for row in now.table().to_dicts()}
    for key, row in rows.items():
        if row["total"] == row["total"]:
            assert row["value"] + row["coverage"] + row["rules"] + row["model"] == pytest.approx(row["total"])
            assert row["now"] == scores[key]
    assert rows["a"]["model"] != 0  # account a went from the small to the large card
    assert rows["b"]["model"] == 0
    assert rows["gone"]["trend"] == "lost" and rows["d"]["trend"] == "new"


def test_alerts_of_a_set_have_one_budget_and_do_not_compare_scores_of_two_cards() -> None:
    before, now = two_cycles_of_a_set()
    found = now.alerts(previous=before, value="mrr")
    drops = {row["account"] for row in found.reasons.to_dicts() if row["rule"] in ("score_drop", "tier_worsened")}
    assert "a" not in drops and "c" in drops  # the score of a fell because another card gives it
    assert len(now.alerts(previous=before, budget=1)) <= 1
    other = sj.CardSet.from_json({**SET, "set": "another"}).score(TABLE, as_of="2024-12-01")
    with pytest.raises(sj.SchemaError, match="other cards"):
        now.alerts(previous=other)


def test_smoothing_goes_on_through_the_cycles_of_a_set() -> None:
    smooth = copy.deepcopy(SET)
    smooth["cards"][0]["smoothing"] = {"lambda": 0.5}
    cards = sj.CardSet.from_json(smooth)
    before = cards.score(TABLE, as_of="2024-12-01")
    better = {**TABLE, "logins": [50.0, 5, 5, 5], "csat": [5.0, 5, 5, 5]}
    now = cards.score(better, as_of="2024-12-31", previous=before)
    alone = cards.cards["small"].score({**better, "logins": [5.0, 5, 5, 5]}, as_of="2024-12-31", previous=before["small"])
    expected = dict(zip(alone["account"], alone["score"], strict=True))
    scores = dict(zip(now.table()["account"], now.table()["score"], strict=True))
    assert {key: scores[key] for key in "bcd"} == {key: expected[key] for key in "bcd"}
    kept = cards.score(better, as_of="2024-12-31", previous=before.cycle().to_pandas())
    assert kept.table()["score"].to_list() == now.table()["score"].to_list()


def test_previous_signals_of_a_set_are_found_by_the_name_of_the_account() -> None:
    document = copy.deepcopy(SET)
    document["cards"][0]["rules"][0]["if"] = "delta(csat) < -1"
    cards = sj.CardSet.from_json(document)
    named = {"id" if name == "account_id" else name: values for name, values in TABLE.items()}
    now = cards.score({**named, "csat": [2.0, 2, 1, 4]}, account="id", previous_signals=named)
    assert now["small"].rules()["rule unhappy"].to_list() == [1, 0, 0]
