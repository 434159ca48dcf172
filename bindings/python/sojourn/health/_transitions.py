"""From one cycle to the next: who moved between tiers, in accounts and in money, and how fast scores rise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._card_set_result import CardSetResult
from sojourn.health._cycle import ScoredCycle
from sojourn.health._plots import plot_transitions

_CYCLES = (ScoredCycle, CardSetResult)


@checked
class Transitions(Table):
    """From which tier to which: one row per previous tier (then unknown, new), one column per current tier (then
    unknown, lost).
    """

    def __init__(self, found: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        super().__init__(
            {"previous": found["rows"], **found["matrix"]}, options=options, plot=plot_transitions, title="Tier transitions"
        )
        self.both: int = found["both"]
        self.upgrades: int = found["upgrades"]
        self.downgrades: int = found["downgrades"]
        self.staying: Estimate = found["staying"]
        self.staying.options = dict(options)
        self.values: Table | None = None
        """The same matrix in money, where weights were given; `moved` sums it up."""
        self.moved: dict[str, Any] = {}

    def rates(self, *, prior: float = 0) -> Table:
        """Shares by row, and `dwell`: the mean number of cycles in a tier, 1 / (1 - share that stayed). `prior` > 0
        smooths.
        """
        names = self.columns[1:]
        cells = [[row[name] for name in names] for row in self.to_dicts()]
        found = _core.health.tier_transition_rates(cells, prior)
        shown = {"previous": self["previous"], **dict(zip(names, found["columns"], strict=True)), "dwell": found["dwell"]}
        options = {**self.options, "prior": prior}
        return Table(shown, options=options, plot=plot_transitions, title="Tier transitions, shares by row")

    @property
    def net(self) -> int:
        """Upgrades less downgrades."""
        return self.upgrades - self.downgrades


@checked
def transitions(
    previous: Any, current: Any, *, tiers: Sequence[str] | None = None, weights: Any = None, level: float = 0.95
) -> Transitions:
    """Counts of accounts by previous and current tier.

    Takes two results, or two tables with account and tier: accounts are matched by key, and those in only one cycle are
    new or lost. Two bare sequences of tier names are matched row by row (None: not there); then `tiers` names them,
    worst first. `weights` adds the same matrix in money: the name of a column of both tables (the current value counts,
    and for lost accounts the previous one), or a column of whole numbers for bare sequences.
    """
    keyed = [_keyed(cycle) for cycle in (previous, current)]
    if (keyed[0] is None) != (keyed[1] is None):
        raise SchemaError("previous and current must both be results or tables, or both be sequences of tiers")
    keys: tuple[Column, Column] | None = None
    values: list[Column | None] = [None, None]
    if keyed[0] is None or keyed[1] is None:
        then, now = column(previous, "previous"), column(current, "current")
        values[1] = None if weights is None else column(weights, "weights")
    else:
        (keys_then, then), (keys_now, now) = keyed[0], keyed[1]
        keys = (keys_then, keys_now)
        if weights is not None:
            values = [_weights(cycle, weights) for cycle in (previous, current)]
    order = _order(tiers, previous, current, then, now)
    before, after = keys or (None, None)
    found = Transitions(_core.health.tier_transitions(then, now, order, before, after, level), {"level": level})
    if weights is not None:
        moved = dict(_core.health.tier_transition_values(then, now, order, before, after, values[0], values[1]))
        matrix = {"previous": [*order, "unknown", "new"], **moved.pop("matrix")}
        found.values = Table(matrix, plot=plot_transitions, title="Value by tier transition")
        found.moved = moved
    return found


@checked
def score_slopes(
    results: Sequence[ScoredCycle | CardSetResult], *, method: str = "least_squares", by: str = "cycle"
) -> Table:
    """How fast each score of the last result rose over the cycles, oldest first: account, slope, scores.

    `slope` is in points per cycle, or `by="day"` in points per day; NaN where an account has fewer than 3 scores (`scores`
    counts them). `method`: "least_squares", or "theil_sen", which a single odd cycle does not distort.
    """
    if not results:
        raise SchemaError("there must be at least one result")
    if method not in ("least_squares", "theil_sen") or by not in ("cycle", "day"):
        raise SchemaError('method is "least_squares" or "theil_sen", by is "cycle" or "day"')
    times = [float(index) for index in range(len(results))]
    if by == "day":
        if any(result.as_of is None for result in results):
            raise SchemaError('by="day" needs the day of every result: score with as_of')
        times = [float(result._days) for result in results]
    accounts = results[-1]._accounts
    keys = list(accounts)
    history = []
    for result in results:
        scores = dict(zip(result._accounts, result.table()["score"], strict=True))
        history.append(column([scores.get(key, float("nan")) for key in keys], "score") if keys else column([], "score"))
    counts = [sum(1 for cycle in history if cycle[row] == cycle[row]) for row in range(len(keys))]
    slopes = _core.health.score_slopes(history, times, method)
    return Table(
        {"account": accounts, "slope": slopes, "scores": column(counts, "scores")}, options={"method": method, "by": by}
    )


def _weights(cycle: Any, name: Any) -> Column:
    if not isinstance(name, str):
        raise SchemaError("weights is the name of a column of both tables")
    return cycle._column(name, "weights") if isinstance(cycle, _CYCLES) else columns(cycle, {"weights": name})["weights"]


def _order(tiers: Sequence[str] | None, previous: Any, current: Any, then: Column, now: Column) -> list[str]:
    if tiers is not None:
        return list(tiers)
    order: dict[str, None] = {}
    for cycle in (current, previous):
        if isinstance(cycle, _CYCLES):
            order.update(dict.fromkeys(cycle._tiers))
    if not order:
        order.update(dict.fromkeys(tier for tier in [*then, *now] if tier is not None and tier != "unknown"))
    return list(order)


def _keyed(cycle: Any) -> tuple[Column, Column] | None:
    if isinstance(cycle, _CYCLES):
        table = cycle.table()
        return table["account"], table["tier"]
    plain = isinstance(cycle, (Column, str)) or (
        isinstance(cycle, Sequence) and not (cycle and isinstance(cycle[0], Mapping))
    )
    if plain or getattr(cycle, "ndim", 2) == 1:
        return None
    found = columns(cycle, {"account": "account", "tier": "tier"})
    return found["account"], found["tier"]
