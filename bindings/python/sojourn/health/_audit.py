"""Audits of a card that need no outcomes: what the weights decide, what else decides, and what drifted."""

from __future__ import annotations

import math
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import columns
from sojourn._frames.palette import FULL, PALE
from sojourn._frames.table import Table
from sojourn.health._learn import signal_parts
from sojourn.health._scorecard import Scorecard


@checked
class Sensitivity(Table):
    """One row per account, the least certain tier first; `.mean_flip` is the mean probability of another tier."""

    mean_flip: float


@checked
def weight_sensitivity(
    card: Scorecard,
    table: Any,
    *,
    account: str = "account_id",
    draws: int = 1000,
    concentration: float = 50.0,
    seed: int = 1,
    level: float = 0.9,
    threads: int = 0,
) -> Sensitivity:
    """Scores, ranks and tiers under weights drawn around the card's (Dirichlet): account, score, rank, tier, their
    ranges, flip.

    With `concentration` 50 a weight of 0.20 lies in 0.10 .. 0.32 nine times in ten; with 500 in 0.17 .. 0.23. Rank 1 is
    the lowest score. Only the weights vary: rules and the memory of tiers are left out. The same seed gives the same
    draws on any number of threads.
    """
    found = _core.health.weight_sensitivity(
        *signal_parts(card, table, threads),
        _core.health.nominal_weights(card._core),
        card._core,
        draws,
        concentration,
        seed,
        level,
        threads,
    )
    accounts = list(columns(table, {"account": account})["account"])
    flip = list(found["columns"]["flip"])
    order = sorted(range(len(flip)), key=lambda row: (-flip[row] if not math.isnan(flip[row]) else 1.0, row))
    shown = {name: [values[row] for row in order] for name, values in ((n, list(c)) for n, c in found["columns"].items())}
    options = {
        "card": card.name,
        "draws": draws,
        "concentration": concentration,
        "seed": seed,
        "level": level,
        "mean_flip": found["mean_flip"],
    }
    result = Sensitivity(
        {account: [accounts[row] for row in order], **shown},
        options=options,
        plot=_draw_ranks,
        title="Sensitivity to weights",
    )
    result.mean_flip = found["mean_flip"]
    return result


@checked
def leave_one_out(card: Scorecard, table: Any, *, threads: int = 0) -> Table:
    """The book without each signal in turn: share of accounts in another tier, shifts of rank (of 1), rank correlation."""
    weights = _core.health.nominal_weights(card._core)
    found = _core.health.leave_one_out(*signal_parts(card, table, threads), weights, card._core)
    return Table(
        {"signal": card.signals, "weight": weights, **found}, options={"card": card.name}, title="Without one signal"
    )


@checked
def influence(card: Scorecard, table: Any, *, bins: int = 20, account: str = "account_id", threads: int = 0) -> Table:
    """Weight beside influence: `eta_squared`, the share of the score's variance that a signal explains, and its `share`
    of the sum.
    """
    scores = card.score(table, account=account, threads=threads).table()["score"]
    found = _core.health.influence(
        *signal_parts(card, table, threads), scores, _core.health.nominal_weights(card._core), bins
    )
    return Table(
        {"signal": card.signals, **found},
        options={"card": card.name, "bins": bins},
        plot=_draw_influence,
        title="Weight and influence",
    )


@checked
def outranking(card: Scorecard, table: Any, *, account: str = "account_id", threads: int = 0) -> dict[str, Any]:
    """All pairs of accounts, without compensation between signals: how many one account dominates, and how many the
    score ranks against the majority of the weight.
    """
    scores = card.score(table, account=account, threads=threads).table()["score"]
    return _core.health.audit_outranking(
        *signal_parts(card, table, threads), scores, _core.health.nominal_weights(card._core)
    )


@checked
def signal_drift(card: Scorecard, before: Any, now: Any, *, bins: int = 10, threads: int = 0) -> Table:
    """Population stability of every signal, missing values as a bin of their own: psi and its p-value."""
    parts, parts_now = signal_parts(card, before, threads), signal_parts(card, now, threads)
    found = _core.health.signal_stability(*parts, *parts_now, bins)
    return Table({"signal": card.signals, **found}, options={"card": card.name, "bins": bins}, title="Drift of signals")


@checked
class PointsScale:
    """points = offset + factor x ln(odds of leaving); `points_to_double` points double the odds; negative: more points
    are healthier.
    """

    def __init__(self, points: float, odds: float, points_to_double: float) -> None:
        self.offset, self.factor = _core.health.points_scale(points, odds, points_to_double)

    def of_probability(self, probability: float) -> float:
        """Points of a probability of leaving."""
        return self.offset + self.factor * math.log(probability / (1 - probability))

    def probability(self, points: float) -> float:
        """The probability of leaving that these points stand for."""
        return 1 / (1 + math.exp(-(points - self.offset) / self.factor))

    def __repr__(self) -> str:
        return f"PointsScale({self.offset:.2f} {self.factor:+.2f} ln odds)"


def _draw_ranks(table: Table, ax: Any) -> None:
    rows = sorted((row for row in table.to_dicts() if not math.isnan(row["flip"])), key=lambda row: float(row["rank"]))
    step = max(1, len(rows) // 60)
    shown = rows[::step]
    places = list(range(len(shown)))
    ax.vlines(places, [row["rank_low"] for row in shown], [row["rank_high"] for row in shown], color=PALE, linewidth=3)
    ax.scatter(places, [row["rank"] for row in shown], s=8, color=FULL, zorder=3)
    ax.set_xticks([])
    ax.set_xlabel(f"{len(shown)} of {len(rows):,} accounts, from the worst score to the best")
    ax.set_ylabel("Rank, and where other weights would put it")


def _draw_influence(table: Table, ax: Any) -> None:
    places = range(len(table))
    ax.barh([p + 0.2 for p in places], list(table["weight"]), height=0.4, label="weight in the card")
    ax.barh([p - 0.2 for p in places], list(table["share"]), height=0.4, label="share of the influence")
    ax.set_yticks(list(places), list(table["signal"]))
    ax.set_xlim(0, 1.6 * max([0.01, *table["weight"], *(share for share in table["share"] if not math.isnan(share))]))
    ax.legend(loc="upper right")
