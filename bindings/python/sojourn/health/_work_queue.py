"""The work list: whom to call first, owner by owner, why, until when, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns, take_rows
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle
from sojourn.health._diagnoses import ALIVE
from sojourn.health._plots import plot_load

if TYPE_CHECKING:
    from sojourn.health import CardSetResult

_SEVERITY = {"critical": 0, "high": 1, "medium": 2, "low": 3}
_ORDER = {
    "effect": "what the remedy saved elsewhere (value x measured effect)",
    "probability": "value at risk (value x probability to leave)",
    "score": "value x (1 - score / 100), which is no probability",
    "nothing_known": "value x the risk assumed where nothing is known",
}


@checked
class WorkQueue(Table):
    """Whom to call first, owner by owner. `load` has one row per owner; `csms_needed` is for the whole book; `ordered_by`
    says in words what the order rests on.
    """

    def __init__(
        self, found: Mapping[str, Any], load: Mapping[str, Any], counts: Mapping[str, Any], options: Mapping[str, Any]
    ) -> None:
        super().__init__(found, options={**options, **counts}, title="Work queue")
        self.load = Table(load, options=options, plot=plot_load, title="Load by owner")
        self.csms_needed: int = counts["csms_needed"]

    @property
    def ordered_by(self) -> str:
        """What the order rests on, the better known first."""
        there = set(self["ordered_by"])
        return "; then ".join(words for word, words in _ORDER.items() if word in there)

    def plot(self, ax: Any = None) -> Any:
        """Accounts by owner against capacity."""
        return self.load.plot(ax)


def work_queue(
    cycle: ScoredCycle | CardSetResult,
    *,
    owner: Any = None,
    value: Any = None,
    p_churn: Any = None,
    days_overdue: Any = None,
    effort: Any = None,
    renews_on: Any = None,
    alerts: Any = None,
    diagnoses: Any = None,
    effects: Table | None = None,
    capacity: float = 40,
    overdue_bonus: float = 0.1,
    unknown_risk: float = 0.5,
) -> WorkQueue:
    """See `HealthResult.work_queue`."""
    table = cycle.table()
    asked = {"owner": owner, "value": value, "p_churn": p_churn, "days_overdue": days_overdue, "effort": effort}
    found = {role: cycle._column(given, role) for role, given in asked.items() if given is not None}
    found.setdefault("value", column([1] * len(cycle), "value"))
    keys = list(table["account"])
    work = {} if diagnoses is None else _work_of(diagnoses)
    if effects is not None:
        if diagnoses is None:
            raise SchemaError("effects are by remedy, and remedies come from diagnoses: pass diagnoses= as well")
        found["effect"] = column(_effects_of(keys, work, effects), "effect")
    queue = _core.health.work_queue({**found, "score": table["score"]}, capacity, overdue_bonus, unknown_risk)
    listed = dict(queue["columns"])
    rows = listed.pop("row")
    about: dict[str, Column] = {
        "account": table["account"],
        "value": found["value"],
        "score": table["score"],
        "tier": table["tier"],
    }
    if renews_on is not None:
        about["until"] = cycle._column(renews_on, "renews_on")
    shown: dict[str, Any] = {name: take_rows(values, rows) for name, values in about.items()}
    after: dict[str, Any] = {}
    order = rows.to_list()
    if alerts is not None or diagnoses is not None:
        why = _reasons(cycle, keys, work, alerts)
        after["why"] = column([why.get(keys[row]) for row in order], "why")
    for name in ("remedy", "due", "status") if diagnoses is not None else ():
        after[name] = column([work.get(keys[row], {}).get(name) for row in order], name)
    options = {"capacity": capacity, "overdue_bonus": overdue_bonus, "unknown_risk": unknown_risk, **cycle.options}
    return WorkQueue({**shown, **listed, **after}, queue["load"], queue["counts"], options)


def _work_of(diagnoses: Any) -> dict[Any, dict[str, Any]]:
    """The gravest open finding of every account."""
    names = ("account", "diagnosis", "status", "severity", "evidence", "remedy", "due")
    found = columns(diagnoses, {name: name for name in names})
    work: dict[Any, dict[str, Any]] = {}
    for cells in zip(*(found[name] for name in names), strict=True):
        row = dict(zip(names, cells, strict=True))
        if row["status"] not in ALIVE:
            continue
        held = work.get(row["account"])
        if held is None or _SEVERITY.get(row["severity"], 4) < _SEVERITY.get(held["severity"], 4):
            work[row["account"]] = row
    return work


def _effects_of(keys: list[Any], work: Mapping[Any, Mapping[str, Any]], effects: Table) -> list[float]:
    """How much less likely each account is to leave with its remedy, where that was measured; NaN elsewhere."""
    measured = {row["remedy"]: abs(row["effect"]) for row in effects.to_dicts() if row["verdict"] == "helps"}
    for remedy, effect in measured.items():
        if effect > 1:
            raise SchemaError(
                f'effects: "{remedy}" has an effect of {effect:g}, which is no difference of shares; measure it on an '
                "outcome that is 0 or 1, such as renewed"
            )
    nothing = float("nan")
    found = []
    for key in keys:
        named = str(work.get(key, {}).get("remedy") or "")
        parts = [measured[part] for part in (named, *named.split(", ")) if part in measured]
        found.append(max(parts, default=nothing))
    return found


def _reasons(
    cycle: ScoredCycle | CardSetResult, keys: list[Any], work: Mapping[Any, Mapping[str, Any]], alerts: Any
) -> dict[Any, str]:
    """What an alert says of the account, else what was diagnosed, else the signal that costs it most."""
    reasons: dict[Any, str] = {}
    for row in cycle.drivers(1).to_dicts():
        reasons[row["account"]] = f"{row['signal']} costs {row['lost']:.0f} points"
    for key, open_work in work.items():
        reasons[key] = (
            f"{open_work['diagnosis']}: {open_work['evidence']}" if open_work["evidence"] else open_work["diagnosis"]
        )
    if alerts is not None:
        found = columns(alerts, {"account": "account", "evidence": "evidence"})
        for key, evidence in zip(found["account"], found["evidence"], strict=True):
            if key is not None:
                reasons[key] = evidence
    return reasons
