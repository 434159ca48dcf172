"""Weights of a scorecard from outcomes: none below zero, pulled towards the experts' weights, refused on thin data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table

if TYPE_CHECKING:
    from sojourn.health import Scorecard

ENOUGH_EVENTS_PER_WEIGHT = 10


@checked
class LearnedWeights:
    """What was learned. `card` is the card to use: with the learned weights, or unchanged where `status` is not
    "learned".
    """

    def __init__(self, card: Scorecard, before: Scorecard, found: dict[str, Any], options: dict[str, Any]) -> None:
        self.card = card
        self.status: str = found["status"]
        self.intercept: float = found["intercept"]
        self.slope: float = found["slope"]
        self.rows: int = found["rows"]
        self.events: int = found["events"]
        self.unlabelled: int = found["unlabelled"]
        self.incomplete: int = found["incomplete"]
        self.log_likelihood: float = found["log_likelihood"]
        self.residual: float = found["residual"]
        self.steps: int = found["steps"]
        self.events_per_weight: float = found["events_per_weight"]
        self.options = options
        self._before = before
        self._signals: dict[str, Column] = found["signals"]

    @property
    def warnings(self) -> list[str]:
        """What deserves a second look."""
        found = [f"not learned: {self.status}; the weights are unchanged"] if self.status != "learned" else []
        if self.status == "learned" and self.events_per_weight < ENOUGH_EVENTS_PER_WEIGHT:
            found.append(f"only {self.events_per_weight:.1f} events per weight; 10 or more are advised")
        for signal, role in zip(self._before.signals, self._signals["role"], strict=True):
            if role == "held at zero" and self.status == "learned":
                found.append(
                    f'"{signal}" is held at zero: given the other signals, accounts with healthier values left more often'
                )
            if role == "constant":
                found.append(f'"{signal}" is the same for every account, so it cannot be weighed')
        return found

    def table(self) -> Table:
        """One row per signal: signal, before, weight (both add to 1), coefficient, role, missing."""
        found = {"signal": self._before.signals, "before": _core.health.nominal_weights(self._before._core), **self._signals}
        return Table(found, options={"status": self.status, **self.options}, plot=_draw, title="Learned weights")

    def probability(self, score: float) -> float:
        """Probability of leaving at a score of the learned card, for an account with all its signals; NaN if not learned."""
        if self.status != "learned":
            return math.nan
        logit = float(self.intercept - self.slope * score / 100)
        return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0

    def __repr__(self) -> str:
        return f"LearnedWeights({self.status}, {self.events:,} of {self.rows:,} accounts left)"


@checked
def learn_weights(
    card: Scorecard,
    table: Any,
    outcome: Any,
    *,
    ridge: float = 1.0,
    missing: Literal["mean", "leave_out"] = "mean",
    few_events: Literal["refuse", "fit"] = "refuse",
    min_events: int = 20,
    threads: int = 0,
) -> LearnedWeights:
    """The weights under which the card's signals predict `outcome` best: a column or its name; 1 = left, missing = not
    known.

    A logistic model with no coefficient below zero, pulled towards the card's own weights with strength `ridge`. Signals
    that are still missing after the card's policies take their mean, or their account is left out. Threads change the
    speed, never a bit of the result.
    """
    found = columns(table, {"outcome": outcome})["outcome"] if isinstance(outcome, str) else column(outcome, "outcome")
    inputs = columns(table, {name: name for name in card.inputs})
    expert = _core.health.nominal_weights(card._core)
    fitted = _core.health.learn_weights(card._core, inputs, found, expert, ridge, missing, few_events, min_events, threads)
    learned = fitted["status"] == "learned"
    better = _reweighted(card, [100 * w for w in fitted["signals"]["weight"]]) if learned else card
    options = {"card": card.name, "ridge": ridge, "missing": missing, "few_events": few_events, "min_events": min_events}
    return LearnedWeights(better, card, fitted, options)


@checked
def audit_weights(card: Scorecard, table: Any, *, threads: int = 0) -> Table:
    """The card's weights beside weights that need no outcome: equal, deviation, entropy, critic. They show which signals
    vary.
    """
    found = _core.health.audit_weights(*signal_parts(card, table, threads))
    columns_found = {"signal": card.signals, "card": _core.health.nominal_weights(card._core), **found}
    return Table(columns_found, options={"card": card.name}, title="Weights compared")


def signal_parts(card: Scorecard, table: Any, threads: int) -> tuple[list[Column], list[Column]]:
    """Points and lost points under equal weights: the core reads the normalised signals from the two."""
    flat = _core.health.Scorecard(_core.health.flat_card(card._core))
    inputs = columns(table, {name: name for name in card.inputs})
    # Each row of a panel has its own day, so no day is passed: a card with ageing is refused rather than aged wrongly.
    points, lost = flat.both_parts(inputs, 0, threads)
    return list(points.values()), list(lost.values())


def _reweighted(card: Scorecard, weights: Sequence[float]) -> Scorecard:
    return type(card)(_core.health.with_weights(card._core, list(weights)))


def _draw(table: Table, ax: Any) -> None:
    places = range(len(table))
    ax.barh([p + 0.2 for p in places], list(table["before"]), height=0.4, label="before")
    ax.barh([p - 0.2 for p in places], list(table["weight"]), height=0.4, label="learned")
    ax.set_yticks(list(places), list(table["signal"]))
    ax.set_xlabel("Share of the weight")
    # Leave room beside the longest bar for the legend.
    ax.set_xlim(0, 1.4 * max([0.01, *table["before"], *table["weight"]]))
    ax.legend(loc="upper right")
