"""The names that columns usually have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# What a column is usually called, by role; one match in a file is taken, none or several are an error with the candidates.
USUAL_NAMES: Mapping[str, Sequence[str]] = {
    "account": ("account_id", "account", "customer_id", "customerid", "customer", "client_id", "client", "user_id"),
    "start": ("start", "start_date", "started_at", "period_start", "valid_from"),
    "end": ("end", "end_date", "ended_at", "period_end", "valid_to"),
    "mrr": ("mrr_minor", "mrr_cents", "mrr"),
    "score": ("nps", "nps_score", "score", "rating"),
    "csat_score": ("csat", "csat_score", "satisfaction"),
    "tenure": ("tenure", "tenure_months"),
    "churned": ("churn", "churned", "is_churned"),
    "monthly": ("monthlycharges", "monthly_charges", "monthly_charge", "mrr_minor", "mrr_cents", "mrr"),
}
