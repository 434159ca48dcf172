"""From the rules of a card to findings with a life: what is wrong with whom, since when, what to do, who, until when."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.health._card_set import CardSetResult
    from sojourn.health._cycle import HealthResult
    from sojourn.health._scorecard import Scorecard

__all__ = ["Diagnoses", "timeline"]

DETAILS = ("class", "severity", "rule", "evidence", "remedy", "owner_role", "reason", "due")
ALIVE = {"new", "persistent", "recurrent"}


class Diagnoses(Table):
    """One row a finding; `undecided` are those that nobody could decide, because a rule compared something missing."""

    def __init__(self, found: Mapping[str, Any], undecided: Table, options: Mapping[str, Any]) -> None:
        super().__init__(found, options={**options, "undecided": len(undecided)}, title="Diagnoses")
        self.undecided = undecided


def diagnoses(parts: Sequence[HealthResult], previous: Any, unobserved: Any, options: Mapping[str, Any]) -> Diagnoses:
    """Findings of one book, which may have been scored by several cards; see `HealthResult.diagnoses`."""
    unseen = set() if unobserved is None else set(column(unobserved, "unobserved"))
    now: list[tuple[Any, str]] = []
    said: dict[tuple[Any, str], list[Any]] = {}
    open_findings: list[tuple[Any, str]] = []
    for part in parts:
        found = part._book.findings()
        active, undecided = found["active"], found["undecided"]
        rows = zip(active["row"], active["diagnosis"], *(active[name] for name in DETAILS), strict=True)
        for row, code, *details in rows:
            key = (part._accounts[row], code)
            if key[0] not in unseen:  # not to be looked at this cycle, whatever the rules would say
                now.append(key)
                said[key] = details
        open_findings += [
            (part._accounts[row], code) for row, code in zip(undecided["row"], undecided["diagnosis"], strict=True)
        ]
    names = ("account", "diagnosis", "status", "cycles")
    then = {} if previous is None else columns(previous, dict(zip(names, names, strict=True)))
    if then:
        here = {key for part in parts for key in part._accounts}
        unseen |= {key for key in then["account"] if key not in here}
    records = _core.health.diagnoses(
        _pairs(now),
        then if len(then.get("account", ())) else {},
        _some(unseen),
        _pairs(open_findings) if open_findings else {},
    )
    keys = list(zip(records["account"], records["diagnosis"], records["status"], strict=True))
    nothing = [None] * len(DETAILS)
    details = [
        said[account, code] if status in ALIVE and (account, code) in said else nothing for account, code, status in keys
    ]
    shown = {name: [row[i] for row in details] for i, name in enumerate(DETAILS)}
    return Diagnoses({**records, **shown}, Table(_pairs(open_findings)), options)


def solutions(card: Scorecard) -> Table:
    """See `Scorecard.solutions`."""
    rules = [rule for rule in json.loads(card.to_json()).get("rules", []) if "diagnosis" in rule]
    shown: dict[str, list[Any]] = {name: [rule.get(name) for rule in rules] for name in ("diagnosis", "class", "severity")}
    shown["remedy"] = [", ".join(rule["remedy"]) if "remedy" in rule else None for rule in rules]
    shown.update({name: [rule.get(name) for rule in rules] for name in ("owner_role", "due_days")})
    shown["rule"] = [rule["id"] for rule in rules]
    shown["condition"] = [rule["if"] for rule in rules]
    return Table(shown, options=card._options(), title="Solutions")


def timeline(cycles: Sequence[HealthResult | CardSetResult], *, accounts: Any = None) -> Table:
    """The way of every account through the cycles: account, as_of, score, tier, change, card.

    One row an account and cycle, by account in the order they first appear, then by day; `accounts` picks some. `change` is the change
    since the account's cycle before, missing where there is no score on one side or the card was another: those do not compare.
    """
    wanted = None if accounts is None else set(column(accounts, "accounts"))
    found: dict[Any, list[tuple[datetime.date, Any, Any, Any]]] = {}
    for cycle in cycles:
        day = cycle.as_of
        if day is None:
            raise SchemaError("a timeline needs the day of every cycle: score with as_of=")
        table = cycle.table()
        for key, score, tier, card in zip(table["account"], table["score"], table["tier"], table["card"], strict=True):
            if wanted is None or key in wanted:
                found.setdefault(key, []).append((day, score, tier, card))
    shown: dict[str, list[Any]] = {name: [] for name in ("account", "as_of", "score", "tier", "change", "card")}
    for key, way in found.items():
        before: tuple[Any, Any] = (None, None)
        for day, score, tier, card in sorted(way, key=lambda step: step[0]):
            known = before[1] == card and score == score and before[0] == before[0]
            for name, value in zip(shown, (key, day, score, tier, score - before[0] if known else None, card), strict=True):
                shown[name].append(value)
            before = (score, card)
    if not found:
        return Table({name: column([], name) for name in shown}, title="Timeline")
    return Table(
        {**shown, "change": column([float("nan") if value is None else value for value in shown["change"]], "change")},
        title="Timeline",
    )


def _pairs(findings: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    return {
        "account": column([account for account, _ in findings], "account"),
        "diagnosis": column([code for _, code in findings], "diagnosis"),
    }


def _some(keys: set[Any]) -> Any:
    return column(sorted(keys, key=str), "unobserved") if keys else None
