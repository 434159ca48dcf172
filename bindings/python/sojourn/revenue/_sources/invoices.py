"""Lines of invoices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn import _core
from sojourn._frames.money import MoneyReading
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.priced_rows import PricedRows
from sojourn.revenue._sources.pricing_options import INVOICING
from sojourn.revenue._sources.source import not_row_by_row

ROLES = (
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


class Invoices(PricedRows):
    """One row per line; it counts for the days [service_start, service_end) that it bills."""

    end_roles = ("service_end", "full_end")
    start_role = "service_start"

    def __init__(self, table: Any, names: Mapping[str, str | None], money: MoneyReading, as_of: Any) -> None:
        super().__init__(
            table,
            names,
            money,
            as_of,
            known=ROLES,
            required=("account", "service_start", "service_end", "amount"),
            what="invoices",
            since="service_start",
            acts_on=INVOICING,
        )

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_invoices(self.columns, self.names, self.exponent, self.as_of, policy.core)

    def require_correctable(self, policy: Policy) -> None:
        raise not_row_by_row("a ledger of invoices")
