"""Policies where losses become rates: windows, what was available to renew, lifetime value, ages of cohorts."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

import sojourn as sj
from policy_books import lapses, priced


def test_chr_14_rolling_thirty_days_by_date() -> None:
    table = {
        "account": list("abcde"),
        "start": ["2024-01-01"] * 5,
        "end": ["2024-02-01", None, None, None, None],
        "mrr": [100] * 5,
    }
    ledger = sj.Ledger(table, as_of="2024-04-01", policy=sj.Policy.preset("polar"))
    shown = {"2024-02-01": 0.0, "2024-02-02": 0.2, "2024-03-01": 0.2, "2024-03-02": 0.2, "2024-03-03": 0.0}
    for date, expected in shown.items():
        assert ledger.logo_churn(date).value == expected
    found = ledger.logo_churn("2024-02")
    assert (found.options["first"], found.options["last"]) == ("2024-01-31", "2024-02-29")
    with pytest.raises(sj.SchemaError, match="not a month"):
        sj.Ledger(table, as_of="2024-04-01").logo_churn("2024-02-01")


KELLOGG = sj.Policy.preset("kellogg_atr")
TERMS = {
    "account": ["a", "a", "b", "c", "d"],
    "start": ["2023-02-01", "2024-02-01", "2023-03-01", "2022-06-01", "2023-05-01"],
    "end": ["2024-02-01", "2025-02-01", "2024-03-01", "2026-06-01", "2024-05-01"],
    "mrr": [200, 180, 100, 5000, 70],
}


def test_chr_16_quarters_under_kellogg_atr() -> None:
    for opening, lost, shown in ((10_000, 250, 10.0), (11_250, 275, 9.8), (12_725, 325, 10.2), (14_650, 400, 10.9)):
        kept = opening - lost
        rows = {
            "account": ["kept", "kept", "lost", "later"],
            "start": ["2023-02-10", "2024-02-10", "2023-02-10", "2023-06-01"],
            "end": ["2024-02-10", "2025-02-10", "2024-02-10", "2026-06-01"],
            "mrr": [kept, kept, lost, 99_999],
        }
        book = sj.Ledger(rows, as_of="2024-06-01", policy=KELLOGG)
        assert abs(100 * book.mrr_churn("2024-Q1").value - shown) < 0.05 + 1e-9


def test_churn_over_what_was_available_to_renew_is_that_of_the_terms() -> None:
    book = sj.Ledger(TERMS, as_of="2024-06-01", policy=KELLOGG)
    due = book.available_to_renew("2024-Q1")
    assert book.logo_churn("2024-Q1").n == 2 and book.logo_churn("2024-Q1").value == 4 * due.logo_churn.value == 2.0
    assert book.mrr_churn("2024-Q1").value == pytest.approx(4 * due.gross_mrr_churn.value) == pytest.approx(4 * 120 / 300)
    assert book.mrr_churn("2024-Q1", kind="net").value == pytest.approx(4 * 120 / 300)
    linearised = book.mrr_churn("2024-Q1", method="linearised")
    assert linearised.method == "linearised" and linearised.low != book.mrr_churn("2024-Q1").low
    assert book.logo_churn("2024-Q1").options["complete"] is True
    rolling = sj.Ledger(TERMS, as_of="2024-06-01", policy=dataclasses.replace(KELLOGG, window=31, annualise="none"))
    assert (
        rolling.logo_churn("2024-04-01").value == 1.0 and rolling.logo_churn("2024-04-01").options["first"] == "2024-03-01"
    )
    assert book.logo_churn("2020-Q1").reason is not None
    assert rolling.minimum_detectable_change("logo_churn", "2024-04-01", n=50).baseline == 1.0


def test_without_terms_it_says_so_and_never_divides_by_something_else() -> None:
    corrected = sj.Ledger(TERMS, as_of="2024-06-01", policy=KELLOGG)
    corrected.apply({name: column[:1] for name, column in TERMS.items()})
    months = {"account_id": ["a", "b"], "month": ["2024-01", "2024-01"], "mrr_minor": [1, 2]}
    segmented = sj.Ledger({**TERMS, "plan": ["x", "x", "x", "y", "y"]}, as_of="2024-06-01", policy=KELLOGG, segment="plan")
    for ask in (
        lambda: corrected.logo_churn("2024-Q1"),
        lambda: corrected.mrr_churn("2024-Q1"),
        lambda: sj.Ledger.from_snapshots(months, policy=KELLOGG).logo_churn("2024-01"),
        lambda: priced(KELLOGG).logo_churn("2024-01"),
        lambda: segmented.by_segment("plan").logo_churn("2024-Q1"),
        lambda: segmented.partition(2)[0].mrr_churn("2024-Q1", kind="net"),
        lambda: segmented.compare("logo_churn", "2024-Q1", "2023-Q4"),
        lambda: segmented.contributors("2024-Q1", "gross_mrr_churn"),
        lambda: sj.reconcile(segmented, sj.Policy(), KELLOGG, "2024-Q1", metric="logo_churn"),
    ):
        with pytest.raises(sj.SchemaError, match="needs (the rows as )?terms.*name another logo_denominator"):
            ask()
    assert sj.reconcile(segmented, sj.Policy(), KELLOGG, "2024-03")["closing"].to_list()[0] == 5250
    assert segmented.nrr("2024-03").n == 3
    everybody = dataclasses.replace(KELLOGG, net_churn="expansion_only")
    with pytest.raises(sj.SchemaError, match="count everybody"):
        sj.Ledger(TERMS, as_of="2024-06-01", policy=everybody).mrr_churn("2024-Q1", kind="net")


def test_ue_04_and_ue_05_lifetime_value_from_a_ledger() -> None:
    def book(users: int, leave: int, **policy: Any) -> sj.Ledger:
        table = {
            "account": list(range(users)),
            "start": ["2023-01-01"] * users,
            "end": ["2024-01-15" if i < leave else None for i in range(users)],
            "mrr": [1000] * users,
        }
        return sj.Ledger(table, as_of="2024-09-01", policy=sj.Policy(**policy))

    found = book(10, 1, ltv_churn="period").ltv("2024-01", margin=1)
    assert found.value == pytest.approx(10_000) and found.options["churn_a_month"] == pytest.approx(0.1)
    assert book(100, 3, ltv_churn="period").ltv("2024-01", margin=1).value / 1000 == pytest.approx(33.33, rel=1e-3)
    # Of the six months before July the first one lost three of a hundred.
    july = book(100, 3).ltv("2024-07", margin=0.5)
    assert july.value == pytest.approx(500 / (0.03 / 6)) and math.isnan(july.low)
    assert (july.options["first"], july.options["last"]) == ("2024-01-01", "2024-06-30")
    assert book(100, 3).ltv("2024-01", margin=0.5).reason is not None
    assert book(100, 3, annualise="compound", ltv_churn="period").ltv("2024-01", margin=1).value / 1000 == pytest.approx(
        33.33, rel=1e-3
    )
    polar = book(100, 3, **sj.Policy.preset("polar").changes())
    assert polar.ltv("2024-07", margin=1).value == 0
    # Thirty days are less than a month: as many leave in them, so more do in a month.
    stripe = book(100, 3, **sj.Policy.preset("stripe").changes())
    assert stripe.ltv("2024-01", margin=1).value / 1000 == pytest.approx((100 / 3) / (365 / 12 / 30), rel=1e-9)


def test_lifetime_value_says_what_it_needs() -> None:
    with pytest.raises(TypeError, match="margin"):
        lapses().ltv("2024-01")  # type: ignore[call-arg]
    with pytest.raises(sj.DataError, match="gross_margin"):
        lapses().ltv("2024-01", margin=80)
    with pytest.raises(sj.SchemaError, match="give cap_months"):
        lapses(sj.Policy(ltv_zero_churn="cap")).ltv("2024-01", margin=0.8)
    with pytest.raises(sj.SchemaError, match="only for it"):
        lapses().ltv("2024-01", margin=0.8, cap_months=12)
    with pytest.raises(sj.SchemaError, match="another share"):
        lapses(KELLOGG).ltv("2024-01", margin=0.8)


def test_ages_of_cohorts_in_days_of_tenure() -> None:
    tenures = sj.Policy(cohort_index="tenure_days")
    table = {
        "account": ["a", "b", "b", "c"],
        "start": ["2024-01-01", "2024-01-15", "2024-05-01", "2024-04-01"],
        "end": [None, "2024-02-20", None, None],
        "mrr": [1000, 700, 700, 300],
        "plan": ["x", "y", "y", "x"],
    }
    book = sj.Ledger(table, as_of="2024-06-01", policy=tenures, segment="plan")
    days, money = book.cohorts(), book.cohorts(measure="mrr")
    # "b" has had its 150th day on 12 June, which is not known; "c" its 60th on 30 May, which is.
    assert days.counts == [[2, 1, 1, 2, None], [None] * 5, [None] * 5, [1, 1, None, None, None], [None] * 5]
    assert money.counts[0] == [1700, 1000, 1000, 1700, None] and money.retention()[0][1] == pytest.approx(1000 / 1700)
    assert days.average()[0] == 1.0 and days.average()[1] == pytest.approx(2 / 3)
    parts = list(book.by_segment().cohorts().values())
    # A part knows an age as soon as its own accounts have been seen to it; together they are the whole.
    assert parts[0].state + parts[1].state == days.state and parts[0].counts[0][4] == 1
    assert (
        book.cohort_contributors("2024-01", 3).amount == 2
        and book.cohort_contributors("2024-01", 1, measure="mrr").amount == 1000
    )
    with pytest.raises(sj.SchemaError, match="seen to age 4"):
        book.cohort_contributors("2024-01", 4)
    months = {"account_id": ["a", "a"], "month": ["2024-01-01", "2024-02-01"], "mrr_minor": [10, 10]}
    with pytest.raises(sj.SchemaError, match="from_snapshots"):
        sj.Snapshots(months, "2024-01", "2024-02", account="account_id", mrr="mrr_minor", policy=tenures).cohorts()
    assert sj.Ledger.from_snapshots(months, policy=tenures).cohorts().counts[0][0] == 1
    euros_ = {**table, "currency": ["EUR", "USD", "USD", "EUR"]}
    rates = {"currency": ["EUR"], "date": ["2024-05-30"], "rate": ["2"]}
    both = sj.Ledger(euros_, currency="currency", rates=rates, report_in="USD", as_of="2024-06-01", policy=tenures)
    assert both.cohorts().counts == days.counts and both.cohorts(measure="mrr").counts[0] == [2700, 2000, 2000, 2700, None]
    assert both.cohorts(first="2024-01", last="2024-02").counts == [[2, 1], [None, None]]
