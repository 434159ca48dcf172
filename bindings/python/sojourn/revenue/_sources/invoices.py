"""Lines of invoices."""

from __future__ import annotations

from sojourn.revenue._sources.priced_rows import PricedRows
from sojourn.revenue._sources.pricing_options import INVOICING

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

    kind = "invoices"
    start_role = "service_start"
    end_roles = ("service_end", "full_end")
    required = ROLES[:4]
    optional = ROLES[4:]
    what = "invoices"
    acts_on = INVOICING
