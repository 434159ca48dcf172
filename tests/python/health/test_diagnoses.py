"""Diagnoses and their life: new, persistent, recurrent, resolved."""

from __future__ import annotations

import pytest

import sojourn as sj
from health_books import RULE_CARD, RULE_TABLE, rows


def test_diagnoses_through_four_cycles() -> None:
    first = sj.diagnoses({"account_id": ["a", "b"], "diagnosis": ["no sponsor", "low use"]})
    assert set(first["status"]) == {"new"}
    second = sj.diagnoses({"account_id": ["a"], "diagnosis": ["no sponsor"]}, first)
    assert [(r["account"], r["status"], r["cycles"]) for r in second.to_dicts()] == [
        ("a", "persistent", 2),
        ("b", "resolved", 1),
    ]
    third = sj.diagnoses({"account_id": ["b"], "diagnosis": ["low use"]}, second, unobserved=["a"])
    assert [(r["account"], r["status"], r["cycles"]) for r in third.to_dicts()] == [
        ("a", "persistent", 2),
        ("b", "recurrent", 1),
    ]
    empty = sj.diagnoses({"account_id": [], "diagnosis": []}, third.to_polars())
    assert set(empty["status"]) == {"resolved"}
    with pytest.raises(sj.SchemaError, match="status"):
        sj.diagnoses({"account_id": ["a"], "diagnosis": ["x"]}, {**{n: third[n] for n in third}, "status": ["old", "new"]})


def test_remedies_say_association() -> None:
    rows = {
        "diagnosis": ["x"] * 5,
        "stage": ["done", "done", "proposed", "none", None],
        "delta": [6.0, 10.0, 1.0, 3.0, None],
    }
    table = sj.remedies(rows)
    line = table.to_dicts()[0]
    assert (line["diagnosed"], line["proposed"], line["accepted"], line["done"]) == (5, 3, 2, 2)
    assert line["acceptance"] == pytest.approx(2 / 3)
    assert line["effect"] == 6
    assert line["effect_low"] < 6 < line["effect_high"]
    assert "association" in table.options["effect"]
    with pytest.raises(sj.SchemaError, match="stage"):
        sj.remedies({**rows, "stage": ["finished"] * 5})


def test_diagnoses_and_their_life() -> None:
    card = sj.Scorecard.from_json(RULE_CARD)
    first = card.score(RULE_TABLE, as_of="2025-01-01").diagnoses()
    assert [(r["account"], r["diagnosis"], r["status"]) for r in first.to_dicts()] == [
        ("b", "stakeholder.sponsor_left", "new"),
        ("c", "ability.low_use", "new"),
        ("d", "ability.low_use", "new"),
    ]
    found = rows(first)["b"]
    assert (found["class"], found["severity"], found["remedy"], found["owner_role"]) == (
        "stakeholder",
        "critical",
        "find a new sponsor, call",
        "csm",
    )
    assert (found["evidence"], found["rule"], found["reason"], str(found["due"])) == (
        "left",
        "left",
        "nobody inside",
        "2025-01-08",
    )
    assert rows(first)["c"]["due"] is None
    assert [(r["account"], r["diagnosis"]) for r in first.undecided.to_dicts()] == [("d", "stakeholder.sponsor_left")]
    now = {
        "account_id": ["b", "c", "d"],
        "use": [9.0, None, 2],
        "mood": [4.0, 4, 4],
        "left": [0.0, 0, 1],
        "plan": ["free", "paid", "paid"],
    }
    second = card.score(now, as_of="2025-02-01").diagnoses(first)
    status = {(r["account"], r["diagnosis"]): (r["status"], r["cycles"]) for r in second.to_dicts()}
    assert status == {
        ("b", "stakeholder.sponsor_left"): ("resolved", 1),
        ("c", "ability.low_use"): ("new", 1),  # nobody could tell: the record is carried as it was
        ("d", "ability.low_use"): ("persistent", 2),
        ("d", "stakeholder.sponsor_left"): ("new", 1),
    }
    third = card.score({k: v[:1] for k, v in now.items()}, as_of="2025-03-01").diagnoses(
        second
    )  # c and d are not in this book
    assert {r["account"]: r["status"] for r in third.to_dicts() if r["account"] == "b"} == {"b": "closed"}
    assert len(third) == 4
    back = card.score(RULE_TABLE, as_of="2025-04-01").diagnoses(third, unobserved=["c"])
    assert {(r["account"], r["status"]) for r in back.to_dicts()} >= {("b", "recurrent"), ("c", "new"), ("d", "persistent")}
    assert (
        sj.remedies({"diagnosis": ["ability.low_use"] * 2, "stage": ["accepted", "proposed"], "delta": [1.0, 2.0]})[
            "acceptance"
        ][0]
        == 0.5
    )


def test_a_card_without_findings_has_none() -> None:
    card = sj.Scorecard.from_json({**RULE_CARD, "rules": []})
    found = card.score(RULE_TABLE, as_of="2025-01-01").diagnoses()
    assert len(found) == 0 and len(found.undecided) == 0
    assert "status" in found.columns
