"""Prices, and what happened to the subscriptions that pay them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn import _core
from sojourn._frames.money import MoneyReading
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.priced_rows import PricedRows
from sojourn.revenue._sources.pricing_options import PRICING
from sojourn.revenue._sources.source import not_row_by_row

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
    "trial_start",
    "trial_end",
    "every",
    "unit",
    "quantity",
    "discount_basis_points",
    "discount_minor",
    "discount_term",
    "discount_until",
    "tax_minor",
    "metered",
)


class Prices(PricedRows):
    """One row per price of a subscription."""

    def __init__(
        self, table: Any, names: Mapping[str, str | None], money: MoneyReading, as_of: Any, *, part: str, commitment: str
    ) -> None:
        super().__init__(
            table,
            names,
            money,
            as_of,
            known=ROLES,
            required=("account", "start", "amount"),
            what="prices",
            since="start",
            acts_on=PRICING,
        )
        self.part, self.commitment = part, commitment

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.Ledger.from_prices(
            self.columns, self.names, self.exponent, self.as_of, policy.core, self.part, self.commitment
        )

    def require_correctable(self, policy: Policy) -> None:
        raise not_row_by_row("a ledger of prices")
