"""Accounts through the cycles."""

from __future__ import annotations

import math

import pytest

import sojourn as sj
from health_books import RULE_CARD, RULE_TABLE


def test_the_way_of_an_account_and_the_library_of_solutions() -> None:
    card = sj.Scorecard.from_json({**RULE_CARD, "rules": RULE_CARD["rules"][3:]})
    other = sj.Scorecard.from_json({**RULE_CARD, "card": "other", "rules": []})
    cycles = [
        card.score({**RULE_TABLE, "use": [use] * 4}, as_of=day) for day, use in (("2025-02-01", 6.0), ("2025-01-01", 8.0))
    ]
    cycles.append(other.score(RULE_TABLE, as_of="2025-03-01"))
    way = sj.timeline(cycles, accounts=["a"])
    assert [str(day) for day in way["as_of"]] == ["2025-01-01", "2025-02-01", "2025-03-01"]
    assert way["score"].to_list() == pytest.approx([70, 55, 70])
    assert way["change"][1] == pytest.approx(-15)
    assert math.isnan(way["change"][0]) and math.isnan(way["change"][2])  # another card: those do not compare
    assert len(sj.timeline(cycles)) == 12
    assert len(sj.timeline([])) == 0
    with pytest.raises(sj.SchemaError, match="as_of"):
        sj.timeline([card.score(RULE_TABLE)])
    assert card.solutions().to_dicts() == [
        {
            "diagnosis": "ability.low_use",
            "class": "ability",
            "severity": "medium",
            "remedy": "training",
            "owner_role": None,
            "due_days": None,
            "rule": "low",
            "condition": "use < 3",
        }
    ]
    assert len(other.solutions()) == 0
