"""Prices and what happened to subscriptions, or lines of invoices, as columns from which a policy makes MRR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._frames import columns as _input
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy

ROLES = (
    "account",
    "start",
    "amount",
    "subscription",
    "end",
    "cancelled_on",
    "billing_ended_on",
    "unpaid_since",
    "paid_again_on",
    "paused_on",
    "resumed_on",
    "trial_end",
    "every",
    "unit",
    "quantity",
    "discount_basis_points",
    "discount_minor",
    "discount_term",
    "tax_minor",
    "metered",
)
LINE_ROLES = (
    "account",
    "service_start",
    "service_end",
    "amount",
    "kind",
    "subscription",
    "discount_minor",
    "discount_term",
    "tax_minor",
    "full_start",
    "full_end",
    "ended_on",
    "cancelled_on",
    "billing_ended_on",
    "unpaid_since",
    "paid_again_on",
)

# The options that shape MRR itself, and the columns of which one must be there for them to matter; a table that holds MRR
# already cannot follow any of them.
PRICING: dict[str, tuple[str, ...]] = {
    "unit": ("subscription",),
    "source": (),
    "churn_at": ("cancelled_on", "billing_ended_on", "unpaid_since"),
    "past_due": ("unpaid_since",),
    "paused": ("paused_on",),
    "free_is": ("amount",),
    "discounts": ("discount_basis_points", "discount_minor"),
    "tax": ("tax_minor",),
    "usage": ("metered",),
    "usage_months": ("metered",),
    "refunds": (),
    "calendar_factor": ("unit",),
    "rounding": ("amount",),
    "grouping_minutes": (),
}
INVOICING: dict[str, tuple[str, ...]] = {
    **PRICING,
    "source": ("amount",),
    "usage": ("kind",),
    "usage_months": ("kind",),
    "refunds": ("amount",),
    "calendar_factor": ("service_end",),
}
_DATE_OF = {"cancel_request": "cancelled_on", "billing_end": "billing_ended_on", "nonpayment": "unpaid_since"}


class _Roles:
    """The columns of a table by role, and which options find none to work on."""

    def __init__(
        self, table: Any, names: Mapping[str, str], known: tuple[str, ...], what: str, acts_on: Mapping[str, tuple[str, ...]]
    ) -> None:
        unknown = [role for role in names if role not in known]
        if unknown:
            raise SchemaError(f"no role {', '.join(unknown)} in a table of {what}; there are {', '.join(known)}")
        self.names = dict(names)
        self.columns = _input.columns(table, self.names)
        self._acts_on = acts_on

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and find no column to work on."""
        changed = policy.changes()
        return [
            name for name, wanted in self._acts_on.items() if name in changed and not self._has(name, changed[name], wanted)
        ]

    def _has(self, option: str, value: Any, wanted: tuple[str, ...]) -> bool:
        if option == "churn_at":
            return _DATE_OF[value] in self.columns
        return any(role in self.columns for role in wanted)


class Prices(_Roles):
    """Prices and what happened to subscriptions; `build` makes a ledger of them under a policy."""

    def __init__(
        self, table: Any, names: Mapping[str, str], exponent: int, as_of: int | None, part: str, commitment: str
    ) -> None:
        super().__init__(table, names, ROLES, "prices", PRICING)
        self.exponent, self.as_of, self.part, self.commitment = exponent, as_of, part, commitment

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_prices(
            self.columns, self.names, self.exponent, self.as_of, policy.core, self.part, self.commitment
        )


class Invoices(_Roles):
    """Lines of invoices; `build` makes a ledger of them under a policy."""

    def __init__(self, table: Any, names: Mapping[str, str], exponent: int, as_of: int | None) -> None:
        super().__init__(table, names, LINE_ROLES, "invoices", INVOICING)
        self.exponent, self.as_of = exponent, as_of

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_invoices(self.columns, self.names, self.exponent, self.as_of, policy.core)
