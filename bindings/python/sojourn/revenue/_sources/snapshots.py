"""Month snapshots: what each account paid in each month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.periods import day_or_none
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source


class MonthSnapshots(Source):
    """One row per account and month."""

    def __init__(
        self, table: Any, account: str | None, month: str | None, mrr: str | None, money: MoneyReading, as_of: Any
    ) -> None:
        roles = {"account": account, "month": month, "mrr": mrr}
        found, columns, currency = pick_money(table, roles, ("mrr",), money)
        super().__init__(found.names, money.amounts, currency)
        self.found, self.names, self.columns = found, found.names, columns
        self.as_of = day_or_none(as_of, "as_of")

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_snapshots(
            **self.columns,
            exponent=self.exponent,
            as_of=self.as_of,
            names=list(self.names.values()),
            lapse_grace=policy.lapse_grace,
        )

    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        return Labels(table, segments, account=self.names["account"], since=self.names["month"], by_month=True)

    def correction(self, table: Any) -> tuple[list[str], dict[str, Column]]:
        """Snapshots as periods of one month each."""
        _, picked, _ = pick_money(table, self.names, ("mrr",), MoneyReading(self.amounts, self.currency))
        month = self.names["month"]
        start, end = _core.frames.month_spans(picked["month"], month)
        shown = [self.names["account"], month, month, self.names["mrr"]]
        return shown, {"account": picked["account"], "start": start, "end": end, "mrr": picked["mrr"]}
