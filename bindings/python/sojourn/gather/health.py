"""A scored account set -> health facts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._page import Fact
from sojourn.sections.health import AtRisk, HealthFacts

NAMES_SHOWN = 15


def health_facts(result: Any, card: Mapping[str, Any] | None = None, *, outcome: Sequence[bool] = (),
                 accounts: bool = False) -> HealthFacts:
    """`result` is what `Scorecard.score` returns; `card` its JSON as a dict; account names only with `accounts`."""
    table = result.table()
    scores = [math.nan if s is None else float(s) for s in table["score"].to_list()]
    tiers = ["" if t is None else str(t) for t in table["tier"].to_list()]
    spec: Mapping[str, Any] = card if card is not None else _card_of(result)
    cut = sorted((float(start), str(name)) for name, start in spec["tiers"].items() if name not in ("up", "down", "closed"))
    return HealthFacts(
        scores=scores, tier_of=[t if s == s else "" for t, s in zip(tiers, scores, strict=True)], tiers=[name for _, name in cut],
        thresholds=[start for start, _ in cut[1:]], coverage=[float(c) for c in table["coverage"].to_list()],
        lost_points=_lost_points(result), outcome=outcome, card=_card_name(spec),
        at_risk=_at_risk(result, table, scores, tiers) if accounts else [], facts=_data_facts(spec))


def _card_of(result: Any) -> Mapping[str, Any]:
    import json

    card: Mapping[str, Any] = json.loads(result.card.to_json())
    return card


def _card_name(spec: Mapping[str, Any]) -> str:
    return " ".join(str(spec[key]) for key in ("card", "version") if key in spec)


def _data_facts(spec: Mapping[str, Any]) -> list[Fact]:
    return [Fact(label="Scorecard", value=f"{_card_name(spec)}: {', '.join(spec['signals'])}")]


def _lost_points(result: Any) -> list[tuple[str, float]]:
    raise NotImplementedError


def _at_risk(result: Any, table: Any, scores: Sequence[float], tiers: Sequence[str]) -> list[AtRisk]:
    accounts = table["account"].to_list()
    lowest = sorted((row for row in range(len(scores)) if scores[row] == scores[row]), key=lambda row: (scores[row], row))
    drivers = _drivers(result)
    return [AtRisk(account=str(accounts[row]), score=scores[row], tier=tiers[row], drivers=drivers(row)) for row in lowest[:NAMES_SHOWN]]


def _drivers(result: Any) -> Any:
    raise NotImplementedError
