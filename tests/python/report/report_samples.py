"""Plain facts and a page of hostile names, for the tests of the report."""

from __future__ import annotations

import sojourn as sj
from sojourn import _core
from sojourn._report.page import Fact, Page
from sojourn._report.sections import ces, csat, decay, health, nps, renewals, responses, revenue, survival, worth
from sojourn._report.sections.revenue_facts import RevenueFacts, Triangle
from sojourn.charts.lifetime import Curve

EVIL = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}'


def rate(part: int, whole: int) -> _core.Estimate:
    return _core.proportion(part, whole)


def revenue_facts(**changes: object) -> RevenueFacts:
    given: dict[str, object] = {
        "currency": "USD",
        "periods": ["2024-01", "2024-02"],
        "opening": [100_00, 111_23],
        "closing": [111_23, 104_23],
        "movements": {
            "new": [20_00, 5_00],
            "reactivation": [0, 1_00],
            "expansion": [1_23, 0],
            "contraction": [0, 3_00],
            "churn": [10_00, 10_00],
            "fx": [0, 0],
        },
        "accounts": {"opening": [5, 6], "new": [2, 1], "reactivated": [0, 1], "churned": [1, 2], "closing": [6, 6]},
        "estimates": {"nrr": rate(95, 100), "grr": rate(84, 100), "quick_ratio": rate(1, 2), "logo_churn": rate(0, 0)},
        "triangles": [Triangle(cohorts=["2024-01", "2024-02"], sizes=[2, 1], retention=[[1.0, 0.5], [1.0, None]])],
    }
    return RevenueFacts(**(given | changes))  # type: ignore[arg-type]


def curve(name: str) -> Curve:
    return Curve(
        name=name,
        time=[1, 2, 14],
        survival=[0.9, 0.7, 0.4],
        low=[0.8, 0.5, 0.2],
        high=[0.95, 0.8, 0.6],
        at_risk=[100, 60, 20],
    )


def fitted(**changes: object) -> decay.Fitted:
    given: dict[str, object] = {
        "family": "sBG",
        "params": {"alpha": 1.0, "beta": 4.0},
        "observed": [1.0, 0.8, 0.7],
        "survival": [1.0, 0.8, 0.71, 0.65],
        "low": [1.0, 0.7, 0.6, 0.5],
        "high": [1.0, 0.9, 0.8, 0.75],
        "retention": [float("nan"), 0.8, 0.89, 0.92],
        "accounts": 100,
        "well_seen": 2,
    }
    return decay.Fitted(**(given | changes))  # type: ignore[arg-type]


def renewal_facts(**changes: object) -> renewals.RenewalFacts:
    given: dict[str, object] = {
        "logo": rate(8, 10),
        "gross_dollar": rate(9, 10),
        "net_dollar": rate(10, 10),
        "first": "2024-01",
        "last": "2024-12",
        "counts": {
            "due": 12,
            "early": 1,
            "on_time": 7,
            "late": 0,
            "lost": 2,
            "returned_after_grace": 1,
            "pending": 2,
            "units_pending": 2,
        },
    }
    return renewals.RenewalFacts(**(given | changes))  # type: ignore[arg-type]


def worth_facts(**changes: object) -> worth.WorthFacts:
    costs = sj.economics(spend=400_00, customers=4, new_mrr=100_00, gross_margin=0.8, ltv=500_00.0, arpa=12_50.0)
    given: dict[str, object] = {
        "currency": "USD",
        "margin": 0.8,
        "first": "2024-01",
        "last": "2024-12",
        "arpa": rate(1, 2),
        "churn": rate(2, 100),
        "value": sj.cltv(12_50.0, margin=0.8, churn=0.02, timing="new_customer_pays_now"),
        "spend": 400_00,
        "won": 4,
        "new_mrr": 100_00,
        "costs": costs,
    }
    return worth.WorthFacts(**(given | changes))  # type: ignore[arg-type]


def evil_page() -> Page:
    page = Page(title=EVIL, subtitle=EVIL, facts=[Fact(label=EVIL, value=EVIL)], data={EVIL: EVIL})
    left = survival.LeftBy(name=EVIL, left=3, accounts=9, rate=rate(3, 9), minor_left=300, minor=900)
    segment = nps.NpsSegment(
        name=EVIL, promoters=50, passives=30, detractors=20, score=rate(30, 100), weighted=rate(31, 100)
    )
    box = csat.CsatSegment(name=EVIL, share=rate(80, 100), mean=4.2)
    parts = [
        revenue.part(revenue_facts(currency="USD")),
        survival.part(
            survival.SurvivalFacts(
                whole=curve(EVIL),
                groups=[curve(EVIL), curve("b")],
                weighted=curve("MRR"),
                left=left,
                left_by=[left],
                by=EVIL,
                currency="USD",
                remark=EVIL,
            )
        ),
        decay.part(decay.DecayFacts(fitted=fitted(family=EVIL), index=(0.1, {0.1: [1.0, 0.9]}))),
        renewals.part(renewal_facts()),
        worth.part(worth_facts(currency=EVIL)),
        ces.part(ces.CesFacts(rows=[("All answers", rate(1, 2)), (EVIL, rate(1, 2))], by=EVIL)),
        responses.part(responses.ResponseFacts(rows=[(EVIL, 2, 1, rate(1, 2))])),
        nps.part(nps.NpsFacts(whole=segment, segments=[segment], by=EVIL, blank=3)),
        csat.part(csat.CsatFacts(whole=box, segments=[box], by=EVIL)),
        health.part(
            health.HealthFacts(
                scores=[10.0, 90.0, float("nan")],
                tier_of=[EVIL, "top", ""],
                tiers=[EVIL, "top"],
                thresholds=[50],
                coverage=[1.0, 0.5, 0.0],
                lost_points=[(EVIL, 3.0)],
                outcome=[True, False, True],
                card=EVIL,
                at_risk=[health.AtRisk(account=EVIL, score=10.0, tier=EVIL, drivers=EVIL)],
            )
        ),
    ]
    for part in parts:
        part.add_to(page)
    return page
