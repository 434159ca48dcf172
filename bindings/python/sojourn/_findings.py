"""From the rules of a card to findings with a life: what is wrong with whom, since when, what to do, who, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._input import column, columns
from sojourn._table import Table

if TYPE_CHECKING:
    from sojourn.health import HealthResult

__all__ = ["Diagnoses"]

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
        open_findings += [(part._accounts[row], code) for row, code in zip(undecided["row"], undecided["diagnosis"], strict=True)]
    names = ("account", "diagnosis", "status", "cycles")
    then = {} if previous is None else columns(previous, dict(zip(names, names, strict=True)))
    if then:
        here = {key for part in parts for key in part._accounts}
        unseen |= {key for key in then["account"] if key not in here}
    records = _core.diagnoses(_pairs(now), then if len(then.get("account", ())) else {}, _some(unseen), _pairs(open_findings) if open_findings else {})
    keys = list(zip(records["account"], records["diagnosis"], records["status"], strict=True))
    nothing = [None] * len(DETAILS)
    details = [said[account, code] if status in ALIVE and (account, code) in said else nothing for account, code, status in keys]
    shown = {name: [row[i] for row in details] for i, name in enumerate(DETAILS)}
    return Diagnoses({**records, **shown}, Table(_pairs(open_findings)), options)


def _pairs(findings: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    return {
        "account": column([account for account, _ in findings], "account"),
        "diagnosis": column([code for _, code in findings], "diagnosis"),
    }


def _some(keys: set[Any]) -> Any:
    return column(sorted(keys, key=str), "unobserved") if keys else None
