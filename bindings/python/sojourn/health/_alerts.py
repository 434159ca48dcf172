"""Alerts: what changed so much that somebody should look. Each is raised once, and never more than a team can read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns, present, take_rows
from sojourn._frames.dates import date_reading
from sojourn._frames.table import NUMERIC, Table
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle
from sojourn.health._plots import plot_alerts

if TYPE_CHECKING:
    from sojourn.health import CardSetResult

MINIMUM_BASE = 5.0
_SCORED = ("account", "score", "tier")


@checked
class Alerts(Table):
    """One row per account, the most urgent first: id, rule, severity, account, signal, from, to, reasons, evidence, owner,
    value.

    `rule`, `severity`, `signal`, `from` and `to` are those of the strongest reason, `reasons` counts them and `evidence`
    names them all. The table `reasons` has one row per reason. `counts` says, by rule, what fired and what became of it;
    `suppressed` is the number held back. Pass `memory` to the next cycle, so that no alert is raised twice.
    """

    def __init__(
        self,
        found: Mapping[str, Any],
        reasons: Mapping[str, Any],
        counts: Table,
        memory: Table,
        suppressed: int,
        options: Mapping[str, Any],
    ) -> None:
        super().__init__(found, options={**options, "suppressed": suppressed}, title="Alerts")
        self.reasons = Table(reasons, options=options, title="Reasons for alerts")
        self.counts = counts
        self.memory = memory
        self.suppressed = suppressed

    def plot(self, ax: Any = None) -> Any:
        """Raised and held back, by rule."""
        return self.counts.plot(ax)


def alerts(
    result: ScoredCycle | CardSetResult,
    *,
    previous: Any = None,
    owner: Any = None,
    value: Any = None,
    drops: Sequence[str] | Mapping[str, float | tuple[float, float]] = (),
    satisfaction: Sequence[str] | Mapping[str, float] | None = None,
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
    table, tiers = result.table(), list(result._tiers)
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
    given.update(
        {name: table[name] for name in ("account", "score", "tier", "coverage", "stale_share")}, **result._look_inside()
    )
    signals = {name: values for name, values in result._inputs.items() if values.type in NUMERIC}
    before: dict[str, Column] = {}
    if previous is not None:
        then, before = _cycle_before(result, previous, list(signals))
        given.update(then)
    worse = _drops(drops)
    ratings = _ratings(satisfaction, result._rating_falls())
    for option, named in (("drops", worse), ("satisfaction", ratings)):
        for name in named:
            if name not in signals:
                raise SchemaError(
                    f'"{name}" in {option} is not a numeric signal of the card; there are: {", ".join(signals)}'
                )
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
        ratings,
        {name: result._column(values, "day", dates) for name, values in used.items()},
        [_earlier(result, cycle) for cycle in history],
        tiers,
        _memory(memory),
        chosen,
    )
    return _shown(found, given, {**result.options, **options})


def _shown(found: dict[str, Any], given: Mapping[str, Column], options: Mapping[str, Any]) -> Alerts:
    accounts, reasons = (_with_ids(dict(found[name]), given) for name in ("accounts", "columns"))
    memory = dict(found["memory"])
    kept = take_rows(given["account"], memory.pop("row"))
    counts = Table(found["counts"], options=options, plot=plot_alerts, title="Alerts by rule")
    raised = Table({"account": kept, **memory}, title="Alerts raised so far")
    return Alerts(accounts, reasons, counts, raised, found["suppressed"], options)


def _with_ids(listed: dict[str, Column], given: Mapping[str, Column]) -> dict[str, Any]:
    """The rows with keys of accounts for row numbers, an id, and owner and value where they were given."""
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
    return shown


def _drops(asked: Sequence[str] | Mapping[str, float | tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """By signal: the smallest base that counts, and the share whose loss counts (NaN: that of the rule)."""
    if not isinstance(asked, Mapping):
        return dict.fromkeys(asked, (MINIMUM_BASE, float("nan")))
    return {
        name: (float(limit[0]), float(limit[1])) if isinstance(limit, tuple) else (float(limit), float("nan"))
        for name, limit in asked.items()
    }


def _ratings(asked: Sequence[str] | Mapping[str, float] | None, usual: Mapping[str, float]) -> dict[str, float]:
    """By rating: the fall that counts."""
    if asked is None:
        return dict(usual)
    if isinstance(asked, Mapping):
        return {name: float(fall) for name, fall in asked.items()}
    for name in asked:
        if name not in usual:
            raise SchemaError(
                f'the card does not say on which scale "{name}" is rated; give the fall that counts, as in '
                f"satisfaction={{{name!r}: 1}}"
            )
    return {name: usual[name] for name in asked}


def _cycle_before(
    result: ScoredCycle | CardSetResult, previous: Any, signals: Sequence[str]
) -> tuple[dict[str, Column], dict[str, Column]]:
    """Scores, tiers, coverage and signals of the previous cycle, in the order of this one."""
    if hasattr(previous, "_scores_for"):
        result._require_same_card(previous)
        parts = {**previous._inputs, **previous._scores_for(result)}
    else:
        opened = OpenTable(previous)
        parts = {**present(opened, ("coverage", *signals)), **columns(opened, {name: name for name in _SCORED})}
    then = {f"previous_{name}": parts[name] for name in ("score", "tier", "coverage") if name in parts}
    known = {name: parts[name] for name in signals if name in parts and parts[name].type in NUMERIC}
    # A signal may have the name of a role, so signals are marked while one pass matches the accounts of both.
    both = {**then, **{f"signal {name}": values for name, values in known.items()}}
    aligned = _core.health.align_columns(result.table()["account"], parts["account"], both)
    return {role: aligned[role] for role in then}, {name: aligned[f"signal {name}"] for name in known}


def _earlier(result: ScoredCycle | CardSetResult, cycle: Any) -> Column:
    if hasattr(cycle, "_scores_for"):
        result._require_same_card(cycle)
        cycle = cycle._scores_for(result)
    found = columns(cycle, {"account": "account", "score": "score"})
    return _core.health.align_columns(result.table()["account"], found["account"], {"score": found["score"]})["score"]


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
