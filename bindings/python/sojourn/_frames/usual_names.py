"""The names that columns usually have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# By role. One matching column is taken; none or several are an error that lists the candidates.
USUAL_NAMES: Mapping[str, Sequence[str]] = {
    "account": ("account_id", "account", "customer_id", "customerid", "customer", "client_id", "client", "user_id"),
    "start": ("start", "start_date", "started_at", "period_start", "valid_from"),
    "end": ("end", "end_date", "ended_at", "period_end", "valid_to"),
    "mrr": ("mrr_minor", "mrr_cents", "mrr"),
    "term_end": ("term_end", "contract_end", "end_date", "end"),
    "value": ("value_minor", "value_cents", "value", "acv", "contract_value"),
    "renewed_on": ("renewed_on", "renewed_at", "renewal_date"),
    "renewed_value": ("renewed_value_minor", "renewed_value_cents", "renewed_value"),
    "sent": ("sent_on", "sent_at", "sent"),
    "answered": ("answered_on", "answered_at", "answered", "responded_on"),
    "score": ("nps", "nps_score", "score", "rating"),
    "csat_score": ("csat", "csat_score", "satisfaction"),
    "ces_score": ("ces", "ces_score", "effort"),
    "tenure": ("tenure", "tenure_months"),
    "churned": ("churn", "churned", "is_churned"),
    "monthly": ("monthlycharges", "monthly_charges", "monthly_charge", "mrr_minor", "mrr_cents", "mrr"),
}
