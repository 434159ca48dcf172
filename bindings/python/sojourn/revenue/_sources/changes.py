"""A log of changes: from which moment on an account pays how much, or how much more."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.source import Source


class Changes(Source):
    """One row per change of an account, or of one of its subscriptions."""

    kind = "changes"
    money_roles = ("amount",)
    start_role = "when"
    end_roles = ()

    def __init__(
        self,
        table: Any,
        *,
        account: str,
        when: str,
        mrr_after: str | None,
        change: str | None,
        subscription: str | None,
        same_day: str,
        common: Common,
    ) -> None:
        if (mrr_after is None) == (change is None):
            raise SchemaError(
                "name the column of levels with mrr_after=, or that of differences with change=, one of the two"
            )
        self._same_day, self._amount_is = same_day, "level" if change is None else "delta"
        roles: dict[str, str | None] = {"account": account, "when": when, "amount": mrr_after or change}
        if subscription is not None:
            roles["subscription"] = subscription
        super().__init__(table, roles, common)

    def _read(self, table: Any) -> tuple[dict[str, str], dict[str, Column]]:
        names, picked = super()._read(table)
        picked["when"], minutes = _core.frames.moments(picked["when"], names["when"])
        if minutes is not None:
            picked["minute"], names["minute"] = minutes, names["when"]
        return names, picked

    @property
    def reading(self) -> dict[str, Any]:
        """How its rows are read, beside the view of the ledger."""
        return {**super().reading, "amount_is": self._amount_is, "same_day": self._same_day}

    def not_applied(self, policy: Policy) -> list[str]:
        """Changes that are known to the minute can be grouped."""
        return [name for name in super().not_applied(policy) if "minute" not in self.columns or name != "grouping_minutes"]
