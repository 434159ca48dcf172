"""The book of accounts on Monday: roll-ups, reviews, work lists, diagnoses, movements in money."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.errors import DataError, SchemaError

if TYPE_CHECKING:
    from sojourn.health._cycle import HealthResult

__all__ = ["Cadence", "WorkQueue", "cadence", "diagnoses", "remedies", "rollup", "rollup_tiers"]

_EPOCH = datetime.date(1970, 1, 1)


def rollup(
    table: Any,
    *,
    account: str = "account_id",
    parent: str = "parent_id",
    score: str = "score",
    coverage: str | None = None,
    weight: str | None = None,
    method: str = "mean",
    include_self: bool = False,
    zero_weights: str = "unknown",
    negative_weights: str = "error",
) -> Table:
    """Scores of parents from those of their children: account, score, coverage, children, missing.

    `method` is mean, weighted (by `weight`, whole numbers such as MRR in minor units), min, max or own. Children without a
    score are left out and counted. `include_self`: a parent's own score is one of the members. A cycle is an error.
    """
    found = columns(table, {"account": account, "parent": parent, "score": score, "coverage": coverage, "weight": weight})
    keys = found.pop("account")
    found["parent"] = _parent_rows(keys, found["parent"])
    rolled = _core.health.rollup(found, method, include_self, zero_weights, negative_weights)
    options = {"method": method, "include_self": include_self, "weight": weight}
    return Table({"account": keys, **rolled}, options=options, title="Scores rolled up")


def rollup_tiers(
    table: Any,
    *,
    wanted: str,
    tiers: Sequence[str],
    match: str = "exactly",
    account: str = "account_id",
    parent: str = "parent_id",
    tier: str = "tier",
    weight: str | None = None,
    include_self: bool = False,
    negative_weights: str = "error",
    threshold: float | None = None,
) -> Table:
    """How much of the tree below each account stands in a tier: count, known, unknown, share, and share of `weight`.

    `tiers` names all tiers, worst first; `match` is exactly, or_worse or or_better. With a `threshold` the column `reached`
    says where the share (of weight, if there is one) is at least that.
    """
    found = columns(table, {"account": account, "parent": parent, "tier": tier, "weight": weight})
    keys = found.pop("account")
    found["parent"] = _parent_rows(keys, found["parent"])
    shares: dict[str, Any] = dict(
        _core.health.rollup_tiers(found, list(tiers), wanted, match, include_self, negative_weights)
    )
    if threshold is not None:
        share = shares["share" if weight is None else "weight_share"]
        shares["reached"] = [None if value != value else value >= threshold for value in share]
    options = {"wanted": wanted, "match": match, "include_self": include_self, "weight": weight, "threshold": threshold}
    return Table({"account": keys, **shares}, options=options, title=f"Accounts {match.replace('_', ' ')} {wanted}")


class Cadence(Table):
    """Next review of every account, and how many are overdue, due now or were never reviewed."""

    def __init__(self, found: Mapping[str, Any], counts: Mapping[str, int], options: Mapping[str, Any]) -> None:
        super().__init__(found, options={**options, **counts}, title="Reviews")
        self.overdue: int = counts["overdue"]
        self.due_now: int = counts["due_now"]
        self.never_reviewed: int = counts["never_reviewed"]


def cadence(
    table: Any,
    *,
    as_of: datetime.date | str,
    last_review: str = "last_review",
    account: str = "account_id",
    segment: str | None = None,
    by_segment: Mapping[str, str] | None = None,
    every: str = "3 months",
) -> Cadence:
    """When each account is reviewed next: account, next_due, days_overdue, overdue.

    Cadences are "3 months" or "14 days"; `by_segment` gives some segments their own. Months clamp to the end of the month:
    31 January plus one month is 29 February 2024. An account without a review is due on `as_of`.
    """
    found = columns(table, {"account": account, "last_review": last_review, "segment": segment})
    keys = found.pop("account")
    if by_segment and segment is None:
        raise SchemaError("by_segment needs the name of the segment column: pass segment=")
    day = _day(as_of)
    by = {name: _every(text) for name, text in (by_segment or {}).items()}
    plan = _core.health.cadence(found, by, _every(every), (day - _EPOCH).days)
    shown: dict[str, Any] = {"account": keys, **({"segment": found["segment"]} if segment else {}), **plan["columns"]}
    return Cadence(shown, plan["counts"], {"as_of": day.isoformat(), "every": every, "by_segment": dict(by_segment or {})})


class WorkQueue(Table):
    """Whom to call first, owner by owner. `load` is one row an owner; `csms_needed` is for the whole book."""

    def __init__(
        self, found: Mapping[str, Any], load: Mapping[str, Any], counts: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        from sojourn.health._plots import plot_load

        super().__init__(found, options={**options, **counts}, title="Work queue")
        self.load = Table(load, options=options, plot=plot_load, title="Load by owner")
        self.csms_needed: int = counts["csms_needed"]

    def plot(self, ax: Any = None) -> Any:
        """Accounts by owner against capacity."""
        return self.load.plot(ax)


def work_queue(
    result: HealthResult,
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
    table = result.table()
    asked = {"owner": owner, "value": value, "p_churn": p_churn, "days_overdue": days_overdue, "effort": effort}
    found = {role: result._column(given, role) for role, given in asked.items() if given is not None}
    found.setdefault("value", column([1] * len(result), "value"))
    queue = _core.health.work_queue({**found, "score": table["score"]}, capacity, overdue_bonus, unknown_risk)
    listed = dict(queue["columns"])
    rows = listed.pop("row")
    about = {"account": table["account"], "value": found["value"], "score": table["score"], "tier": table["tier"]}
    options = {"capacity": capacity, "overdue_bonus": overdue_bonus, "unknown_risk": unknown_risk, **result.options}
    return WorkQueue(
        {**{name: at_rows(values, rows) for name, values in about.items()}, **listed},
        queue["load"],
        queue["counts"],
        options,
    )


def diagnoses(
    active: Any, previous: Any = None, *, account: str = "account_id", diagnosis: str = "diagnosis", unobserved: Any = None
) -> Table:
    """The life of every diagnosis: account, diagnosis, status, cycles.

    `active` has one row a finding of this cycle, `previous` is the table that this function gave last time. Status is new,
    persistent (for `cycles` cycles), recurrent, resolved, or closed (resolved earlier, kept to recognise a recurrence).
    Accounts in `unobserved` keep their records: not knowing is not healing.
    """
    now = columns(active, {"account": account, "diagnosis": diagnosis})
    names = ("account", "diagnosis", "status", "cycles")
    then = {} if previous is None else columns(previous, dict(zip(names, names, strict=True)))
    unseen = None if unobserved is None or len(unobserved) == 0 else column(unobserved, "unobserved")
    return Table(_core.health.diagnoses(now, then, unseen), title="Diagnoses")


def remedies(
    table: Any, *, diagnosis: str = "diagnosis", stage: str = "stage", delta: str | None = "delta", level: float = 0.95
) -> Table:
    """What became of remedies, by diagnosis: how many were proposed, accepted and done, and what is associated with them.

    One row a diagnosed account; `stage` is none, proposed, accepted or done, `delta` the change of its score since.
    `acceptance` is accepted / proposed with its Wilson interval. `effect` is the mean change of the treated less that of the
    untreated with the same diagnosis: an association, since those who accept help differ from those who do not.
    """
    found = columns(table, {"diagnosis": diagnosis, "stage": stage, "delta": delta})
    lines = _core.health.remedies(found, level)
    names = ["diagnosis", "diagnosed", "proposed", "accepted", "done"]
    out: dict[str, Any] = {name: [line[i] for line in lines] for i, name in enumerate(names)}
    for name, at in (("acceptance", 5), ("effect", 8)):
        out[name] = [line[at].value for line in lines]
        out[f"{name}_low"] = [line[at].low for line in lines]
        out[f"{name}_high"] = [line[at].high for line in lines]
    out["treated"] = [line[6] for line in lines]
    out["untreated"] = [line[7] for line in lines]
    return Table(out, options={"level": level, "effect": "association, not cause"}, title="Remedies")


def transition_values(
    then: Column, now: Column, order: list[str], keys: tuple[Column, Column] | None, values: Sequence[Column | None]
) -> tuple[Table, dict[str, Any]]:
    """The transition matrix in money, and what moved: both, upgraded, downgraded, staying_share, missing."""
    from sojourn.health._plots import plot_transitions

    before, after = keys or (None, None)
    found = dict(_core.health.tier_transition_values(then, now, order, before, after, values[0], values[1]))
    rows = [*order, "unknown", "new"]
    matrix = Table({"previous": rows, **found.pop("matrix")}, plot=plot_transitions, title="Value by tier transition")
    return matrix, found


def transition_rates(counts: Table, prior: float) -> Table:
    """Shares by row of a transition matrix and the mean dwell in each tier, in cycles."""
    from sojourn.health._plots import plot_transitions

    names = counts.columns[1:]
    cells = [[row[name] for name in names] for row in counts.to_dicts()]
    found = _core.health.tier_transition_rates(cells, prior)
    shown = {"previous": counts["previous"], **dict(zip(names, found["columns"], strict=True)), "dwell": found["dwell"]}
    return Table(
        shown, options={**counts.options, "prior": prior}, plot=plot_transitions, title="Tier transitions, shares by row"
    )


def at_rows(values: Column, rows: Column) -> Column:
    """The values at these rows, with their type; row -1 is missing."""
    taken = _core.health.take(values, rows)
    if taken is not None:
        return taken
    return column([None if row < 0 else values[row] for row in rows], "column")


def rows_column(rows: Sequence[int]) -> Column:
    """Row numbers for `at_rows`; of no rows too."""
    return _core.health.row_numbers(list(rows))


def _parent_rows(keys: Column, parents: Column) -> Column:
    """Parents by key as parents by row; -1 where there is none."""
    rows: dict[Any, int] = {}
    for row, key in enumerate(keys):
        if rows.setdefault(key, row) != row:
            raise DataError(
                f'column "account", row {row}, value {key}: occurs twice', "account", row, str(key), "occurs twice"
            )
    found = []
    for row, key in enumerate(parents):
        if key is not None and key not in rows:
            rule = "is not an account of the table"
            raise DataError(f'column "parent", row {row}, value {key}: {rule}', "parent", row, str(key), rule)
        found.append(-1 if key is None else rows[key])
    return column(found, "parent")


def _every(text: str) -> tuple[int, str]:
    """(3, "months") from "3 months"."""
    count, _, unit = text.strip().partition(" ")
    unit = unit.strip().rstrip("s") + "s"
    if not count.isdecimal() or unit not in ("months", "days"):
        raise SchemaError(f'a cadence is "3 months" or "14 days", not {text!r}')
    return int(count), unit


def _day(as_of: datetime.date | str) -> datetime.date:
    from sojourn.health._cycle import day_of as day

    return day(as_of)
