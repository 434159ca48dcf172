"""Rows that hold prices, of which the policy makes MRR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.periods import day_or_none
from sojourn.errors import SchemaError
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source

_DATE_OF = {"cancel_request": "cancelled_on", "billing_end": "billing_ended_on", "nonpayment": "unpaid_since"}


class PricedRows(Source):
    """The columns of a table by role, and which options find none to work on."""

    def __init__(
        self,
        table: Any,
        names: Mapping[str, str | None],
        money: MoneyReading,
        as_of: Any,
        *,
        known: tuple[str, ...],
        required: tuple[str, ...],
        what: str,
        since: str,
        acts_on: Mapping[str, tuple[str, ...]],
    ) -> None:
        unknown = [role for role in names if role not in known]
        if unknown:
            raise SchemaError(f"no role {', '.join(unknown)} in a table of {what}; there are {', '.join(known)}")
        optional = {role: name for role, name in names.items() if role not in required}
        found, columns, currency = pick_money(
            table,
            {role: names.get(role) for role in required},
            ("amount", "discount_minor", "tax_minor"),
            money,
            optional=optional,
            search=[role for role in known if role not in required],
        )
        super().__init__({"account": found.names["account"]}, money.amounts, currency)
        self.found, self.names, self.columns = found, found.names, columns
        self.as_of = day_or_none(as_of, "as_of")
        self._since, self._acts_on = self.names[since], acts_on

    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        return Labels(
            table,
            segments,
            account=self.names["account"],
            since=self._since,
            subscription=self.names.get("subscription"),
        )

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and find no column to work on."""
        changed = policy.changes()
        unused = [
            name for name, wanted in self._acts_on.items() if name in changed and not self._has(name, changed[name], wanted)
        ]
        return [*unused, "fx"] if "fx" in changed else unused

    def _has(self, option: str, value: Any, wanted: tuple[str, ...]) -> bool:
        if option == "churn_at":
            return _DATE_OF[value] in self.columns
        return any(role in self.columns for role in wanted)
