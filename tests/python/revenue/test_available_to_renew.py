"""Churn over what was available to renew, asked for directly and as the denominator of a policy."""

from __future__ import annotations

import dataclasses

import pytest

import sojourn as sj
from ledger_books import ledger_of, table

KELLOGG = sj.Policy.preset("kellogg_atr")


TERMS = {
    "account": ["a", "a", "b", "c", "d"],
    "start": ["2023-02-01", "2024-02-01", "2023-03-01", "2022-06-01", "2023-05-01"],
    "end": ["2024-02-01", "2025-02-01", "2024-03-01", "2026-06-01", "2024-05-01"],
    "mrr": [200, 180, 100, 5000, 70],
}


def test_churn_of_what_was_available_to_renew() -> None:
    rows = [
        ("a", "2023-01-01", "2024-02-01", 100),
        ("a", "2024-02-01", "2025-02-01", 90),
        ("b", "2023-01-01", "2024-02-01", 100),
        ("c", "2023-01-01", "2024-02-01", 100),
        ("c", "2022-01-01", "2026-01-01", 500),
        ("d", "2024-01-10", "2024-03-10", 50),
        ("e", "2023-05-01", "2024-05-01", 70),
    ]
    due = ledger_of(rows).available_to_renew("2024-Q1")
    assert float(due.logo_churn) == pytest.approx(2 / 3) and due.logo_churn.n == 3
    assert float(due.mrr_churn) == 0.5 and float(due.gross_mrr_churn) == pytest.approx(0.55)
    assert due.options["complete"] is True and len(due.table()) == 3
    assert float(ledger_of(rows).available_to_renew(("2024-01-01", "2024-04-01")).logo_churn) == float(due.logo_churn)
    assert ledger_of(rows).available_to_renew("2020-Q1").logo_churn.n == 0
    back = ledger_of([*rows, ("b", "2024-06-01", "2025-06-01", 100)])
    assert float(back.available_to_renew("2024-Q1").logo_churn) == pytest.approx(2 / 3)
    assert float(back.available_to_renew("2024-Q1", lost="no_later_term").logo_churn) == pytest.approx(1 / 3)
    with pytest.raises(sj.SchemaError, match="at_end"):
        back.available_to_renew("2024-Q1", lost="never")
    corrected = ledger_of(rows[1:])
    corrected.apply(table(rows[:1]))
    assert corrected.available_to_renew("2024-Q1").state == ledger_of(rows).available_to_renew("2024-Q1").state
    months = sj.Ledger.from_snapshots({"account_id": ["a"], "month": ["2024-01"], "mrr_minor": [1]}, as_of="2024-02-01")
    with pytest.raises(sj.SchemaError, match="needs terms"):
        months.available_to_renew("2024-Q1")


def test_chr_16_quarters_under_kellogg_atr() -> None:
    for opening, lost, shown in ((10_000, 250, 10.0), (11_250, 275, 9.8), (12_725, 325, 10.2), (14_650, 400, 10.9)):
        kept = opening - lost
        rows = {
            "account": ["kept", "kept", "lost", "later"],
            "start": ["2023-02-10", "2024-02-10", "2023-02-10", "2023-06-01"],
            "end": ["2024-02-10", "2025-02-10", "2024-02-10", "2026-06-01"],
            "mrr": [kept, kept, lost, 99_999],
        }
        book = sj.Ledger(rows, as_of="2024-06-01", policy=KELLOGG, amounts="minor")
        assert abs(100 * book.mrr_churn("2024-Q1").value - shown) < 0.05 + 1e-9


def test_churn_over_what_was_available_to_renew_is_that_of_the_terms() -> None:
    book = sj.Ledger(TERMS, as_of="2024-06-01", policy=KELLOGG, amounts="minor")
    due = book.available_to_renew("2024-Q1")
    assert book.logo_churn("2024-Q1").n == 2 and book.logo_churn("2024-Q1").value == 4 * due.logo_churn.value == 2.0
    assert book.mrr_churn("2024-Q1").value == pytest.approx(4 * due.gross_mrr_churn.value) == pytest.approx(4 * 120 / 300)
    assert book.mrr_churn("2024-Q1", kind="net").value == pytest.approx(4 * 120 / 300)
    linearised = book.mrr_churn("2024-Q1", method="linearised")
    assert linearised.method == "linearised" and linearised.low != book.mrr_churn("2024-Q1").low
    assert book.logo_churn("2024-Q1").options["complete"] is True
    rolling = sj.Ledger(
        TERMS, as_of="2024-06-01", policy=dataclasses.replace(KELLOGG, window=31, annualise="none"), amounts="minor"
    )
    assert (
        rolling.logo_churn("2024-04-01").value == 1.0 and rolling.logo_churn("2024-04-01").options["first"] == "2024-03-01"
    )
    assert book.logo_churn("2020-Q1").reason is not None
    assert rolling.minimum_detectable_change("logo_churn", "2024-04-01", n=50).baseline == 1.0


def test_parts_answer_and_add_up() -> None:
    whole = sj.Ledger(TERMS, as_of="2024-06-01", policy=KELLOGG, amounts="minor")
    due = whole.available_to_renew("2024-Q1").logo_churn.n
    parts = whole.partition(3)
    assert due > 0 and sum(part.available_to_renew("2024-Q1").logo_churn.n for part in parts) == due
    assert sum(part.mrr_churn("2024-Q1", kind="net").n for part in parts) == whole.mrr_churn("2024-Q1", kind="net").n


def test_without_terms_the_rate_is_refused() -> None:
    months = {"account_id": ["a", "b"], "month": ["2024-01", "2024-01"], "mrr_minor": [1, 2]}
    segmented = sj.Ledger(
        {**TERMS, "plan": ["x", "x", "x", "y", "y"]}, as_of="2024-06-01", policy=KELLOGG, segment="plan", amounts="minor"
    )
    for ask in (
        lambda: sj.Ledger.from_snapshots(months, as_of="2024-02-01", policy=KELLOGG).logo_churn("2024-01"),
        lambda: segmented.by_segment("plan").logo_churn("2024-Q1"),
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
        sj.Ledger(TERMS, as_of="2024-06-01", policy=everybody, amounts="minor").mrr_churn("2024-Q1", kind="net")
