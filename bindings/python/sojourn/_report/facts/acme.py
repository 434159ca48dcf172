"""The made-up company, with everything that a page can show."""

from __future__ import annotations

from sojourn._report.facts.everything import Gathered
from sojourn._report.facts.health import health_facts
from sojourn._report.facts.renewals import renewal_facts
from sojourn._report.facts.revenue import last_months, month_index, month_name
from sojourn._report.facts.surveys import csat_facts, nps_facts, response_facts
from sojourn._report.page import Fact


def acme_facts(accounts: int, seed: int, *, margin: float) -> Gathered:
    """All families of `accounts` made-up accounts; what winning customers cost is the sum over those who signed up."""
    import sojourn as sj

    company = sj.datasets.acme(n=accounts, seed=seed)
    ledger = sj.Ledger(
        company.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=company.as_of
    )
    first, last = last_months(ledger, None, None)
    since = month_name(month_index(last) - 11)
    signed = zip(company.accounts["signup"].to_list(), company.accounts["cac_minor"].to_list(), strict=True)
    spend = sum(cost for day, cost in signed if since <= str(day)[:7] <= last)
    gathered = Gathered(notes=[Fact(label="Made-up data", value=f"acme, {accounts:,} accounts, seed {seed}")])
    gathered.add_ledger(ledger, first, last, margin=margin, spend=spend)
    gathered.renewals = renewal_facts(company.contracts, last=last, as_of=company.as_of)
    segment = dict(zip(company.accounts["account_id"].to_list(), company.accounts["segment"].to_list(), strict=True))
    surveys = {"NPS": company.nps, "CSAT": company.csat}
    asked = {name: [segment[who] for who in table["account_id"].to_list()] for name, table in surveys.items()}
    gathered.nps = nps_facts(company.nps["score"].to_list(), segments=asked["NPS"], by="segment")
    gathered.csat = csat_facts(company.csat["score"].to_list(), segments=asked["CSAT"], by="segment")
    gathered.responses = response_facts({name: (table["sent_on"], table["answered_on"]) for name, table in surveys.items()})
    card = sj.Scorecard.template("engagement")
    gathered.health = health_facts(card.score(company.signals, account="account_id", as_of=company.as_of))
    return gathered
