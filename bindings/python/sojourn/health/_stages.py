"""The life of an account with the product: its stage, since when, who is stuck, and who could grow."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns, take_rows
from sojourn._frames.dates import calendar_day, date_reading, day_column
from sojourn._frames.periods import days_since
from sojourn._frames.table import Table
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.health import CardSetResult
    from sojourn.health._cycle import ScoredCycle

STAGES: dict[str, float | None] = {
    "project_start": 14,
    "preparation": 30,
    "data_integration": 45,
    "training": 30,
    "adoption": 120,
    "expansion": None,
    "retention": None,
}
"""Four stages of onboarding, then the three that follow, with the days after which an account is stuck in one: examples to
change, not benchmarks.
"""


@checked
class StageTimes(Table):
    """One row per account: stage, since, days, moves, steps_back, pace. `stages` has one row per stage."""

    def __init__(self, found: Mapping[str, Any], stages: Table, options: Mapping[str, Any]) -> None:
        super().__init__(found, options=options, title="Time in stage")
        self.stages = stages

    @property
    def stuck(self) -> Table:
        """The accounts that have been in their stage too long, the longest first."""
        rows = sorted((row for row in self.to_dicts() if row["pace"] == "stuck"), key=lambda row: -row["days"])
        return Table({name: [row[name] for row in rows] for name in self.columns}, options=self.options, title="Stuck")


@checked
def time_in_stage(
    table: Any,
    *,
    as_of: datetime.date | str,
    stages: Mapping[str, float | None] | None = None,
    account: str = "account_id",
    stage: str = "stage",
    entered_on: str = "entered_on",
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> StageTimes:
    """Where every account stands in its life and since when: account, stage, since, days, moves, steps_back, pace.

    `table` has one row per entry into a stage. `stages` names the stages in the order in which accounts pass them, with the
    days after which an account is stuck (None: never); without it they are those of onboarding (project_start,
    preparation, data_integration, training), then adoption, expansion and retention. `pace` is "stuck", "on_time", or
    "before" where the first stage has not begun. Entries after `as_of` have not happened. `stages` of the result counts by
    stage who is in it and who is stuck, with the median days of a stay (Kaplan and Meier: stays that go on count too).
    """
    limits = dict(STAGES if stages is None else stages)
    dates, day = date_reading(timezone, date_format), calendar_day(as_of, "as_of", date_reading(timezone))
    found = columns(OpenTable(table, dates), {"account": account, "stage": stage, "entered_on": entered_on})
    found["entered_on"] = day_column(found["entered_on"], entered_on, "day", dates)[0]
    longest = [float("nan") if limit is None else float(limit) for limit in limits.values()]
    made = _core.health.time_in_stage(found, list(limits), longest, days_since(day))
    options = {"as_of": day.isoformat(), "stages": limits}
    return StageTimes(made["accounts"], Table(made["stages"], options=options, title="Stages"), options)


def ready_to_expand(
    cycle: ScoredCycle | CardSetResult, *, used: Any, bought: Any, value: Any, owner: Any, share: float, tier: str | None
) -> Table:
    """See `HealthResult.ready_to_expand`."""
    table, tiers = cycle.table(), list(cycle._tiers)
    asked = {"used": used, "bought": bought, "value": value, "owner": owner}
    given = {role: cycle._column(values, role) for role, values in asked.items() if values is not None}
    best = tiers[-1] if tier is None else tier
    if best not in tiers:
        raise SchemaError(f'"{best}" is not a tier of the card; there are: {", ".join(tiers)}')
    found = _core.health.ready_to_expand({"tier": table["tier"], **given}, tiers, best, share)
    listed = dict(found["columns"])
    rows = listed.pop("row")
    shown = {"account": table["account"], "score": table["score"], "tier": table["tier"], **given}
    return Table(
        {**{name: take_rows(values, rows) for name, values in shown.items()}, **listed},
        options={"share": share, "tier": best, "unknown": found["unknown"], **cycle.options},
        title="Ready to expand",
    )
