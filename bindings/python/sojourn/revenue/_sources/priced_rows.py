"""Rows that hold prices, of which the policy makes MRR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.source import Source, only_known

_DATE_OF = {"cancel_request": "cancelled_on", "billing_end": "billing_ended_on", "nonpayment": "unpaid_since"}


class PricedRows(Source):
    """The columns of a table by role, and which options find none to work on."""

    what: ClassVar[str]
    acts_on: ClassVar[Mapping[str, tuple[str, ...]]]
    """The options that shape MRR, and the columns of which one must be there for them to matter."""
    has_terms = True
    money_roles = ("amount", "discount_minor", "tax_minor")

    def __init__(self, table: Any, names: Mapping[str, str | None], common: Common) -> None:
        only_known(names, (*self.required, *self.optional), self.what)
        super().__init__(table, names, common)

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and find no column to work on."""
        changed = policy.changes()
        unused = [
            name for name, wanted in self.acts_on.items() if name in changed and not self._has(name, changed[name], wanted)
        ]
        return unused if self.common.in_currencies or "fx" not in changed else [*unused, "fx"]

    def _has(self, option: str, value: Any, wanted: tuple[str, ...]) -> bool:
        if option == "churn_at":
            return _DATE_OF[value] in self.present
        return any(role in self.present for role in wanted)
