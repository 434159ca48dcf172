"""From one cycle to the next: who moved between tiers, and how fast scores rise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._cycle import HealthResult


class Transitions(Table):
    """From which tier to which: one row a previous tier (then unknown, new), one column a current one (then unknown, lost)."""

    def __init__(self, found: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        from sojourn.health._plots import plot_transitions

        super().__init__(
            {"previous": found["rows"], **found["matrix"]}, options=options, plot=plot_transitions, title="Tier transitions"
        )
        self.both: int = found["both"]
        self.upgrades: int = found["upgrades"]
        self.downgrades: int = found["downgrades"]
        self.staying: Estimate = found["staying"]
        self.values: Table | None = None
        """The same matrix in money, where weights were given; `moved` sums it up."""
        self.moved: dict[str, Any] = {}

    def rates(self, *, prior: float = 0) -> Table:
        """Shares by row, and `dwell`: the mean number of cycles in a tier, 1 / (1 - share that stayed). `prior` > 0 smooths."""
        from sojourn.health._rollup import transition_rates

        return transition_rates(self, prior)

    @property
    def net(self) -> int:
        """Upgrades less downgrades."""
        return self.upgrades - self.downgrades


def transitions(
    previous: Any, current: Any, *, tiers: Sequence[str] | None = None, weights: Any = None, level: float = 0.95
) -> Transitions:
    """Counts of accounts by previous and current tier.

    Takes two results, or two tables with account and tier: accounts are matched by key, those of one cycle only are new or
    lost. Two bare sequences of tier names are matched row by row (None: not there); then `tiers` names them, worst first.
    `weights` adds the same matrix in money: the name of a column of both tables (the current value counts, and of lost
    accounts the previous one), or a column of whole numbers for bare sequences.
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
        from sojourn.health._rollup import transition_values

        found.values, found.moved = transition_values(then, now, order, keys, values)
    return found


def _weights(cycle: Any, name: Any) -> Column:
    if not isinstance(name, str):
        raise SchemaError("weights is the name of a column of both tables")
    return (
        cycle._column(name, "weights") if isinstance(cycle, HealthResult) else columns(cycle, {"weights": name})["weights"]
    )


def _order(tiers: Sequence[str] | None, previous: Any, current: Any, then: Column, now: Column) -> list[str]:
    if tiers is not None:
        return list(tiers)
    order: dict[str, None] = {}
    for cycle in (current, previous):
        if isinstance(cycle, HealthResult):
            order.update(dict.fromkeys(cycle.card.tiers))
    if not order:
        order.update(dict.fromkeys(tier for tier in [*then, *now] if tier is not None and tier != "unknown"))
    return list(order)


def _keyed(cycle: Any) -> tuple[Column, Column] | None:
    if isinstance(cycle, HealthResult):
        table = cycle.table()
        return table["account"], table["tier"]
    plain = isinstance(cycle, (Column, str)) or (
        isinstance(cycle, Sequence) and not (cycle and isinstance(cycle[0], Mapping))
    )
    if plain or getattr(cycle, "ndim", 2) == 1:
        return None
    found = columns(cycle, {"account": "account", "tier": "tier"})
    return found["account"], found["tier"]


def score_slopes(results: Sequence[HealthResult], *, method: str = "least_squares", by: str = "cycle") -> Table:
    """How fast each score of the last result rose over the cycles, oldest first: account, slope, scores.

    `slope` is in points a cycle, or `by="day"` in points a day; NaN where an account has fewer than 3 scores (`scores` counts
    them). `method`: "least_squares", or "theil_sen", which one odd cycle does not turn.
    """
    from sojourn.health._delta import score_slopes as slopes

    return slopes(results, method=method, by=by)
