"""The work list: whom to call first, owner by owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, take_rows
from sojourn._frames.table import Table
from sojourn.health._cycle import ScoredCycle
from sojourn.health._plots import plot_load


@checked
class WorkQueue(Table):
    """Whom to call first, owner by owner. `load` has one row per owner; `csms_needed` is for the whole book."""

    def __init__(
        self, found: Mapping[str, Any], load: Mapping[str, Any], counts: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        super().__init__(found, options={**options, **counts}, title="Work queue")
        self.load = Table(load, options=options, plot=plot_load, title="Load by owner")
        self.csms_needed: int = counts["csms_needed"]

    def plot(self, ax: Any = None) -> Any:
        """Accounts by owner against capacity."""
        return self.load.plot(ax)


def work_queue(
    cycle: ScoredCycle,
    *,
    owner: Any = None,
    value: Any = None,
    p_churn: Any = None,
    days_overdue: Any = None,
    effort: Any = None,
    capacity: float = 40,
    overdue_bonus: float = 0.1,
    unknown_risk: float = 0.5,
) -> WorkQueue:
    """See `HealthResult.work_queue`."""
    table = cycle.table()
    asked = {"owner": owner, "value": value, "p_churn": p_churn, "days_overdue": days_overdue, "effort": effort}
    found = {role: cycle._column(given, role) for role, given in asked.items() if given is not None}
    found.setdefault("value", column([1] * len(cycle), "value"))
    queue = _core.health.work_queue({**found, "score": table["score"]}, capacity, overdue_bonus, unknown_risk)
    listed = dict(queue["columns"])
    rows = listed.pop("row")
    about = {"account": table["account"], "value": found["value"], "score": table["score"], "tier": table["tier"]}
    options = {"capacity": capacity, "overdue_bonus": overdue_bonus, "unknown_risk": unknown_risk, **cycle.options}
    return WorkQueue(
        {**{name: take_rows(values, rows) for name, values in about.items()}, **listed},
        queue["load"],
        queue["counts"],
        options,
    )
