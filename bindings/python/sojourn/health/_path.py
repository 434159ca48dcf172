"""The smallest improvement that lifts an account into a better tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import column, take_rows
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle, keys_asked_for, rows_of


class Paths(Table):
    """The way of each account to the tier: account, status, wanted, score, score_then, tier_then, cost, method.

    `steps` names the signals to improve: account, signal, value (the raw value to reach) or label, s_before, s, points,
    cost. `status` is reached, already_there, out_of_reach, held_down (a rule does not let it) or no_score; `method`
    exact or greedy.
    """

    def __init__(self, found: Mapping[str, Any], accounts: Sequence[Any], options: Mapping[str, Any]) -> None:
        super().__init__(_by_account(found["paths"], accounts), options=options, title="The way to a better tier")
        self.steps = Table(_by_account(found["steps"], accounts), options=options, title="Steps to a better tier")


def paths(
    cycle: ScoredCycle,
    tier: str | None,
    accounts: Any,
    goal: str,
    costs: Mapping[str, float] | None,
    limits: Mapping[str, float] | None,
) -> Paths:
    """See `HealthResult.path_to`."""
    if goal not in ("fewest", "cheapest"):
        raise SchemaError('goal is "fewest" (signals) or "cheapest"')
    inputs, standing, signals, keys = cycle._inputs, cycle.table()["tier"], cycle._previous_signals, cycle._accounts
    if accounts is None:
        wanted = list(keys)
    else:
        wanted = keys_asked_for(accounts)
        rows = rows_of(keys, wanted)
        keys = column(wanted, "account")
        inputs = {name: take_rows(values, rows) for name, values in inputs.items()}
        standing = take_rows(standing, rows)
        signals = None if signals is None else {name: take_rows(values, rows) for name, values in signals.items()}
    costs, limits = costs or {}, limits or {}
    efforts = [
        _core.health.Effort(name, costs.get(name, 1.0), limits.get(name, 1.0)) for name in dict.fromkeys([*costs, *limits])
    ]
    found = _core.health.health_paths(
        cycle.card._core,
        inputs,
        standing,
        cycle._days,
        tier or "",
        goal,
        efforts,
        signals,
        None if cycle._manual is None else cycle._manual.of(keys).values,
    )
    options = {"goal": goal, "tier": tier, "costs": dict(costs), "limits": dict(limits), **cycle.options}
    return Paths(found, wanted, options)


def _by_account(found: dict[str, Column], accounts: Sequence[Any]) -> dict[str, Any]:
    """The columns with the key of each row's account in place of its number."""
    rows = found.pop("row").to_list()
    return {"account": [accounts[row] for row in rows] if rows else column([], "account"), **found}
