"""What each metric means, in one place: the report prints it under a picture, `sojourn explain` prints it in a terminal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A metric in business words: what it is, how it is computed, what it does not tell you."""

    title: str
    meaning: str
    formula: str
    unit: str
    missing: str
    not_told: str


DEFINITIONS: dict[str, Definition] = {
    "mrr": Definition(
        title="Monthly recurring revenue (MRR)",
        meaning="What all running subscriptions are worth for one month, whatever their billing interval.",
        formula="sum over running subscriptions of price / interval in months, at the end of the day asked for",
        unit="money a month",
        missing="A subscription without an amount is an error that names its row; nothing is left out silently.",
        not_told="MRR is not what you invoiced and not revenue in the accounts: one-off fees, usage and tax are not in it.",
    ),
    "movements": Definition(
        title="MRR movements",
        meaning="Why MRR changed: each account's change in a period is new, reactivation, expansion, contraction or churn.",
        formula="opening + new + reactivation + expansion - contraction - churn + currency = closing, exactly",
        unit="money a month",
        missing="Every account is in exactly one movement for each change, so the bars close to the cent.",
        not_told="Which product or price change caused a movement. An upgrade and a downgrade of one account on one day net out.",
    ),
    "nrr": Definition(
        title="Net revenue retention (NRR)",
        meaning="How much of the MRR of the accounts you had at the start is still there at the end, upgrades included.",
        formula="MRR now of the accounts active at the start / their MRR at the start",
        unit="% (above 100 is possible)",
        missing="Undefined when there was no MRR at the start.",
        not_told="New business. A high NRR may rest on a few large upgrades; read it beside GRR and logo retention.",
    ),
    "grr": Definition(
        title="Gross revenue retention (GRR)",
        meaning="The same, but an account never counts for more than it paid at the start: losses only.",
        formula="sum over accounts of min(MRR now, MRR at the start) / MRR at the start",
        unit="%, 0 to 100",
        missing="Undefined when there was no MRR at the start.",
        not_told="Growth. GRR can only fall short of 100.",
    ),
    "logo_retention": Definition(
        title="Logo retention",
        meaning="The share of the accounts you had at the start that are still customers at the end.",
        formula="accounts active at both dates / accounts active at the start",
        unit="%, 0 to 100",
        missing="Undefined when there were no accounts at the start.",
        not_told="How large they are: losing one big account weighs as much as losing one small one.",
    ),
    "logo_churn": Definition(
        title="Logo churn",
        meaning="The share of the accounts at the start of a period that left during it.",
        formula="accounts churned in the period / accounts at its opening",
        unit="% a period",
        missing="Undefined when there were no accounts at the opening.",
        not_told="When in the period they left, and how much they paid. A rate of one month times 12 is not a rate of one year.",
    ),
    "mrr_churn": Definition(
        title="MRR churn",
        meaning="The share of the opening MRR that was lost in a period; net subtracts what existing accounts added.",
        formula="gross: (churn + contraction) / opening; net: (churn + contraction - expansion - reactivation) / opening",
        unit="% a period (net may be negative)",
        missing="Undefined when the opening MRR is zero.",
        not_told="How many accounts are behind it.",
    ),
    "quick_ratio": Definition(
        title="Quick ratio",
        meaning="How many units of MRR are gained for each one lost.",
        formula="(new + reactivation + expansion) / (contraction + churn)",
        unit="ratio",
        missing="Undefined when nothing was lost.",
        not_told="The size of the business, and what the gains cost. Young businesses have high ratios.",
    ),
    "arpa": Definition(
        title="Average revenue per account (ARPA)",
        meaning="MRR divided by the number of paying accounts.",
        formula="MRR / paying accounts",
        unit="money a month",
        missing="Undefined without paying accounts.",
        not_told="The spread: a few large accounts can carry the mean.",
    ),
    "cohorts": Definition(
        title="Cohort retention",
        meaning="Accounts that started in the same period, followed by age: what share of them (or of their MRR) is left.",
        formula="accounts (or MRR) of the cohort at the end of age a / the same at its start",
        unit="% of the cohort at its start",
        missing="An age that the data cannot have reached is left open (hatched in the picture), never zero.",
        not_told="Why a cohort differs. Small cohorts move a lot by chance: look at the number beside the row.",
    ),
    "survival": Definition(
        title="Survival (Kaplan-Meier)",
        meaning="The share still there after a given time, counting those who have not left yet for as long as they were seen.",
        formula="product over event times of (1 - left / at risk)",
        unit="%, 0 to 100",
        missing="Somebody still there at the end of observation counts as at risk until then, not as a loss.",
        not_told="Why people leave, and anything beyond the longest observed time. Groups differ in more than their label.",
    ),
    "mrr_index": Definition(
        title="MRR index",
        meaning="What share of today's MRR a monthly churn rate leaves after n months, if nothing is added.",
        formula="(1 - churn rate) ^ months",
        unit="share of today's MRR, 1 at the start",
        missing="A rate outside 0 to 1 is an error.",
        not_told="Your own future: a constant rate is an assumption, and early churn is usually higher than late churn.",
    ),
    "decay": Definition(
        title="Fitted decay (sBG)",
        meaning="A curve fitted to how many accounts stayed at each month, carried on beyond the data. The shifted-beta-geometric model "
        "lets accounts differ in a churn rate that is their own and constant; where they do not differ it is one constant rate.",
        formula="share left after t = B(alpha, beta + t) / B(alpha, beta), by maximum likelihood",
        unit="%, 0 to 100",
        missing="An account counts for the months it has been seen; a fit that the data cannot carry is refused with its reason.",
        not_told="Whether the future resembles the past. The interval holds for the parameters only, and one decision a month is assumed "
        "for every account: annual contracts, which decide once a year, make the true curve a staircase.",
    ),
    "renewal": Definition(
        title="Renewal rates",
        meaning="Of the contracts whose term ended: the share of customers who renewed (logo), of the money due that was renewed without "
        "counting price rises (gross dollar) and with them (net dollar).",
        formula="logo: renewed / due; gross dollar: sum of min(new value, old value) / old value; net dollar: new value / old value",
        unit="%, 0 to 100 (net dollar may pass 100)",
        missing="A contract that is not renewed and still within its grace days is not decided: it is in no rate, but counted.",
        not_told="Anything about contracts whose term has not ended, and churn of accounts without a term.",
    ),
    "response_rate": Definition(
        title="Response rate",
        meaning="The share of the surveys sent that were answered.",
        formula="answered / sent (delivered, where that is known)",
        unit="%, 0 to 100",
        missing="A survey without a day of answering is not answered; one sent lately may still be.",
        not_told="Whether those who stay silent think like those who answer.",
    ),
    "nps": Definition(
        title="Net promoter score (NPS)",
        meaning="How many more answers recommend (9-10) than criticise (0-6), in points between -100 and +100.",
        formula="100 x (promoters - detractors) / answers",
        unit="points, -100 to +100",
        missing="Blank answers are counted and left out; they are not passives.",
        not_told="What the people who did not answer think, and why the score is what it is.",
    ),
    "csat": Definition(
        title="Customer satisfaction (CSAT)",
        meaning="The share of answers in the top boxes of the scale (4 and 5 of 5 unless said otherwise).",
        formula="satisfied answers / answers",
        unit="%, 0 to 100",
        missing="Blank answers are counted and left out.",
        not_told="How strongly people feel, and what the people who did not answer think.",
    ),
    "ces": Definition(
        title="Customer effort score (CES)",
        meaning="How easy it was to get something done, on a scale of 1 to 7.",
        formula="mean of the answers (or the share of the top boxes, as stated)",
        unit="points of the scale, or %",
        missing="Blank answers are counted and left out.",
        not_told="Whether the customer needed to make that effort at all.",
    ),
    "health": Definition(
        title="Health score",
        meaning="A weighted mean of an account's normalised signals between 0 (worst) and 100 (best), cut into tiers.",
        formula="100 x sum of weight x normalised signal over the signals present, then the card's rules",
        unit="points, 0 to 100",
        missing="A missing signal is handled by the card's policy; coverage says how much of the card an account's data filled.",
        not_told="The probability of leaving. Weights are somebody's judgement until they are tested against later outcomes.",
    ),
    "cltv": Definition(
        title="Customer lifetime value (CLTV)",
        meaning="The margin an average account is expected to bring over its life: ARPA x gross margin / churn a month.",
        formula="ARPA x margin x expected paid months, discounted if asked, less acquisition cost if given",
        unit="money",
        missing="The margin must be given: revenue is not value. Undefined when nobody has left.",
        not_told="Anything about one account. It is an expectation over accounts like it.",
    ),
    "economics": Definition(
        title="Unit economics: CAC, LTV : CAC, payback",
        meaning="What winning a customer costs (CAC), how many times that a customer is worth, and after how many months the margin of what "
        "it pays has brought it back.",
        formula="CAC = spend / customers won; payback = spend / (new MRR x margin); LTV : CAC = CLTV / CAC",
        unit="money, ratio, months",
        missing="Spend and margin must be given; undefined when nobody was won.",
        not_told="Which channel is worth its money: these are means. Customers won now were often worked for earlier.",
    ),
}
ALIASES = {
    "arr": "mrr",
    "churn": "logo_churn",
    "retention": "nrr",
    "kaplan_meier": "survival",
    "ltv": "cltv",
    "clv": "cltv",
    "cohort": "cohorts",
    "ltv_cac": "economics",
    "cac": "economics",
    "payback": "economics",
    "renewals": "renewal",
    "sbg": "decay",
    "arpu": "arpa",
    "waterfall": "movements",
    "net_mrr_churn": "mrr_churn",
    "response": "response_rate",
    "net_revenue_retention": "nrr",
    "gross_revenue_retention": "grr",
}


def lookup(name: str) -> Definition | None:
    key = name.lower().replace("-", "_").replace(" ", "_")
    return DEFINITIONS.get(ALIASES.get(key, key))
