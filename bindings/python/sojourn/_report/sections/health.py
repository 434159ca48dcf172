"""Health scores: how accounts spread over the tiers, which signals cost points, and how much data is behind the scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._frames.format import UNDEFINED, number, percent, span
from sojourn._frames.language import say, sentences, word
from sojourn._report.definitions import defined
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn.charts import score_histogram, tier_bar


@dataclass(frozen=True, kw_only=True)
class AtRisk:
    """One account of the list of names, which is printed only on request."""

    account: str
    score: float
    tier: str
    drivers: str = ""


@dataclass(frozen=True, kw_only=True)
class HealthFacts:
    """Scores between 0 and 100 (NaN: not scored); tiers and thresholds from worst to best."""

    scores: Sequence[float]
    tier_of: Sequence[str]
    tiers: Sequence[str]
    thresholds: Sequence[float]
    coverage: Sequence[float] = ()
    lost_points: Sequence[tuple[str, float]] = ()
    """Signals with the mean points that each costs per account, largest first."""
    outcome: Sequence[bool] = ()
    """Who left, where known; then the share that left is printed beside each tier."""
    card: str = ""
    at_risk: Sequence[AtRisk] = ()
    facts: Sequence[Fact] = ()


def part(facts: HealthFacts) -> Part:
    counts = [sum(1 for tier in facts.tier_of if tier == name) for name in facts.tiers]
    scored = [score for score in facts.scores if score == score]
    unknown = len(facts.scores) - len(scored)
    return Part(
        headlines=[_headline(facts, counts, len(scored))],
        sections=[_section(facts, counts, scored, unknown), *([_list(facts)] if facts.at_risk else [])],
        facts=[
            Fact(
                label=say("Health"),
                value=say("{scored:,} accounts scored, {unknown:,} without a score", scored=len(scored), unknown=unknown)
                + (say("; card {card}", card=facts.card) if facts.card else ""),
            ),
            *facts.facts,
        ],
        data={"health": _data(facts, counts, unknown)},
    )


def _headline(facts: HealthFacts, counts: Sequence[int], scored: int) -> Headline:
    worst = word(facts.tiers[0])
    if not scored:
        return Headline(
            label=say("Accounts in tier “{worst}”", worst=worst),
            value=word(UNDEFINED),
            reading=say("No account has a score."),
        )
    mean = sum(s for s in facts.scores if s == s) / scored
    return Headline(
        label=say("Accounts in tier “{worst}”", worst=worst),
        value=percent(counts[0] / scored),
        first=True,
        interval=say("{counts:,} of {scored:,} scored accounts", counts=counts[0], scored=scored),
        reading=say(
            "The mean score is {mean:.1f} of 100. “{worst}” is below {threshold:g}.",
            mean=mean,
            worst=worst,
            threshold=facts.thresholds[0],
        )
        if facts.thresholds
        else say("The mean score is {mean:.1f} of 100.", mean=mean),
    )


def _section(facts: HealthFacts, counts: Sequence[int], scored: Sequence[float], unknown: int) -> Section:
    grids = [_tier_grid(facts, counts, len(scored), unknown)]
    if facts.lost_points:
        grids.append(
            Grid(
                columns=[say("Signal"), say("Mean points lost")],
                caption=say("What keeps scores below 100"),
                rows=[[word(name), number(points)] for name, points in facts.lost_points],
            )
        )
    return Section(
        anchor="health",
        title=say("How healthy they are"),
        reading=_reading(facts, counts),
        pictures=[
            tier_bar([word(tier) for tier in facts.tiers], counts, unknown=unknown),
            score_histogram(facts.scores, thresholds=facts.thresholds, tiers=[word(tier) for tier in facts.tiers]),
        ],
        grids=grids,
        definition=sentences(defined("health").meaning, defined("health").missing),
        not_told=defined("health").not_told,
    )


def _reading(facts: HealthFacts, counts: Sequence[int]) -> str:
    if not facts.outcome:
        return ""
    rates = [_left(facts, name) for name in (facts.tiers[0], facts.tiers[-1])]
    if not all(n for _, n in rates):
        return ""
    worst, best = (left / n for left, n in rates)
    return say(
        "{worst:.1f}% of the accounts in tier “{lowest}” left, against {best:.1f}% in “{highest}”. Score "
        "and outcome come from one snapshot, so this describes and does not prove that the score "
        "predicts.",
        worst=100 * worst,
        lowest=word(facts.tiers[0]),
        best=100 * best,
        highest=word(facts.tiers[-1]),
    )


def _left(facts: HealthFacts, tier: str) -> tuple[int, int]:
    outcomes = [left for left, own in zip(facts.outcome, facts.tier_of, strict=True) if own == tier]
    return sum(outcomes), len(outcomes)


def _tier_grid(facts: HealthFacts, counts: Sequence[int], scored: int, unknown: int) -> Grid:
    bounds = ["0", *(f"{t:g}" for t in facts.thresholds), "100"]
    rows = []
    for i, name in reversed(list(enumerate(facts.tiers))):
        row = [
            word(name),
            span(bounds[i], bounds[i + 1]),
            f"{counts[i]:,}",
            percent(counts[i] / scored if scored else float("nan")),
        ]
        rows.append(row + _tier_extras(facts, name))
    if unknown:
        rows.append([say("no score"), "", f"{unknown:,}", ""] + _tier_extras(facts, "", missing=True))
    extra = ([say("Mean coverage")] if facts.coverage else []) + (
        [say("Left"), say("Share that left")] if facts.outcome else []
    )
    return Grid(columns=[say("Tier"), say("Score"), say("Accounts"), say("Share of scored"), *extra], rows=rows)


def _tier_extras(facts: HealthFacts, tier: str, *, missing: bool = False) -> list[str]:
    cells = []
    own = [i for i, name in enumerate(facts.tier_of) if (name not in facts.tiers if missing else name == tier)]
    if facts.coverage:
        cells.append(percent(sum(facts.coverage[i] for i in own) / len(own), 0) if own else "")
    if facts.outcome:
        left = sum(facts.outcome[i] for i in own)
        cells += [f"{left:,}", percent(left / len(own)) if own else ""]
    return cells


def _list(facts: HealthFacts) -> Section:
    return Section(
        anchor="at-risk",
        title=say("Accounts with the lowest scores"),
        reading=say("Printed because account names were asked for."),
        grids=[
            Grid(
                columns=[say("Account"), say("Score"), say("Tier"), say("Costs most points")],
                rows=[[a.account, number(a.score), word(a.tier), a.drivers] for a in facts.at_risk],
            )
        ],
    )


def _data(facts: HealthFacts, counts: Sequence[int], unknown: int) -> dict[str, Any]:
    return {
        "card": facts.card,
        "tiers": list(facts.tiers),
        "thresholds": list(facts.thresholds),
        "accounts": list(counts),
        "unknown": unknown,
        "lost_points": [list(pair) for pair in facts.lost_points],
    }
