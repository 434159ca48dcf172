"""Alerts: what changed so much that somebody should look. Each is raised once, and never more than a team can read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns, present, take_rows
from sojourn._frames.dates import date_reading
from sojourn._frames.table import NUMERIC, Table
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle
from sojourn.health._plots import plot_alerts

MINIMUM_BASE = 5.0
_SCORED = ("account", "score", "tier")


@checked
class Alerts(Table):
    """One row per alert, the most urgent first: id, rule, severity, account, signal, from, to, evidence, owner, value.

    `counts` says, by rule, what fired and what became of it; `suppressed` is the number held back. Pass `memory` to the
    next cycle, so that no alert is raised twice.
    """

    def __init__(
        self, found: Mapping[str, Any], counts: Table, memory: Table, suppressed: int, options: Mapping[str, Any]
    ) -> None:
        super().__init__(found, options={**options, "suppressed": suppressed}, title="Alerts")
        self.counts = counts
        self.memory = memory
        self.suppressed = suppressed

    def plot(self, ax: Any = None) -> Any:
        """Raised and held back, by rule."""
        return self.counts.plot(ax)


def alerts(
    result: ScoredCycle,
    *,
    previous: Any = None,
    owner: Any = None,
    value: Any = None,
    drops: Sequence[str] | Mapping[str, float] = (),
    last_active: Any = None,
    under_contract: Any = None,
    sponsor_left: Any = None,
    renews_on: Any = None,
    features: Sequence[str] | Mapping[str, Any] = (),
    history: Sequence[Any] = (),
    memory: Alerts | Table | None = None,
    thresholds: Mapping[str, float | tuple[float, float] | None] | None = None,
    budget: int = 20,
    cooldown_days: int = 28,
    renewal_days: int = 90,
    renewal_tier: str | None = None,
    green: str | None = None,
    minimum_history: int = 8,
    gap: str = "carry_on",
    false_discovery: float | None = None,
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> Alerts:
    """See `HealthResult.alerts`."""
    if result.as_of is None:
        raise SchemaError("alerts need a day: score with as_of=")
    if gap not in ("carry_on", "restart"):
        raise SchemaError(f'gap is {gap!r}; accepted: "carry_on", "restart"')
    if minimum_history < 2:
        raise SchemaError("minimum_history must be at least 2")
    if budget < 0:
        raise SchemaError("budget must not be negative")
    table, tiers = result.table(), list(result.card.tiers)
    dates = None if timezone is None and date_format is None else date_reading(timezone, date_format)
    asked = {
        "owner": owner,
        "value": value,
        "last_active": last_active,
        "under_contract": under_contract,
        "sponsor_left": sponsor_left,
        "renews_on": renews_on,
    }
    given = {role: result._column(values, role, dates) for role, values in asked.items() if values is not None}
    given.update({name: table[name] for name in ("account", "score", "tier", "coverage", "stale_share")}, **_inside(result))
    signals = {name: values for name, values in result._inputs.items() if values.type in NUMERIC}
    before: dict[str, Column] = {}
    if previous is not None:
        then, before = _cycle_before(result, previous, list(signals))
        given.update(then)
    worse = dict(drops) if isinstance(drops, Mapping) else dict.fromkeys(drops, MINIMUM_BASE)
    for name in worse:
        if name not in signals:
            raise SchemaError(f'"{name}" in drops is not a numeric signal of the card; there are: {", ".join(signals)}')
    used = features if isinstance(features, Mapping) else {name: name for name in features}
    low, high = renewal_tier or tiers[0], green or tiers[-1]
    options = {
        "budget": budget,
        "cooldown_days": cooldown_days,
        "renewal_days": renewal_days,
        "renewal_tier": low,
        "green": high,
        "minimum_history": minimum_history,
        "gap": gap,
        "false_discovery": false_discovery,
    }
    chosen = {
        **options,
        "as_of": result._days,
        "thresholds": _thresholds(thresholds),
        "renewal_tier": _position(tiers, low),
        "green": _position(tiers, high),
        "restart_after_gap": gap == "restart",
        "false_discovery": float("nan") if false_discovery is None else false_discovery,
    }
    found = _core.health.alerts(
        given,
        signals,
        before,
        worse,
        {name: result._column(values, "day", dates) for name, values in used.items()},
        [_earlier(result, cycle) for cycle in history],
        tiers,
        _memory(memory),
        chosen,
    )
    return _shown(result, found, given, {**result.options, **options})


def _shown(result: ScoredCycle, found: dict[str, Any], given: Mapping[str, Column], options: Mapping[str, Any]) -> Alerts:
    listed = dict(found["columns"])
    rows = listed.pop("row")
    accounts = take_rows(given["account"], rows)
    rules, signals = listed["rule"].to_list(), listed["signal"].to_list()
    about = [signal if account is None else account for account, signal in zip(accounts, signals, strict=True)]
    shown = {
        "id": [f"{rule}:{key}" for rule, key in zip(rules, about, strict=True)],
        "rule": listed.pop("rule"),
        "severity": listed.pop("severity"),
        "account": accounts,
        **listed,
    }
    shown.update({role: take_rows(given[role], rows) for role in ("owner", "value") if role in given})
    memory = dict(found["memory"])
    kept = take_rows(given["account"], memory.pop("row"))
    counts = Table(found["counts"], options=options, plot=plot_alerts, title="Alerts by rule")
    return Alerts(
        shown, counts, Table({"account": kept, **memory}, title="Alerts raised so far"), found["suppressed"], options
    )


def _inside(result: ScoredCycle) -> dict[str, Column]:
    points, lost = result.contributions(), result.lost_points()
    names = result.card.signals
    return _core.health.look_inside(result.card._core, [points[name] for name in names], [lost[name] for name in names])


def _cycle_before(result: ScoredCycle, previous: Any, signals: Sequence[str]) -> tuple[dict[str, Column], dict[str, Column]]:
    """Scores, tiers, coverage and signals of the previous cycle, in the order of this one."""
    if isinstance(previous, ScoredCycle):
        _same_card(result, previous)
        parts = {**previous._inputs, **{name: previous.table()[name] for name in ("account", "score", "tier", "coverage")}}
    else:
        opened = OpenTable(previous)
        parts = {**present(opened, ("coverage", *signals)), **columns(opened, {name: name for name in _SCORED})}
    then = {f"previous_{name}": parts[name] for name in ("score", "tier", "coverage") if name in parts}
    known = {name: parts[name] for name in signals if name in parts and parts[name].type in NUMERIC}
    # A signal may have the name of a role, so signals are marked while one pass matches the accounts of both.
    both = {**then, **{f"signal {name}": values for name, values in known.items()}}
    aligned = _core.health.align_columns(result.table()["account"], parts["account"], both)
    return {role: aligned[role] for role in then}, {name: aligned[f"signal {name}"] for name in known}


def _earlier(result: ScoredCycle, cycle: Any) -> Column:
    if isinstance(cycle, ScoredCycle):
        _same_card(result, cycle)
        cycle = cycle.table()
    found = columns(cycle, {"account": "account", "score": "score"})
    return _core.health.align_columns(result.table()["account"], found["account"], {"score": found["score"]})["score"]


def _same_card(result: ScoredCycle, other: ScoredCycle) -> None:
    if other.card.hash != result.card.hash:
        raise SchemaError(
            f"the earlier cycle was scored with another card ({other.card.name}, {other.card.hash}); a change of the card "
            "would look like a change of the customers: score that cycle again with this card"
        )


def _memory(memory: Alerts | Table | None) -> dict[str, Column]:
    if memory is None:
        return {}
    kept = memory.memory if isinstance(memory, Alerts) else memory
    names = ("account", "rule", "raised_on", "ready")
    found = columns(kept, dict(zip(names, names, strict=True)))
    return found if len(found["account"]) else {}


def _thresholds(changed: Mapping[str, float | tuple[float, float] | None] | None) -> dict[str, tuple[float, float]]:
    """Threshold and recovery margin by rule. A number alone keeps the margin, None turns the rule off."""
    found = dict(_core.health.alert_thresholds)
    for rule, threshold in (changed or {}).items():
        if rule not in found:
            raise SchemaError(f'there is no rule "{rule}"; there are: {", ".join(found)}')
        margin = found[rule][1]
        if threshold is None:
            found[rule] = (float("nan"), margin)
        else:
            found[rule] = (float(threshold), margin) if isinstance(threshold, (int, float)) else threshold
    return found


def _position(tiers: Sequence[str], name: str) -> int:
    if name not in tiers:
        raise SchemaError(f'"{name}" is not a tier of the card; there are: {", ".join(tiers)}')
    return list(tiers).index(name)
