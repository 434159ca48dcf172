"""Cards and small books that several tests of health use."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

import sojourn as sj

TWO_SIGNALS: dict[str, Any] = {
    "sojourn": 1,
    "card": "two",
    "min_coverage": 0.5,
    "signals": {
        "usage": {"norm": {"ramp": [0, 10]}, "class": "objective"},
        "mood": {"norm": {"ramp": [0, 10]}, "class": "subjective", "critical": True},
    },
    "tree": {"mean": [[3, "usage"], [1, "mood"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
}


BEFORE = {"account_id": ["a", "b", "c", "d"], "usage": [10, 10, 8, 6], "mood": [10, 10, 8, 6], "mrr": [100, 200, 300, 400]}


NOW = {
    "account_id": ["b", "a", "d", "e"],
    "usage": [4, 10, 6, 2],
    "mood": [10, 2, 6, 2],
    "mrr": [250, 100, 400, 50],
    "owner": ["ann", "ann", "bob", None],
}


def by(table: sj.Table, key: str) -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in table.to_dicts()}


RULE_CARD: dict[str, Any] = {
    "sojourn": 1,
    "card": "rules",
    "segment": "plan",
    "min_coverage": 0,
    "signals": {"use": {"norm": {"ramp": [0, 10]}}, "mood": {"norm": {"ramp": [0, 10]}}, "left": {"norm": "bool"}},
    "tree": {"mean": [[3, {"id": "usage", "mean": [[1, "use"]]}], [1, "mood"], [0, "left"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75},
    "rules": [
        {
            "id": "left",
            "if": "left == 1",
            "cap_tier": "red",
            "diagnosis": "stakeholder.sponsor_left",
            "severity": "critical",
            "remedy": ["find a new sponsor", "call"],
            "owner_role": "csm",
            "due_days": 7,
            "reason": "nobody inside",
        },
        {"id": "free", "if": "segment() == 'free'", "group": "usage", "cap": 40},
        {"id": "lies", "if": "delta(use) < -5", "signal": "mood", "exclude": True},
        {"id": "low", "if": "use < 3", "diagnosis": "ability.low_use", "remedy": ["training"]},
    ],
}


RULE_TABLE = {
    "account_id": ["a", "b", "c", "d"],
    "use": [8.0, 8, 2, 2],
    "mood": [4.0, 4, 4, 4],
    "left": [0.0, 1, 0, None],
    "plan": ["paid", "free", "paid", None],
}


def rows(table: Any, key: str = "account") -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in table.to_dicts()}


LEARNING_CARD = {
    "sojourn": 1,
    "signals": {"a": {"norm": "identity"}, "b": {"norm": "identity"}},
    "tree": {"mean": [[1, {"id": "left", "mean": [[3, "a"]]}], [1, "b"]]},
}


def random_panel(n: int = 900) -> dict[str, list[Any]]:
    """Accounts whose departure depends on `a` and not on `b`, on six days."""
    import random

    draw = random.Random(5)
    rows: dict[str, list[Any]] = {name: [] for name in ("account_id", "as_of", "left_on", "a", "b")}
    for account in range(n):
        day = datetime.date(2023, 1, 1) + datetime.timedelta(days=100 * (account % 6))
        a, b = draw.uniform(0, 100), draw.uniform(0, 100)
        leaves = draw.random() < 1 / (1 + math.exp(0.06 * a - 2))
        left_on = day + datetime.timedelta(days=draw.randrange(1, 90)) if leaves else None
        for name, value in zip(rows, (account, day, left_on, a, b), strict=True):
            rows[name].append(value)
    return rows


def outcomes(panel: dict[str, list[Any]]) -> list[bool]:
    return [left is not None for left in panel["left_on"]]


def card_of_norm(norm: Any, **more: Any) -> sj.Scorecard:
    return sj.Scorecard.from_json({"sojourn": 1, "signals": {"x": {"norm": norm, **more}}, "tree": {"mean": [[1, "x"]]}})


def close(actual: Any, expected: list[float | None]) -> None:
    assert [None if value != value else pytest.approx(value, rel=1e-12) for value in actual] == expected


MIXED_CARD: dict[str, Any] = {
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


MIXED_TABLE = {
    "account_id": ["a", "b", "c", "d"],
    "usage": [10.0, 5.0, None, 2.0],
    "mood": ["good", "poor", "fair", "great"],
    "owner": ["ann", "ann", "bob", None],
    "mrr": [100, 200, 300, 400],
}


def card_of_tree(tree: dict[str, Any], *names: str, **more: Any) -> sj.Scorecard:
    signals = {name: {"norm": "identity"} for name in names}
    return sj.Scorecard.from_json({"sojourn": 1, "min_coverage": 0, "signals": signals, "tree": tree, **more})


ACCOUNTS = {
    "account_id": ["p", "q", "r"],
    "logins": [2.0, 9.0, None],
    "mood": ["poor", "good", None],
    "csat": [40.0, 80.0, None],
    "asked": [datetime.date(2024, 5, 20), datetime.date(2024, 1, 1), None],
}


def scores(result: sj.HealthResult) -> list[float]:
    return result.table()["score"].to_list()
