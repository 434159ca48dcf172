"""Remedies: the log, the hold-out, the effect, and what became of the tasks."""

from __future__ import annotations

import datetime

import pytest

import sojourn as sj


def found(n: int) -> dict[str, list[str | None]]:
    keys = [f"acme-{i:06}" for i in range(n)]
    return {
        "account": [*keys, "x"],
        "remedy": [*["training"] * n, None],
        "owner": [*["ann"] * n, "bob"],
        "due": [*["2025-01-20"] * n, None],
    }


def test_the_log_says_who_was_held_out_and_keeps_saying_so() -> None:
    log = sj.assign_remedies(found(400), as_of="2025-01-06", owner="owner", due="due", hold_out=0.25, seed=1)
    arms = log["arm"].to_list()
    assert len(log) == 400 and 60 < arms.count("held_out") < 140
    due = dict(zip(arms, log["due"], strict=True))
    assert due["held_out"] is None and due["treated"] == "2025-01-20"
    grown = sj.assign_remedies(found(500), as_of="2025-01-13", owner="owner", due="due", hold_out=0.25, seed=1, log=log)
    assert grown.to_dicts()[:400] == log.to_dicts() and len(grown) == 500
    assert log.options["without_remedy"] == 1 and grown.options["assigned_before"] == 400
    worked = {**{name: log[name].to_list() for name in log.columns}, "done_on": ["2025-01-09"] * 400}
    assert sj.assign_remedies(found(401), as_of="2025-01-13", log=worked)["done_on"].to_list() == ["2025-01-09"] * 400 + [
        None
    ]
    with pytest.raises(sj.SchemaError, match="arm"):
        sj.assign_remedies(found(4), as_of="2025-01-06", log={"account": ["a"], "remedy": ["call"]})
    assert sj.assign_remedies(found(400), as_of="2025-01-06", hold_out=0.25, seed=1)["arm"].to_list() == arms
    assert set(sj.assign_remedies(found(400), as_of="2025-01-06")["arm"]) == {"treated"}
    with pytest.raises(sj.SchemaError, match="share that is held out"):
        sj.assign_remedies(found(4), as_of="2025-01-06", hold_out=1.0)


def trial(helps: int) -> tuple[dict[str, list[object]], dict[str, list[object]]]:
    keys = list(range(200))
    log = {"account": keys, "remedy": ["call"] * 200, "arm": ["treated"] * 100 + ["held_out"] * 100}
    renewed = [1] * (60 + helps) + [0] * (40 - helps) + [1] * 60 + [0] * 40
    return log, {"account": keys, "outcome": renewed}


def test_an_effect_has_an_interval_and_the_word_inconclusive() -> None:
    (nothing,) = sj.remedy_effect(*trial(3)).to_dicts()
    assert nothing["verdict"] == "inconclusive" and nothing["low"] < 0 < nothing["high"]
    (helps,) = sj.remedy_effect(*trial(25)).to_dicts()
    assert helps["verdict"] == "helps" and helps["effect"] == pytest.approx(0.25) and 0 < helps["low"] < 0.25
    assert (helps["treated"], helps["held_out"], helps["outcome_held_out"]) == (100, 100, 0.6)
    assert sj.remedy_effect(*trial(25), better="lower")["verdict"].to_list() == ["harms"]
    with pytest.raises(sj.SchemaError, match="better is"):
        sj.remedy_effect(*trial(1), better="more")  # type: ignore[arg-type]


def test_measured_effects_order_the_queue() -> None:
    card = sj.Scorecard.from_json(
        {
            "sojourn": 1,
            "card": "one",
            "signals": {"use": {"norm": {"ramp": [0, 10]}}},
            "tree": {"mean": [[1, "use"]]},
            "rules": [
                {"id": "low", "if": "use < 3", "diagnosis": "ability.low", "remedy": ["call"], "due_days": 7},
                {"id": "mid", "if": "use < 6 and use >= 3", "diagnosis": "ability.mid", "remedy": ["mail"], "due_days": 30},
            ],
        }
    )
    table = {"account_id": [1, 2, 3], "use": [5, 2, 1], "mrr": [100_000, 1000, 2000], "on": ["2025-03-01"] * 3}
    result = card.score(table, as_of="2025-01-06")
    diagnoses = result.diagnoses()
    plain = result.work_queue(value="mrr", diagnoses=diagnoses, renews_on="on")
    assert plain["account"].to_list() == [1, 3, 2]
    assert plain["remedy"].to_list() == ["mail", "call", "call"]
    assert plain["due"][1] == datetime.date(2025, 1, 13) and plain["until"][0] == datetime.date(2025, 3, 1)
    assert plain["status"].to_list() == ["new"] * 3 and "use" in plain["why"][0]
    assert "no probability" in plain.ordered_by
    measured = result.work_queue(value="mrr", diagnoses=diagnoses, effects=sj.remedy_effect(*trial(25)))
    assert measured["account"].to_list() == [3, 2, 1]
    assert measured["can_be_saved"].to_list()[:2] == [pytest.approx(500), pytest.approx(250)]
    assert measured["ordered_by"].to_list() == ["effect", "effect", "score"]
    assert measured.ordered_by.startswith("what the remedy saved elsewhere") and measured.options["by_effect"] == 2
    log, outcomes = trial(25)
    left = {"account": outcomes["account"], "outcome": [1 - one for one in outcomes["outcome"]]}  # type: ignore[operator]
    fell = sj.remedy_effect(log, left, better="lower")
    stored = sj.Table({name: fell[name] for name in ("remedy", "effect", "verdict")})  # as a file holds it
    again = result.work_queue(value="mrr", diagnoses=diagnoses, effects=stored)
    assert again["can_be_saved"].to_list()[:2] == measured["can_be_saved"].to_list()[:2]
    points = sj.Table({"remedy": ["call"], "effect": [5.0], "verdict": ["helps"]})
    with pytest.raises(sj.SchemaError, match="no difference of shares"):
        result.work_queue(value="mrr", diagnoses=diagnoses, effects=points)
    inconclusive = result.work_queue(value="mrr", diagnoses=diagnoses, effects=sj.remedy_effect(*trial(3)))
    assert inconclusive["account"].to_list() == [1, 3, 2]
    with pytest.raises(sj.SchemaError, match="pass diagnoses="):
        result.work_queue(effects=sj.remedy_effect(*trial(3)))


def test_tasks_by_owner() -> None:
    table = {
        "account": list("abcd"),
        "remedy": ["call"] * 4,
        "arm": ["treated", "treated", "held_out", "treated"],
        "assigned_on": ["2025-01-06"] * 4,
        "due": ["2025-01-13", "2025-01-13", None, None],
        "answered_on": ["2025-01-07", None, None, "2025-01-09"],
        "done_on": ["2025-01-10", None, None, None],
        "owner": ["ann", "ann", "bob", None],
    }
    tasks = sj.remedy_tasks(
        table, as_of="2025-01-14", due="due", answered_on="answered_on", done_on="done_on", owner="owner"
    )
    assert tasks["status"].to_list() == ["done", "late", "open"]  # who was held out has no task
    ann, nobody = tasks.owners.to_dicts()
    assert (ann["owner"], ann["late"], ann["resolution"], ann["response_days"]) == ("ann", 1, 0.5, 1)
    assert nobody["owner"] is None and nobody["open"] == 1
    assert tasks.total["assigned"].to_list() == [3]
    with pytest.raises(sj.DataError, match="\"arm\", row 2, value 'heldout': is not one of treated, held_out"):
        sj.remedy_tasks({**table, "arm": ["treated", "treated", "heldout", "treated"]}, as_of="2025-01-14")
    with pytest.raises(sj.DataError, match="assigned_on"):
        sj.remedy_tasks(table, as_of="2025-01-05", due="due")
