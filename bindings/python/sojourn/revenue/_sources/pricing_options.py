"""The options of a policy that shape MRR itself, and the columns of which one must be there for them to matter."""

from __future__ import annotations

PRICING: dict[str, tuple[str, ...]] = {
    "unit": ("subscription",),
    "source": (),
    "churn_at": ("cancelled_on", "billing_ended_on", "unpaid_since"),
    "end_day": ("end", "cancelled_on", "billing_ended_on"),
    "past_due": ("unpaid_since",),
    "paused": ("paused_on",),
    "free_is": ("amount",),
    "discounts": ("discount_basis_points", "discount_minor"),
    "tax": ("tax_minor",),
    "usage": ("metered",),
    "usage_basis": (),
    "usage_months": ("metered",),
    "refunds": (),
    "calendar_factor": ("unit",),
    "rounding": ("amount",),
    "grouping_minutes": (),
}
"""In a table of prices. Rows that hold MRR already cannot follow any of these options."""

INVOICING: dict[str, tuple[str, ...]] = {
    **PRICING,
    "source": ("amount",),
    "end_day": ("ended_on", "cancelled_on", "billing_ended_on"),
    "usage": ("kind",),
    "usage_months": ("kind",),
    "refunds": ("amount",),
    "calendar_factor": ("service_end",),
}
"""In a table of invoice lines."""
