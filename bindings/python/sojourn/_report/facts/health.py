"""A scored account set -> health facts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._frames.language import say, word
from sojourn._report.page import Fact
from sojourn._report.request import HealthRequest
from sojourn._report.sections.health import AtRisk, HealthFacts
from sojourn.health import HealthResult

NAMES_SHOWN = 15


def health_facts(request: HealthRequest) -> HealthFacts:
    """Scores, tiers, and the signals that cost points; account names only where they were asked for."""
    result = request.result
    table = result.table()
    scores = [math.nan if score is None else float(score) for score in table["score"].to_list()]
    tiers = dict(result.card.tiers)
    named = ["" if score != score else str(tier) for score, tier in zip(scores, table["tier"].to_list(), strict=True)]
    return HealthFacts(
        scores=scores,
        tier_of=named,
        tiers=list(tiers),
        thresholds=list(tiers.values())[1:],
        coverage=[float(share) for share in table["coverage"].to_list()],
        lost_points=_lost_points(result, scores),
        outcome=request.outcome,
        card=result.card.name,
        at_risk=_at_risk(result, table["account"].to_list(), scores, named) if request.accounts else [],
        facts=_facts(result),
    )


def _facts(result: HealthResult) -> list[Fact]:
    facts = [
        Fact(
            label=say("Scorecard"),
            value=say(
                "{name}, hash {hash}: {signals}",
                name=result.card.name,
                hash=result.card.hash,
                signals=", ".join(result.card.signals),
            ),
        )
    ]
    odd = [(row["signal"], {k: n for k, n in row.items() if k != "signal" and n}) for row in result.counters().to_dicts()]
    shown = [f"{signal}: {_counts_text(counts)}" for signal, counts in odd if counts]
    return facts + ([Fact(label=say("Signals: odd values"), value="; ".join(shown))] if shown else [])


def _counts_text(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {word(kind.replace('_', ' '))}" for kind, n in counts.items())


def _lost_points(result: HealthResult, scores: Sequence[float]) -> list[tuple[str, float]]:
    """The mean over the scored accounts of what each signal costs, largest first."""
    table = result.lost_points()
    scored = [row for row, score in enumerate(scores) if score == score]
    if not scored:
        return []
    means = []
    for name in result.card.signals:
        lost = table[name].to_list()
        known = [lost[row] for row in scored if lost[row] is not None and lost[row] == lost[row]]
        means.append((name, math.fsum(known) / len(scored)))
    return sorted(means, key=lambda pair: -pair[1])


def _at_risk(result: HealthResult, accounts: Sequence[Any], scores: Sequence[float], tiers: Sequence[str]) -> list[AtRisk]:
    best = [*result.card.tiers][-1]
    below = (row for row, score in enumerate(scores) if score == score and tiers[row] != best)
    lowest = sorted(below, key=lambda row: (scores[row], row))[:NAMES_SHOWN]
    costs: dict[Any, list[str]] = {}
    for row in result.drivers(top=3).to_dicts():
        costs.setdefault(row["account"], []).append(f"{row['signal']} (−{row['lost']:.0f})")
    return [
        AtRisk(
            account=str(accounts[row]), score=scores[row], tier=tiers[row], drivers=", ".join(costs.get(accounts[row], []))
        )
        for row in lowest
    ]
