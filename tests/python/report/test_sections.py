"""Sections print their arithmetic and say what is undefined."""

from __future__ import annotations

from dataclasses import replace

import pytest

import sojourn as sj
from report_samples import curve, fitted, rate, renewal_facts, revenue_facts, worth_facts
from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._report.sections import decay, health, nps, renewals, retention, revenue, survival, worth
from sojourn._report.sections.revenue_facts import Triangle
from sojourn.errors import Error

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_identity_is_printed_to_the_cent() -> None:
    part = revenue.part(revenue_facts())
    proof = part.sections[0].proof
    assert "100.00 + 25.00 + 1.00 + 1.23 − 3.00 − 20.00 = 104.23 USD" in proof
    total = part.sections[0].grids[0].rows[-1]
    assert total[1:] == ["100.00", "25.00", "1.00", "1.23", "−3.00", "−20.00", "104.23"]


def test_churn_by_cause_adds_up_to_the_churn_and_stands_only_where_a_cause_is_known() -> None:
    assert "Why customers leave" not in [section.title for section in revenue.part(revenue_facts()).sections]
    lost_to = {"unknown": [4_00, 0], "payment_failed": [6_00, 1_00], "a rival": [0, 9_00]}
    left_for = {"unknown": [1, 0], "payment_failed": [1, 1], "a rival": [0, 1]}
    part = revenue.part(revenue_facts(lost_to=lost_to, left_for=left_for))
    section = next(one for one in part.sections if one.anchor == "causes")
    assert section.proof.startswith("Adds up to the churn of the movements: 9.00 + 7.00 + 4.00 = 20.00 USD")
    assert section.reading == (
        "45% of the MRR that left from 2024-01 to 2024-02 left for the cause a rival. Of 20% the cause is not known."
    )
    grid = section.grids[0]
    assert grid.columns == ["Month", "A rival", "Payment failed", "Unknown"]
    assert grid.rows[-2:] == [["All 2 months", "9.00", "7.00", "4.00"], ["Accounts", "1", "2", "1"]]
    assert part.data["revenue"]["churn_by_cause"] == lost_to


def test_a_page_does_not_print_an_identity_that_does_not_hold() -> None:
    with pytest.raises(Error, match="2024-02 do not close"):
        revenue.part(revenue_facts(closing=[111_23, 104_24]))


def test_a_curve_that_cannot_be_read_is_said_in_words() -> None:
    for status, words in (("refused", "none has left"), ("not converged", "first month"), ("lost", "“lost”")):
        section = decay.part(decay.DecayFacts(fitted=None, status=status)).sections[0]
        assert not section.pictures and not section.grids and words in section.reading


def test_a_curve_that_does_not_follow_the_dots_says_so_first() -> None:
    good, bad = (decay.part(decay.DecayFacts(fitted=fitted(observed=[1.0, 0.8, last]))).sections[0] for last in (0.7, 0.6))
    assert good.reading.startswith(
        "If nothing changes, 65.0% of new accounts are still there after 3 months (95% interval 50.0% to 75.0%)"
    )
    assert bad.reading.startswith(
        "No curve of this kind follows these accounts: dots and curve are up to 11.0 points apart (month 2)"
    )
    few = decay.part(decay.DecayFacts(fitted=fitted(observed=[1.0, 0.8, 0.6], well_seen=1))).sections[0]
    assert few.reading.startswith("If nothing changes") and "Where at least 30 accounts decide" in few.reading
    none = decay.part(decay.DecayFacts(fitted=fitted(well_seen=0))).sections[0]
    assert "too few accounts to judge" in none.reading


def test_decay_table_tells_observed_from_projected() -> None:
    grid = decay.part(decay.DecayFacts(fitted=fitted())).sections[0].grids[0]
    assert grid.rows == [["1", "80.0%", "80.0%", "70.0% to 90.0%"], ["3, projected", "–", "65.0%", "50.0% to 75.0%"]]


def test_every_contract_due_is_in_the_proof() -> None:
    section = renewals.part(renewal_facts()).sections[0]
    assert section.proof == "1 early + 7 on time + 2 lost + 2 not decided yet = 12 contracts due."
    nothing = renewals.part(renewal_facts(logo=rate(0, 0), gross_dollar=rate(0, 0), net_dollar=rate(0, 0)))
    assert nothing.headlines[0].value == "not defined" and nothing.sections[0].reading == ""


def test_worth_of_a_customer_is_the_arithmetic_that_it_prints() -> None:
    part = worth.part(worth_facts())
    assert part.headlines[0].value == "500.00" and "6.5 times" not in part.headlines[0].reading
    assert part.sections[0].proof.startswith("400.00 USD spent / 4 customers won 2024-01 to 2024-12 = 100.00 each")
    rows = {row[0]: row[1] for row in part.sections[0].grids[0].rows}
    assert rows["LTV : CAC"] == "5.0" and rows["Months until CAC is recovered, new customers"] == "5.0"
    unknown = worth.part(worth_facts(churn=rate(0, 0), value=None, costs={}, spend=None))
    assert unknown.headlines[0].value == "not defined" and unknown.sections[0].proof == ""


def test_cohorts_of_accounts_and_of_money_share_a_section() -> None:
    pair = [
        Triangle(cohorts=["2024-01", "2024-02"], sizes=[3, 1], retention=[[1.0, 0.5], [1.0]]),
        Triangle(
            cohorts=["2024-01", "2024-02"], sizes=[3, 1], retention=[[1.0, 1.2], [1.0]], measure="mrr", weights=[300, 50]
        ),
    ]
    section = next(s for s in revenue.part(revenue_facts(triangles=pair)).sections if s.anchor == "cohorts")
    assert len(section.pictures) == 2
    assert section.grids[0].rows == [
        ["Share of accounts there", "50.0%"],
        ["Share of MRR there", "120.0%"],
        ["Cohorts", "1"],
    ]


def test_undefined_is_said_and_not_zero() -> None:
    headline = next(h for h in revenue.part(revenue_facts()).headlines if h.label.startswith("Logo churn"))
    assert headline.value == "not defined" and "Not defined" in headline.reading


def test_account_names_only_on_request() -> None:
    quiet = health.HealthFacts(scores=[10.0, 90.0], tier_of=["low", "top"], tiers=["low", "top"], thresholds=[50])
    assert [section.anchor for section in health.part(quiet).sections] == ["health"]


def test_every_ratio_of_the_report_is_a_metric_of_the_catalogue() -> None:
    assert set(retention._RATIOS) | set(retention._RATIOS.values()) <= set(DEFINITIONS)


def test_nps_section_prints_its_arithmetic() -> None:
    whole = nps.NpsSegment(name="All answers", promoters=1439, passives=962, detractors=345, score=rate(1, 2))
    section = nps.part(nps.NpsFacts(whole=whole, blank=85)).sections[0]
    assert section.proof.startswith("1,439 promoters + 962 passives + 345 detractors = 2,746 answers")


def test_growth_is_claimed_only_where_the_whole_interval_carries_it() -> None:
    growing = sj.Ledger(same_accounts(100, now=200), as_of="2024-02-01", amounts="minor")
    shrinking = sj.Ledger(same_accounts(100, now=50), as_of="2024-02-01", amounts="minor")
    mixed = sj.Ledger(same_accounts(100, now=101), as_of="2024-02-01", amounts="minor")
    for ledger, said in ((growing, "worth more"), (shrinking, "worth less"), (mixed, "is open")):
        estimates = {"nrr": ledger.nrr("2024-01"), "grr": rate(84, 100)}
        section = next(one for one in revenue.part(revenue_facts(estimates=estimates)).sections if one.anchor == "retention")
        assert [words for words in ("worth more", "worth less", "is open") if words in section.reading] == [said]


def same_accounts(before: int, *, now: int) -> dict[str, list[object]]:
    """Twenty accounts, of which all but one pay `now` a year later."""
    keys = list(range(20))
    moved = [before - 30, *[now] * 19] if now == 101 else [now] * 20
    return {
        "account": [*keys, *keys],
        "start": ["2023-01-01"] * 20 + ["2023-06-01"] * 20,
        "end": ["2023-06-01"] * 20 + [None] * 20,
        "mrr": [before] * 20 + moved,
    }


def test_a_survival_curve_ends_where_fewer_than_thirty_are_at_risk() -> None:
    part = survival.part(survival.SurvivalFacts(whole=curve("All accounts")))
    assert part.headlines[0].reading == (
        "More than half are still there after 2 months (70%); beyond, fewer than 30 accounts are at risk."
    )
    assert part.headlines[0].label == "Still there after 2 months"
    assert "The curves end where fewer than 30 accounts are left to observe" in part.sections[0].reading
    assert part.sections[0].grids[0].columns == ["Accounts", "1"]
    assert part.data["survival"]["curves"][0]["time"] == [1, 2, 14]  # the data block has all of it
    few = replace(curve("All accounts"), at_risk=[20, 10, 5])
    assert "rough guess" in survival.part(survival.SurvivalFacts(whole=few)).sections[0].reading


def test_picture_and_table_of_tiers_have_one_denominator() -> None:
    scores = [10.0, 60.0, 90.0, 95.0, float("nan"), float("nan")]
    tiers = ["low", "mid", "top", "top", "", ""]
    facts = health.HealthFacts(scores=scores, tier_of=tiers, tiers=["low", "mid", "top"], thresholds=[50, 75])
    section = health.part(facts).sections[0]
    texts = str(section.pictures[0])
    for row in section.grids[0].rows[:3]:
        assert f"{row[0]} {row[2]} ({row[3]})" in texts
    assert "no score 2'" in texts


def test_customers_of_each_month_stand_beside_its_money() -> None:
    grid = revenue.part(revenue_facts()).sections[0].grids[1]
    assert grid.columns == ["Month", "Opening", "New", "Reactivation", "Left", "Closing"]
    assert grid.rows == [["2024-01", "5", "2", "0", "−1", "6"], ["2024-02", "6", "1", "1", "−2", "6"]]
