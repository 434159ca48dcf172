"""Remedies with proof: who got which, who was held out, what became of the tasks, and whether they helped."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, column, columns, frame, no_such_column, take_rows
from sojourn._frames.dates import calendar_day, date_reading, day_column
from sojourn._frames.periods import days_since
from sojourn._frames.table import Table
from sojourn.errors import DataError, SchemaError

TASK_DAYS = ("due", "answered_on", "accepted_on", "done_on")
ARMS = ("treated", "held_out")
LOG = ("account", "remedy", "arm", "assigned_on", "due", "owner")


@checked
class RemedyTasks(Table):
    """The tasks with the status of each: open, late, done or done_late. `owners` has a row per owner, `total` one of all."""

    def __init__(self, found: Mapping[str, Any], owners: Table, total: Table, options: Mapping[str, Any]) -> None:
        super().__init__(found, options=options, title="Tasks")
        self.owners = owners
        self.total = total


@checked
def assign_remedies(
    table: Any,
    *,
    as_of: datetime.date | str,
    account: str = "account",
    remedy: str = "remedy",
    owner: str | None = None,
    due: str | None = None,
    hold_out: float = 0.0,
    seed: int = 0,
    log: Any = None,
) -> Table:
    """The assignment log after this cycle: account, remedy, arm, assigned_on, due, owner, and what else `log` has.

    `table` has one row per account and proposed remedy, such as `diagnoses()` with its `remedy`. A share `hold_out` of the
    accounts gets `arm` "held_out": drawn by account, remedy and `seed`, so that the same account is held out again
    tomorrow. Held-out accounts get no task. `log` is what this function returned last time, with columns of your own such
    as `done_on`: they stay, and are missing in new rows. An account that already has a remedy is not assigned it again.
    `.options` counts the rows of `table` that are left out: "assigned_before", "without_remedy".
    """
    day = calendar_day(as_of, "as_of")
    found = columns(table, {"account": account, "remedy": remedy, "owner": owner, "due": due})
    before = {name: column([], name) for name in LOG} if log is None else frame(log)
    for name in LOG:
        if name not in before:
            raise no_such_column(name, list(before), "log")
    pairs = ("account", "remedy")
    new = _core.health.assign_remedies(
        {name: found[name] for name in pairs}, {name: before[name] for name in pairs}, hold_out, seed
    )
    rows, arms = new["rows"], new["arm"].to_list()
    added: dict[str, list[Any]] = {name: take_rows(found[name], rows).to_list() for name in found}
    added["arm"], added["assigned_on"] = arms, [day] * len(rows)
    if due is not None:
        added["due"] = [None if arm == "held_out" else on for arm, on in zip(arms, added["due"], strict=True)]
    nothing: list[Any] = [None] * len(rows)
    options = {"as_of": day.isoformat(), "hold_out": hold_out, "seed": seed}
    options |= {name: new[name] for name in ("assigned_before", "without_remedy") if new[name]}
    kept = {name: column([*before[name].to_list(), *added.get(name, nothing)], name) for name in before}
    return Table(kept, options=options, title="Assignment log")


@checked
def remedy_effect(
    log: Any,
    outcomes: Any,
    *,
    better: Literal["higher", "lower"] = "higher",
    account: str = "account",
    remedy: str = "remedy",
    arm: str = "arm",
    outcome_account: str | None = None,
    outcome: str = "outcome",
    level: float = 0.95,
) -> Table:
    """Whether each remedy helped: remedy, treated, held_out, unknown, repeated, outcome_treated, outcome_held_out, effect,
    low, high, verdict.

    `log` has a row per assignment with `arm` "treated" or "held_out", `outcomes` one per account: 1 for renewed and 0 for
    not, or a number such as the change of the score. `effect` is the mean outcome of the treated less that of those held
    out, with its interval: Newcombe's where every outcome is 0 or 1, Welch's otherwise. `verdict` is "helps" or "harms" by
    which outcome is `better`, and "inconclusive" where the interval contains 0 or nobody was held out. Everybody who was
    assigned counts, carried out or not. Where accounts were not held out by lot, the effect is an association.
    """
    if better not in ("higher", "lower"):
        raise SchemaError(f'better is {better!r}; accepted: "higher", "lower"')
    assigned = columns(log, {"account": account, "remedy": remedy, "arm": arm})
    known = columns(outcomes, {"account": outcome_account or account, "outcome": outcome})
    found = _core.health.remedy_effect(assigned, known, better, level)
    return Table(found, options={"better": better, "level": level}, title="Effect of remedies")


@checked
def remedy_tasks(
    table: Any,
    *,
    as_of: datetime.date | str,
    account: str = "account",
    remedy: str = "remedy",
    arm: str | None = "arm",
    assigned_on: str = "assigned_on",
    due: str | None = None,
    answered_on: str | None = None,
    accepted_on: str | None = None,
    done_on: str | None = None,
    owner: str | None = None,
    level: float = 0.95,
    date_format: str | None = None,
) -> RemedyTasks:
    """What became of the tasks up to `as_of`: account, remedy, owner, assigned_on, status.

    One row per task; rows with `arm` "held_out" are no tasks and are left out (`arm=None`: there is no such column).
    `owners` counts by owner what is open, late, done and done late, with acceptance (accepted / assigned) and resolution
    (done / assigned) and their Wilson intervals, and the median days to the first answer and to the end. Days after `as_of`
    have not happened; a task is late from the day after `due`.
    """
    dates, day = date_reading(None, date_format), calendar_day(as_of, "as_of")
    days = {
        "assigned_on": assigned_on,
        "due": due,
        "answered_on": answered_on,
        "accepted_on": accepted_on,
        "done_on": done_on,
    }
    opened = OpenTable(table, dates)
    found = columns(opened, {"account": account, "remedy": remedy, "arm": arm, "owner": owner, **days})
    if "arm" in found:
        arms = found.pop("arm").to_list()
        for row, which in enumerate(arms):
            if which not in ARMS:
                rule = f"is not one of {', '.join(ARMS)}"
                raise DataError(f'column "{arm}", row {row}, value {which!r}: {rule}', str(arm), row, str(which), rule)
        rows = [row for row, which in enumerate(arms) if which != "held_out"]
        found = {name: take_rows(values, rows) for name, values in found.items()}
    given = {name: day_column(found[name], name, "day", dates)[0] for name in days if name in found}
    if "owner" in found:
        given["owner"] = found["owner"]
    made = _core.health.remedy_tasks(given, days_since(day), level)
    options = {"as_of": day.isoformat(), "level": level}
    total = {name: values for name, values in made["all"].items() if name != "owner"}
    shown = {name: found[name] for name in ("account", "remedy", "owner", *days) if name in found}
    return RemedyTasks(
        {**shown, "status": made["status"]},
        Table(made["owners"], options=options, title="Tasks by owner"),
        Table(total, options=options, title="All tasks"),
        options,
    )
