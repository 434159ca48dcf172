"""Subscription periods with their MRR, in one currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.revenue import RetentionState
from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.periods import day_or_none
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source


class Subscriptions(Source):
    """One row per period [start, end) of an account."""

    def __init__(self, table: Any, roles: Mapping[str, str | None], money: MoneyReading, as_of: Any) -> None:
        found, columns, currency = pick_money(table, roles, ("mrr",), money)
        super().__init__(roles, money.amounts, currency)
        self.found, self.names, self.columns = found, found.names, columns
        self.as_of = day_or_none(as_of, "as_of")
        self.terms = self._due

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.make(
            **self.columns,
            exponent=self.exponent,
            as_of=self.as_of,
            names=list(self.names.values()),
            lapse_grace=policy.lapse_grace,
        )

    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        return Labels(table, segments, account=self.names["account"], since=self.names["start"])

    def _due(self, first: int, end: int, as_of: int, lost: str) -> RetentionState:
        return _core.revenue.available_to_renew(
            **self.columns,
            exponent=self.exponent,
            first_day=first,
            end_day=end,
            as_of=as_of,
            names=list(self.names.values()),
            lost=lost,
        )
