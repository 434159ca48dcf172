"""Cohorts: the triangle, its unknown cells, and ages in days of tenure."""

from __future__ import annotations

import pytest

import sojourn as sj
from ledger_books import ROWS


def test_cohorts_are_a_triangle_with_unknown_cells(ledger: sj.Ledger) -> None:
    triangle = ledger.cohorts(by="month")
    waterfall = ledger.movements("2022-01", "2024-12")
    assert triangle.sizes == waterfall["accounts_new"].to_list()
    assert triangle.cohorts == waterfall["period"].to_list()
    counts, shares = triangle.counts, triangle.retention()
    assert sum(counts[c][35 - c] or 0 for c in range(36)) == waterfall["accounts_closing"][35]
    assert counts[35][1] is None
    assert shares[35][0] is not None and 0 < shares[35][0] <= 1
    assert len(triangle.average()) == 36
    assert len(triangle.table()) == 36 * 37 // 2
    money = ledger.cohorts(by="quarter", measure="mrr")
    assert len(money.sizes) == 12
    assert sum(money.counts[c][11 - c] or 0 for c in range(12)) == waterfall["closing"][35]
    cut = sj.Ledger(ROWS, as_of="2024-03-15", amounts="minor").cohorts()
    assert cut.counts[0] == [2, 1, None]
    assert cut.retention()[0][2] is None


def test_a_triangle_shows_its_corner_and_says_what_it_hides() -> None:
    acme = sj.datasets.acme(n=300, seed=7)
    shown = repr(sj.Ledger(acme.subscriptions, as_of=acme.as_of).cohorts()).splitlines()
    assert shown[0].startswith("Triangle(") and shown[0].endswith("accounts)")
    assert "100%" in shown[2]
    assert len(shown[2]) == len(shown[1])
    assert shown[-1].startswith("... ")


def test_ages_of_cohorts_in_days_of_tenure() -> None:
    tenures = sj.Policy(cohort_index="tenure_days")
    table = {
        "account": ["a", "b", "b", "c"],
        "start": ["2024-01-01", "2024-01-15", "2024-05-01", "2024-04-01"],
        "end": [None, "2024-02-20", None, None],
        "mrr": [1000, 700, 700, 300],
        "plan": ["x", "y", "y", "x"],
    }
    book = sj.Ledger(table, as_of="2024-06-01", policy=tenures, segment="plan", amounts="minor")
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
        sj.Snapshots(
            months, "2024-01", "2024-02", account="account_id", mrr="mrr_minor", as_of="2024-03", policy=tenures
        ).cohorts()
    assert sj.Ledger.from_snapshots(months, as_of="2024-03-01", policy=tenures).cohorts().counts[0][0] == 1
    euros_ = {**table, "currency": ["EUR", "USD", "USD", "EUR"]}
    rates = {"currency": ["EUR"], "date": ["2024-05-30"], "rate": ["2"]}
    both = sj.Ledger(
        euros_, currency="currency", rates=rates, report_in="USD", as_of="2024-06-01", policy=tenures, amounts="minor"
    )
    assert both.cohorts().counts == days.counts and both.cohorts(measure="mrr").counts[0] == [2700, 2000, 2000, 2700, None]
    assert both.cohorts(first="2024-01", last="2024-02").counts == [[2, 1], [None, None]]
