"""A log of changes: from which moment on an account pays how much, or how much more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.columns import frame
from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.periods import day_or_none
from sojourn.errors import SchemaError
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source, not_row_by_row


class Changes(Source):
    """One row per change of an account, or of one of its subscriptions."""

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
        money: MoneyReading,
        as_of: Any,
    ) -> None:
        if (mrr_after is None) == (change is None):
            raise SchemaError(
                "name the column of levels with mrr_after=, or that of differences with change=, one of the two"
            )
        self.account, self.when, self.same_day = account, when, same_day
        self.amount_is = "level" if change is None else "delta"
        roles = {"account": account, "when": when, "amount": mrr_after or change}
        names, columns, currency = pick_money(table, roles, ("amount",), money, optional={"subscription": subscription})
        super().__init__({"account": account}, money.amounts, currency)
        self.names, self.columns = list(names.values()), columns
        self.days, self.minutes = _core.frames.moments(self.columns["when"], when)
        self.as_of = day_or_none(as_of, "as_of")

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_changes(
            self.columns["account"],
            self.days,
            self.columns["amount"],
            self.columns.get("subscription"),
            self.minutes,
            amount_is=self.amount_is,
            same_day=self.same_day,
            exponent=self.exponent,
            as_of=self.as_of,
            names=self.names,
            lapse_grace=policy.lapse_grace,
            grouping_minutes=policy.grouping_minutes,
        )

    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        by_day = table if self.minutes is None else {**frame(table), self.when: self.days}
        return Labels(by_day, segments, account=self.account, since=self.when)

    def not_applied(self, policy: Policy) -> list[str]:
        """Changes that are known to the minute can be grouped."""
        return [name for name in super().not_applied(policy) if self.minutes is None or name != "grouping_minutes"]

    def require_correctable(self, policy: Policy) -> None:
        raise not_row_by_row("a ledger of changes")
