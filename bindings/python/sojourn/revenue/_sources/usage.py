"""Usage: commitments, and what was consumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from sojourn._core.frames import Column
from sojourn._frames.columns import OpenTable
from sojourn._frames.roles import candidates
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.pricing_options import PRICING
from sojourn.revenue._sources.source import Source

KINDS = ("consumption", "minimum", "prepaid")
_DAYS = ("start", "when")
"""Roles whose usual names are those of the day of consumption too."""


class Usage(Source):
    """One row per commitment and per record of consumption, of a day or of a month."""

    kind = "usage"
    required = ("account", "amount")
    optional = ("start", "month", "kind", "end", "subscription")
    money_roles = ("amount",)
    has_terms = True

    def __init__(
        self,
        table: Any,
        *,
        account: str | None,
        start: str | None,
        month: str | None,
        amount: str | None,
        kind: str | None,
        end: str | None,
        subscription: str | None,
        common: Common,
    ) -> None:
        opened = OpenTable(table, common.dates)
        given = {"account": account, "amount": amount, "kind": kind, "end": end, "subscription": subscription}
        roles: dict[str, str | None] = {role: name for role, name in given.items() if name is not None}
        if kind in KINDS and kind not in opened.names:
            self.every_row, roles["kind"] = kind, None
        role, first = _first_column(opened.names, start, month, tuple(given.values()))
        roles |= {"start": None, "month": None, role: first}
        if role == "month":
            if end is not None:
                raise SchemaError("end= is the end of what starts on start=; a row of a month= has no other end")
            roles["end"] = None
        super().__init__(opened, roles, common)
        if first not in (start, month):
            self.found.inferred[role] = first

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any], common: Common, reading: Mapping[str, Any]) -> Self:
        """The source behind `notes`."""
        made = super().from_notes(notes, common, reading)
        made.every_row = str(notes["every_row"])
        return made

    def notes(self) -> dict[str, Any]:
        """What reads further tables as the first one, as JSON knows it."""
        return {**super().notes(), "every_row": self.every_row}

    def days(self) -> Sequence[Column]:
        """The columns of days that rows reach to."""
        held = {} if self.first is None else self.first.columns
        return [held[role] for role in ("start", "month", "end") if role in held]

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and change nothing here."""
        acts = {"usage_basis", "calendar_factor", "rounding"}
        acts |= {"unit"} if "subscription" in self.present else set()
        acts |= {"usage_months"} if policy.usage_basis == "consumed_trailing_mean" else set()
        changed = policy.changes()
        unused = [name for name in PRICING if name in changed and name not in acts]
        return unused if self.common.in_currencies or "fx" not in changed else [*unused, "fx"]


def _first_column(
    present: Sequence[str], start: str | None, month: str | None, taken: Sequence[str | None]
) -> tuple[str, str]:
    """Whether rows start on days or are of months, and in which column: as named, or the only one of a usual name."""
    if start is not None and month is not None:
        raise SchemaError("start= names the column of days, month= that of months; name one of the two")
    if start is not None or month is not None:
        return ("start", start) if start is not None else ("month", str(month))
    free = [name for name in present if name not in taken]
    days = list(dict.fromkeys(name for role in _DAYS for name in candidates(role, free)))
    months = [name for name in candidates("month", free) if name not in days]
    found = [("start", name) for name in days] + [("month", name) for name in months]
    if len(found) == 1:
        return found[0]
    seen = f": {', '.join(name for _, name in found)}" if found else ""
    raise SchemaError(
        f"name the column of the first day with start=, or that of the month with month=, one of the two{seen}. "
        f"The table has: {', '.join(present)}"
    )
