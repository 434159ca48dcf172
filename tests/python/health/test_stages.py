"""Stages, expansion and handovers."""

from __future__ import annotations

import datetime

import pytest

import sojourn as sj
from health_books import TWO_SIGNALS


def test_time_in_stage() -> None:
    table = {
        "account_id": ["a", "a", "b", "c"],
        "stage": ["project_start", "preparation", "adoption", "training"],
        "entered_on": ["01.01.2025", "10.01.2025", "01.01.2025", "01.06.2025"],
    }
    times = sj.time_in_stage(table, as_of="2025-03-01", date_format="DD.MM.YYYY")
    rows = {row["account"]: row for row in times.to_dicts()}
    assert rows["a"]["stage"] == "preparation" and rows["a"]["days"] == 50 and rows["a"]["pace"] == "stuck"
    assert rows["a"]["since"] == datetime.date(2025, 1, 10)
    assert rows["b"]["pace"] == "on_time" and rows["c"]["stage"] is None and rows["c"]["pace"] == "before"
    assert times.stuck["account"].to_list() == ["a"]
    stages = {row["stage"]: row for row in times.stages.to_dicts()}
    assert stages["project_start"]["median_days"] == 9 and stages["preparation"]["stuck"] == 1
    assert list(stages)[-1] == "retention"
    with pytest.raises(sj.DataError, match="is not one of the stages"):
        sj.time_in_stage(table, as_of="2025-03-01", date_format="DD.MM.YYYY", stages={"adoption": 10})


@pytest.mark.parametrize("name", ["onboarding", "adoption", "expansion", "retention"])
def test_every_stage_has_a_card(name: str) -> None:
    card = sj.Scorecard.template(name)
    assert card.name == name and len(card.signals) >= 4
    assert [problem for problem in sj.Scorecard.check(card.to_json()) if problem.get("severity") == "error"] == []


def test_accounts_ready_to_expand() -> None:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    table = {
        "account_id": ["a", "b", "c", "d"],
        "usage": [9, 9, 1, 9],
        "mood": [9, 9, 9, 9],
        "seats_used": [19.0, 5, 20, None],
        "seats": [20, 20, 20, 20],
        "mrr": [5, 6, 7, 8],
    }
    ready = card.score(table, as_of="2025-01-06").ready_to_expand(used="seats_used", bought="seats", value="mrr")
    assert ready["account"].to_list() == ["a"] and ready["use"].to_list() == [0.95]
    assert ready.options["unknown"] == 1
    with pytest.raises(sj.SchemaError, match='"blue" is not a tier'):
        card.score(table).ready_to_expand(used="seats_used", bought="seats", tier="blue")


def test_stakeholders_and_the_handover() -> None:
    people = {
        "account_id": ["a", "a", "b"],
        "role": ["Sponsor", "user", "user"],
        "influence": [5, 5, 1],
        "active": [False, True, True],
    }
    rows = {row["account"]: row for row in sj.stakeholder_coverage(people, role="role").to_dicts()}
    assert rows["a"]["coverage"] == 0.5 and rows["a"]["sponsor"] == "left" and rows["b"]["sponsor"] == "none_known"
    with pytest.raises(sj.SchemaError, match="pass one of them"):
        sj.stakeholder_coverage(people, role="role", sponsor="active")
    names = ["contract_terms", "goals", "success_measures", "stakeholders", "sponsor", "scope_and_usage"]
    names += ["technical_setup", "promises", "risks"]
    table = {"account_id": ["a"], **{name: [name != "goals"] for name in names}}
    (row,) = sj.handover_checklist(table).to_dicts()
    assert row == {"account": "a", "recorded": 8, "completeness": pytest.approx(8 / 9), "missing": "goals"}
    with pytest.raises(sj.SchemaError, match='no column "goals"'):
        sj.handover_checklist({"account_id": ["a"], "contract_terms": [True]})
