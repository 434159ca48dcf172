"""Ledgers of invoice lines: what a policy makes of them, and what they leave out."""

from __future__ import annotations

import pytest

import sojourn as sj
from policy_books import LINES, invoiced


def test_mrr_10_a_terminated_year_and_its_successor_by_lines_and_by_state() -> None:
    lines = {
        "account_id": ["a", "a"],
        "service_start": ["2024-01-01", "2024-03-01"],
        "service_end": ["2025-01-01", "2025-03-01"],
        "amount_minor": [120_000] * 2,
        "ended_on": ["2024-03-01", None],
    }
    ledger = sj.Ledger.from_invoices(lines, ended_on="ended_on", as_of="2024-06-01")
    assert int(ledger.mrr("2024-04")) == 10_000
    recurly = sj.Policy.preset("recurly")
    assert int(ledger.with_policy(recurly).mrr("2024-04")) == 20_000
    why = sj.reconcile(ledger, sj.Policy(), recurly, "2024-04")
    assert dict(zip(why["option"].to_list(), why["closing"].to_list(), strict=True))["source"] == 10_000
    assert why.accounts("source")["account"].to_list() == ["a"]


def test_invoices_count_what_they_leave_out_and_explain_by_the_rows_of_the_caller() -> None:
    assert invoiced().counts == {
        "rows": 4,
        "empty_periods": 0,
        "free_periods": 0,
        "future_starts": 0,
        "future_ends": 1,
        "metered": 1,
        "refunds": 1,
    }
    negative = invoiced(sj.Policy(refunds="negative"))
    assert "refunds" not in negative.counts
    assert negative.explain("a", "2024-01").rows == [0, 1, 2]
    assert int(negative.mrr("2024-02")) == 9000
    back = {
        "account_id": [1, 1, 1],
        "service_start": ["2024-01-01", "2024-01-01", None],
        "service_end": ["2024-02-01", "2024-02-01", None],
        "amount_minor": [500, -900, -7],
    }
    over = sj.Ledger.from_invoices(back, as_of="2024-06-01", policy=sj.Policy(refunds="negative"))
    assert int(over.mrr("2024-01")) == 0 and over.counts["clamped"] == 1 and over.counts["undated"] == 1
    by_plan = sj.Ledger.from_invoices(
        {**LINES, "plan": ["x", "x", "x", "y"]}, kind="kind", segment="plan", as_of="2024-06-01"
    )
    assert sum(by_plan.by_segment().mrr("2024-02")["mrr"].to_list()) == int(by_plan.mrr("2024-02"))
    total = sj._core.revenue.RevenueState()
    for part in negative.partition(3):
        total += part.state("2024-01", "2024-02")
    assert total == negative.state("2024-01", "2024-02")
    each = sj.Ledger.from_invoices(
        {**LINES, "sub": ["a1", "a2", "a1", "c1"]},
        kind="kind",
        subscription="sub",
        as_of="2024-06-01",
        policy=sj.Policy(unit="subscription"),
    )
    assert each.explain("a2", "2024-01")["movement"].to_list() == ["new"]


def test_bad_invoices_name_their_place() -> None:
    table = {
        "account_id": ["a", "b"],
        "service_start": ["2024-01-01"] * 2,
        "service_end": ["2024-02-01", "2024-01-01"],
        "amount_minor": [1, 2],
    }
    with pytest.raises(
        sj.DataError,
        match='column "service_end", row 1, value 2024-01-01: a period of service ends after it starts; the end is',
    ):
        sj.Ledger.from_invoices(table)
    with pytest.raises(sj.DataError, match='column "what", row 0, value trial: one of recurring, one_off, usage, refund'):
        sj.Ledger.from_invoices({**table, "what": ["trial", None]}, kind="what")
    with pytest.raises(sj.SchemaError, match="no role colour in a table of invoices"):
        sj.Ledger.from_invoices(table, colour="x")
