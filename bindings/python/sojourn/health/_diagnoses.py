"""Diagnoses with a life: what is wrong with which account, since when, what to do, who does it, until when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.health._card import Card
from sojourn.health._cycle import ScoredCycle

DETAILS = ("class", "severity", "rule", "evidence", "remedy", "owner_role", "reason", "due")
ALIVE = {"new", "persistent", "recurrent"}


@checked
class Diagnoses(Table):
    """One row per finding; `undecided` lists those that could not be decided, because a rule compared a missing value."""

    def __init__(self, found: Mapping[str, Any], undecided: Table, options: Mapping[str, Any]) -> None:
        super().__init__(found, options={**options, "undecided": len(undecided)}, title="Diagnoses")
        self.undecided = undecided


def card_diagnoses(parts: Sequence[ScoredCycle], previous: Any, unobserved: Any, options: Mapping[str, Any]) -> Diagnoses:
    """Findings of one book, which may have been scored by several cards; see `HealthResult.diagnoses`."""
    unseen = set() if unobserved is None else set(column(unobserved, "unobserved"))
    now: list[tuple[Any, str]] = []
    details_of: dict[tuple[Any, str], list[Any]] = {}
    open_findings: list[tuple[Any, str]] = []
    for part in parts:
        found = part._book.findings()
        active, undecided = found["active"], found["undecided"]
        rows = zip(active["row"], active["diagnosis"], *(active[name] for name in DETAILS), strict=True)
        for row, code, *details in rows:
            key = (part._accounts[row], code)
            if key[0] not in unseen:  # not observed in this cycle, whatever the rules say
                now.append(key)
                details_of[key] = details
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
        details_of[account, code] if status in ALIVE and (account, code) in details_of else nothing
        for account, code, status in keys
    ]
    shown = {name: [row[i] for row in details] for i, name in enumerate(DETAILS)}
    return Diagnoses({**records, **shown}, Table(_pairs(open_findings)), options)


def solutions(card: Card) -> Table:
    """See `Scorecard.solutions`."""
    rules = [rule for rule in json.loads(card.to_json()).get("rules", []) if "diagnosis" in rule]
    shown: dict[str, list[Any]] = {name: [rule.get(name) for rule in rules] for name in ("diagnosis", "class", "severity")}
    shown["remedy"] = [", ".join(rule["remedy"]) if "remedy" in rule else None for rule in rules]
    shown.update({name: [rule.get(name) for rule in rules] for name in ("owner_role", "due_days")})
    shown["rule"] = [rule["id"] for rule in rules]
    shown["condition"] = [rule["if"] for rule in rules]
    return Table(shown, options=card._options(), title="Solutions")


@checked
def diagnoses(
    active: Any, previous: Any = None, *, account: str = "account_id", diagnosis: str = "diagnosis", unobserved: Any = None
) -> Table:
    """The life of every diagnosis: account, diagnosis, status, cycles.

    `active` has one row per finding of this cycle, `previous` is the table that this function returned last time. Status
    is new, persistent (for `cycles` cycles), recurrent, resolved, or closed (resolved earlier, kept to recognise a
    recurrence). Accounts in `unobserved` keep their records: a finding that was not looked for is not resolved.
    """
    now = columns(active, {"account": account, "diagnosis": diagnosis})
    names = ("account", "diagnosis", "status", "cycles")
    then = {} if previous is None else columns(previous, dict(zip(names, names, strict=True)))
    found = None if unobserved is None else column(unobserved, "unobserved")
    unseen = None if found is None or len(found) == 0 else found
    return Table(_core.health.diagnoses(now, then, unseen), title="Diagnoses")


@checked
def remedies(
    table: Any, *, diagnosis: str = "diagnosis", stage: str = "stage", delta: str | None = "delta", level: float = 0.95
) -> Table:
    """What became of remedies, by diagnosis: how many were proposed, accepted and done, and what is associated with them.

    One row per diagnosed account; `stage` is none, proposed, accepted or done, `delta` the change of its score since.
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


def _pairs(findings: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    return {
        "account": column([account for account, _ in findings], "account"),
        "diagnosis": column([code for _, code in findings], "diagnosis"),
    }


def _some(keys: set[Any]) -> Any:
    return column(sorted(keys, key=str), "unobserved") if keys else None
