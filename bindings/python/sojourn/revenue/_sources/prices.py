"""Prices, and what happened to the subscriptions that pay them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.priced_rows import PricedRows
from sojourn.revenue._sources.pricing_options import PRICING

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

    kind = "prices"
    required = ROLES[:3]
    optional = ROLES[3:]
    what = "prices"
    acts_on = PRICING

    def __init__(self, table: Any, names: Mapping[str, str | None], common: Common, *, part: str, commitment: str) -> None:
        super().__init__(table, names, common)
        self.reading |= {"part": part, "commitment": commitment}
