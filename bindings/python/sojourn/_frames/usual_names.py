"""The names that columns usually have: of this library, of billing systems, of CRM exports.

Names are compared by their words: case does not matter, nor whether words are joined by spaces, signs or capitals, so that
"Account Name", "account-name" and "accountName" are the same. A role that holds money may have its currency in the name,
"MRR (USD)". A column of MRR that is called ARR holds amounts a year, and is divided by 12 exactly.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from sojourn._frames.currency import is_currency

_ACCOUNT = ("account", "customer", "client", "company", "organization", "organisation")
_MONEY = frozenset(("mrr", "mrr_after", "amount", "value", "renewed_value", "monthly", "discount_minor", "tax_minor"))
# Codes that stand at the end of names without brackets; many others are words ("all", "top", "try").
_FREQUENT = frozenset("usd eur gbp chf cad aud nzd jpy cny inr brl mxn sek nok dkk pln czk huf zar sgd hkd krw ils".split())


def _minor(*names: str) -> tuple[str, ...]:
    """Names of amounts, and those that say that they hold minor units."""
    return tuple(name + suffix for name in names for suffix in ("", "_minor", "_cents", "_in_cents"))


# By role. One matching column is taken; none or several are an error that lists the candidates.
USUAL_NAMES: Mapping[str, Sequence[str]] = {
    # Every source of revenue
    "account": (
        *_ACCOUNT,
        *(f"{noun}_{part}" for noun in _ACCOUNT for part in ("id", "name", "code", "key", "number", "uuid")),
        "customerid",
        "accountid",
        "customer_external_id",
        "user_id",
    ),
    "subscription": ("subscription", "subscription_id", "subscription_uuid", "subscription_external_id"),
    # Subscription periods
    "start": (
        "start",
        "start_date",
        "started_at",
        "started_on",
        "period_start",
        "valid_from",
        "contract_start",
        "contract_start_date",
        "subscription_start",
        "subscription_start_date",
        "activated_at",
    ),
    "end": (
        "end",
        "end_date",
        "ended_at",
        "ended_on",
        "period_end",
        "valid_to",
        "contract_end",
        "contract_end_date",
        "subscription_end",
        "subscription_end_date",
        "expires_at",
        "expired_at",
    ),
    "mrr": _minor("mrr", "monthly_recurring_revenue", "arr", "annual_recurring_revenue"),
    # Month snapshots and changes
    "month": ("month", "month_start", "snapshot_month", "reporting_month"),
    "when": ("date", "when", "changed_at", "changed_on", "change_date", "effective_date", "event_date", "occurred_at"),
    "mrr_after": _minor("mrr_after", "new_mrr", "mrr"),
    "change": _minor("change", "mrr_change", "mrr_delta", "delta"),
    # Prices and what happened to subscriptions
    "amount": _minor("amount", "price", "unit_amount", "unit_price", "plan_amount", "line_amount"),
    "cancelled_on": (
        "cancelled_on",
        "cancelled_at",
        "canceled_on",
        "canceled_at",
        "cancellation_date",
        "cancel_date",
    ),
    "billing_ended_on": ("billing_ended_on", "billing_ended_at", "billing_end_date"),
    "unpaid_since": ("unpaid_since", "past_due_since"),
    "paid_again_on": ("paid_again_on", "paid_again_at"),
    "paused_on": ("paused_on", "paused_at", "pause_date"),
    "resumed_on": ("resumed_on", "resumed_at", "resume_date"),
    "trial_start": ("trial_start", "trial_start_date", "trial_started_at", "trial_started_on"),
    "trial_end": ("trial_end", "trial_end_date", "trial_ended_at", "trial_ended_on", "trial_ends_at"),
    "every": ("every", "interval_count"),
    "unit": ("unit", "interval", "plan_interval", "billing_interval", "billing_period_unit"),
    "quantity": ("quantity", "qty", "seats"),
    "discount_basis_points": ("discount_basis_points",),
    "discount_minor": _minor("discount", "discount_amount"),
    "discount_term": ("discount_term", "discount_duration"),
    "discount_until": ("discount_until", "discount_end", "discount_end_date"),
    "tax_minor": _minor("tax", "tax_amount"),
    "metered": ("metered", "is_metered"),
    # Lines of invoices
    "service_start": (
        "service_start",
        "service_period_start",
        "service_start_date",
        "period_start",
        "start_date",
        "date_from",
    ),
    "service_end": ("service_end", "service_period_end", "service_end_date", "period_end", "end_date", "date_to"),
    "kind": ("kind", "line_kind", "line_type", "entity_type", "origin"),
    "full_start": ("full_start", "full_period_start"),
    "full_end": ("full_end", "full_period_end"),
    # The end of the subscription behind a line; of a price it is the role "end".
    "ended_on": ("ended_on", "ended_at", "subscription_ended_at", "subscription_ended_on"),
    # Contracts
    "term_start": ("term_start", "contract_start", "contract_start_date"),
    "term_end": ("term_end", "contract_end", "contract_end_date", "end_date", "end"),
    "value": _minor("value", "acv", "contract_value", "annual_contract_value", "arr"),
    "renewed_on": ("renewed_on", "renewed_at", "renewal_date"),
    "renewed_value": _minor("renewed_value", "renewal_value", "renewed_acv"),
    "renewed_until": ("renewed_until", "renewal_end", "renewed_term_end"),
    "auto_renewed": ("auto_renewed", "auto_renew", "auto_renewal"),
    # Accounts
    "owner": ("owner", "account_owner", "csm", "customer_success_manager", "account_manager"),
    # Surveys
    "sent": ("sent_on", "sent_at", "sent"),
    "answered": ("answered_on", "answered_at", "answered", "responded_on"),
    "score": ("nps", "nps_score", "score", "rating"),
    "csat_score": ("csat", "csat_score", "satisfaction"),
    "ces_score": ("ces", "ces_score", "effort"),
    # Customers of one table, as data sets of churn have them
    "tenure": ("tenure", "tenure_months"),
    "churned": ("churn", "churned", "is_churned"),
    "monthly": _minor("monthlycharges", "monthly_charges", "monthly_charge", "mrr"),
}


@functools.lru_cache(maxsize=4096)
def words_of(name: str) -> str:
    """A name as its words in small letters: "Account Name", "accountName" and "account-name" are account_name."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return "_".join(re.findall(r"[^\W_]+", apart.lower()))


@functools.lru_cache(maxsize=4096)
def fits(role: str, name: str) -> bool:
    """Whether a column of that name is usually one of the role."""
    usual = USUAL_NAMES.get(role, ())
    words = words_of(name)
    if words in usual or name.strip().lower() in usual:
        return True
    if role not in _MONEY:
        return False
    return currency_in(name) is not None and words.rpartition("_")[0] in usual


def currency_in(name: str) -> str | None:
    """The currency that a column of money names: EUR of "MRR (EUR)" and "mrr_eur"."""
    last = words_of(name).rpartition("_")[2]
    in_brackets = re.search(r"[(\[]\s*[A-Za-z]{3}\s*[)\]]\s*$", name) is not None
    return last.upper() if last in _FREQUENT or (in_brackets and is_currency(last)) else None
