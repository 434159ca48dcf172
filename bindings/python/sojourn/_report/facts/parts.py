"""Scored cycles -> the parts of the card (its modules): their mean score now, over the last cycles, and by owner."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._report.sections.parts import PartFacts
from sojourn.health import HealthResult


def part_facts(cycles: Sequence[HealthResult], owner: Mapping[str, Any]) -> PartFacts | None:
    """`cycles`, oldest first; None for a card whose tree is no mean of parts, or of which one signal is all."""
    parts = parts_of(cycles[-1])
    if len(parts) < 2:
        return None
    means, days = [], []
    scores: dict[str, dict[str, float]] = {}
    for cycle in cycles:
        if parts_of(cycle) != parts:
            continue  # another card: its parts are not these
        scores = _scores(cycle, parts)
        means.append({part: _mean(own.values()) for part, own in scores.items()})
        days.append(str(cycle.options["as_of"])[:10])
    owners = sorted({str(name) for name in owner.values() if name is not None})
    by_owner = {
        name: {
            part: _mean(score for account, score in own.items() if str(owner.get(account)) == name)
            for part, own in scores.items()
        }
        for name in owners
    }
    return PartFacts(parts=list(parts), days=days, means=means, by_owner=by_owner)


def parts_of(cycle: HealthResult) -> dict[str, list[str]]:
    """By part the signals below it, from the tree of the card."""
    tree = json.loads(cycle.card.to_json())["tree"]
    children = tree.get("mean") if isinstance(tree, dict) else None
    if not children:
        return {}
    known = set(cycle.card.signals)
    found = {}
    for _, node in children:
        signals = [name for name in _words(node) if name in known]
        name = node if isinstance(node, str) else node.get("id", " + ".join(signals))
        found[str(name)] = signals
    return found


def _words(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, Mapping):
        return [word for key, value in node.items() if key != "id" for word in _words(value)]
    return [word for item in node for word in _words(item)] if isinstance(node, list) else []


def _scores(cycle: HealthResult, parts: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Account -> 100 x points brought / points possible, part by part, where the account has a score and the part data."""
    brought, lost = cycle.contributions(), cycle.lost_points()
    accounts = [str(account) for account in brought["account"].to_list()]
    scored = [score is not None and score == score for score in cycle["score"].to_list()]
    found = {}
    for part, signals in parts.items():
        got = [_sum(row) for row in zip(*(brought[name].to_list() for name in signals), strict=True)]
        missed = [_sum(row) for row in zip(*(lost[name].to_list() for name in signals), strict=True)]
        found[part] = {
            account: 100 * a / (a + b)
            for account, a, b, known in zip(accounts, got, missed, scored, strict=True)
            if known and a + b > 0
        }
    return found


def _sum(row: Sequence[float | None]) -> float:
    return math.fsum(value for value in row if value is not None and value == value)


def _mean(values: Any) -> float:
    held = list(values)
    return math.fsum(held) / len(held) if held else math.nan
