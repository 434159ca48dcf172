"""The made-up company, with everything that a page can show."""

from __future__ import annotations

from typing import Any

from sojourn._frames.language import say
from sojourn._report.facts.months import month_index, month_name
from sojourn._report.facts.revenue import last_months
from sojourn._report.page import Fact
from sojourn._report.request import (
    ContractRequest,
    CsatRequest,
    HealthRequest,
    NpsRequest,
    ReportRequest,
    RevenueRequest,
)
from sojourn.datasets import AccountSet, acme
from sojourn.health import HealthResult, Scorecard
from sojourn.revenue import Ledger


def acme_request(accounts: int, seed: int, *, margin: float) -> ReportRequest:
    """All families of `accounts` made-up accounts. What winning customers cost is the sum over those who signed up."""
    company = acme(n=accounts, seed=seed)
    ledger = Ledger(
        company.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=company.as_of
    )
    last = last_months(ledger, None, None)[1]
    since = month_name(month_index(last) - 11)
    signed = zip(company.accounts["signup"].to_list(), company.accounts["cac_minor"].to_list(), strict=True)
    spend = sum(cost for day, cost in signed if since <= str(day)[:7] <= last)
    segment = dict(zip(company.accounts["account_id"].to_list(), company.accounts["segment"].to_list(), strict=True))
    surveys = {"NPS": company.nps, "CSAT": company.csat}
    segments = {name: [segment[key] for key in table["account_id"].to_list()] for name, table in surveys.items()}
    scored = Scorecard.template("engagement").score(company.signals, account="account_id", as_of=company.as_of)
    return ReportRequest(
        revenue=RevenueRequest(ledger=ledger, margin=margin, spend=spend),
        contracts=ContractRequest(table=company.contracts),
        nps=NpsRequest(scores=company.nps["score"].to_list(), segments=segments["NPS"], by="segment"),
        csat=CsatRequest(scores=company.csat["score"].to_list(), segments=segments["CSAT"], by="segment"),
        survey_days={name: (table["sent_on"], table["answered_on"]) for name, table in surveys.items()},
        health=HealthRequest(result=scored, earlier=_earlier(accounts, seed), accounts=True),
        book=_book(company),
        names=True,
        notes=[
            Fact(
                label=say("Made-up data"),
                value=say("acme, {accounts:,} accounts, seed {seed}", accounts=accounts, seed=seed),
            )
        ],
    )


def _book(company: AccountSet) -> dict[str, list[Any]]:
    """What a customer relationship system knows about each account."""
    columns = {name: company.accounts[name].to_list() for name in ("account_id", "owner", "plan", "region", "segment")}
    due = zip(company.signals["account_id"].to_list(), company.signals["renews_on"].to_list(), strict=True)
    renews = dict(due)
    return {**columns, "renews_on": [renews.get(key) for key in columns["account_id"]]}


def _earlier(accounts: int, seed: int) -> list[HealthResult]:
    """The scores of the same accounts two quarters and one quarter before."""
    card = Scorecard.template("engagement")
    before = [acme(n=accounts, seed=seed, as_of=day, usage="latest") for day in ("2024-07-01", "2024-10-01")]
    return [card.score(then.signals, account="account_id", as_of=then.as_of) for then in before]
