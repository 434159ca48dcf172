"""A log of changes: from which moment on an account pays how much, or how much more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._frames.columns import OpenTable
from sojourn._frames.roles import candidates, only_candidate
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.source import Source


class Changes(Source):
    """One row per change of an account, or of one of its subscriptions."""

    kind = "changes"
    required = ("account", "when", "amount")
    optional = ("subscription",)
    money_roles = ("amount",)
    start_role = "when"
    end_roles = ()

    def __init__(
        self,
        table: Any,
        *,
        account: str | None,
        when: str | None,
        mrr_after: str | None,
        change: str | None,
        subscription: str | None,
        same_day: str,
        common: Common,
    ) -> None:
        opened = OpenTable(table, common.dates)
        role, amount = _amount_column(opened.names, mrr_after, change, (account, when, subscription))
        roles: dict[str, str | None] = {"account": account, "when": when, "amount": amount}
        if subscription is not None:
            roles["subscription"] = subscription
        super().__init__(opened, roles, common)
        self.reading |= {"amount_is": "level" if role == "mrr_after" else "delta", "same_day": same_day}
        if amount not in (mrr_after, change):
            self.found.inferred[role] = amount

    def _reader(self, role: str) -> str:
        return "moments" if role == "when" else super()._reader(role)

    def not_applied(self, policy: Policy) -> list[str]:
        """Changes that have times can be grouped, and told apart within a day."""
        unused = super().not_applied(policy)
        if "nanosecond" in self.present:
            return [name for name in unused if name != "grouping_minutes"]
        return [*unused, "movement_mode"] if policy.movement_mode == "timed_events" else unused


def _amount_column(
    present: Sequence[str], mrr_after: str | None, change: str | None, taken: Sequence[str | None]
) -> tuple[str, str]:
    """Whether the table holds levels or differences, and in which column: as named, or the only one of a usual name."""
    named = {role: name for role, name in (("mrr_after", mrr_after), ("change", change)) if name is not None}
    free = [name for name in present if name not in taken]
    fitting = {role: candidates(role, free) for role in ("mrr_after", "change")}
    roles = list(named) or [role for role, columns in fitting.items() if columns]
    if len(roles) == 1:
        return roles[0], named.get(roles[0]) or only_candidate(roles[0], free)
    seen = [name for columns in fitting.values() for name in columns]
    which = f"; the table has both: {', '.join(seen)}" if seen and not named else ""
    raise SchemaError(
        f"name the column of levels with mrr_after=, or that of differences with change=, one of the two{which}"
    )
