"""A log of changes: from which moment on an account pays how much, or how much more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.columns import OpenTable, frame
from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.periods import day_or_none
from sojourn._frames.roles import candidates
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
        account: str | None,
        when: str | None,
        mrr_after: str | None,
        change: str | None,
        subscription: str | None,
        same_day: str,
        money: MoneyReading,
        as_of: Any,
    ) -> None:
        opened = OpenTable(table)
        asked = {"account": account, "when": when, "mrr_after": mrr_after, "change": change}
        amount = _amount_role(opened.names, asked)
        del asked["change" if amount == "mrr_after" else "mrr_after"]
        named = {} if subscription is None else {"subscription": subscription}
        found, columns, currency = pick_money(opened, asked, (amount,), money, optional=named, search=("subscription",))
        super().__init__({"account": found.names["account"]}, money.amounts, currency)
        self.found, self.columns = found, columns
        self.names = list(self.found.names.values())
        self.account, self.when, self.same_day = self.found.names["account"], self.found.names["when"], same_day
        self.amount, self.amount_is = amount, "level" if amount == "mrr_after" else "delta"
        self.days, self.minutes = _core.frames.moments(self.columns["when"], self.when)
        self.as_of = day_or_none(as_of, "as_of")

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_changes(
            self.columns["account"],
            self.days,
            self.columns[self.amount],
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


def _amount_role(present: Sequence[str], asked: Mapping[str, str | None]) -> str:
    """Whether the table holds levels or differences: what the caller names, or the only column with a usual name of one."""
    named = [role for role in ("mrr_after", "change") if asked[role] is not None]
    free = [name for name in present if name not in asked.values()]
    fitting = {role: candidates(role, free) for role in ("mrr_after", "change")}
    roles = named or [role for role, columns in fitting.items() if columns]
    if len(roles) == 1:
        return roles[0]
    seen = [name for columns in fitting.values() for name in columns]
    which = f"; the table has both: {', '.join(seen)}" if seen and not named else ""
    raise SchemaError(
        f"name the column of levels with mrr_after=, or that of differences with change=, one of the two{which}"
    )
