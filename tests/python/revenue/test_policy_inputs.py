"""Policies where MRR comes about: prices, lines of invoices, usage, logs of changes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import sojourn as sj
from policy_books import LINES, MOMENTS, invoiced, lapses, logged, metered, priced


def test_mrr_16_and_17_trial_and_committed() -> None:
    trials = {
        "account_id": ["a", "b", "c"],
        "start": ["2024-01-01"] * 3,
        "end": [None, None, "2024-02-20"],
        "trial_end": [None, "2024-03-01", "2024-03-01"],
        "amount_minor": [10_000] * 3,
    }
    roles = {"end": "end", "trial_end": "trial_end"}
    months = ("2024-01", "2024-02", "2024-03")

    def by_month(**settings: str) -> list[int]:
        ledger = sj.Ledger.from_prices(trials, as_of="2024-04-01", **roles, **settings)
        return [int(ledger.mrr(month)) for month in months]

    assert by_month() == [10_000, 10_000, 20_000]
    assert by_month(part="trial") == [20_000, 10_000, 0]
    assert by_month(part="trial", commitment="committed") == [10_000, 10_000, 0]
    committed = {
        "account_id": ["a", "b"],
        "start": ["2024-01-01", "2024-02-01"],
        "end": [None, "2024-03-01"],
        "amount_minor": [10_000] * 2,
    }
    for commitment, expected in (("in_force", [10_000, 20_000, 10_000]), ("committed", [10_000] * 3)):
        ledger = sj.Ledger.from_prices(committed, end="end", commitment=commitment, as_of="2024-04-01")
        assert [int(ledger.mrr(month)) for month in months] == expected


def test_prices_count_what_they_leave_out_and_explain_by_the_rows_of_the_caller() -> None:
    ledger = priced(sj.Policy(past_due=30))
    assert ledger.counts["rows"] == 9
    assert ledger.counts["metered"] == ledger.counts["past_due"] == ledger.counts["paused"] == 1
    assert ledger.explain("a", "2024-01").rows == [0, 1]
    assert ledger.explain("d", "2024-01").rows == [4]
    assert lapses(sj.Policy(lapse_grace=10)).explain("b", "2024-01").rows == [1, 2]
    assert lapses(sj.Policy(lapse_grace=10)).counts["bridges"] == 1
    assert priced(sj.Policy(unit="subscription")).explain("a2", "2024-01")["movement"].to_list() == ["churn"]


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
    with pytest.raises(sj.SchemaError, match="cannot be corrected"):
        invoiced().apply(table)


def test_usage_as_a_trailing_mean_of_prices_and_of_lines() -> None:
    months = ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert [int(metered(sj.Policy()).mrr(month)) for month in ["2023-12", *months]] == [900, 750, 500, 200, 0]
    assert [int(metered(sj.Policy(usage_months=1)).mrr(month)) for month in ["2023-12", *months]] == [900, 600, 0, 0, 0]
    policy = sj.Policy(usage="trailing_mean")
    assert [int(invoiced(policy).mrr(month)) for month in months] == [10_000, 10_000 + 2613, 10_000 + 2806, 10_000 + 2871]
    assert "metered" not in invoiced(policy).counts
    assert metered(sj.Policy()).explain("a", "2024-01").rows == [0, 1]
    with pytest.raises(sj.SchemaError, match="usage_months lie in 1 .. 120"):
        sj.Policy(usage_months=0)


def test_changes_minutes_apart_are_one_change() -> None:
    hour = sj.Policy(grouping_minutes=60)
    assert int(logged().mrr("2024-01")) == 5000 and int(logged(hour).mrr("2024-01")) == 8000
    assert logged(hour).counts["grouped"] == 1 and "grouped" not in logged().counts
    assert "not_applied" not in logged(hour).options
    days = {**MOMENTS, "date": ["2024-01-31", "2024-02-01"]}
    assert sj.Ledger.from_changes(days, mrr_after="level", policy=hour).options["not_applied"] == "grouping_minutes"
    for when in (
        [datetime.datetime(2024, 1, 31, 23, 50), datetime.datetime(2024, 2, 1, 0, 20, 59)],
        ["2024-01-31T23:50:00", "2024-02-01T00:20:59.25"],
    ):
        book = sj.Ledger.from_changes(
            {**MOMENTS, "date": when, "plan": ["x", "x"]}, mrr_after="level", as_of="2024-06-01", policy=hour, segment="plan"
        )
        assert int(book.mrr("2024-01")) == 8000
        assert book.by_segment().mrr("2024-01")["mrr"].to_list() == [8000]
    # On one day the later change counts, wherever its row stands.
    swapped = {"account_id": ["a", "a"], "date": ["2024-01-05 12:00", "2024-01-05 09:00"], "level": [7, 5]}
    assert int(sj.Ledger.from_changes(swapped, mrr_after="level", as_of="2024-06-01").mrr("2024-01")) == 7
    for bad in ("2024-01-05 24:00", "2024-01-05 09:00Z", "2024-01-05 9:00", "2024-02-30 09:00"):
        with pytest.raises(sj.DataError, match='column "date", row 1.*a moment is written'):
            sj.Ledger.from_changes({**swapped, "date": ["2024-01-05 12:00", bad]}, mrr_after="level")
    zoned = [datetime.datetime(2024, 1, 5, tzinfo=datetime.UTC)] * 2
    with pytest.raises(sj.SchemaError, match="reporting zone"):
        sj.Ledger.from_changes({**swapped, "date": zoned}, mrr_after="level")
    why = sj.reconcile(logged(), sj.Policy(), hour, "2024-01")
    assert why["option"].to_list() == ["under a", "grouping_minutes", "under b"] and why["closing"].to_list() == [
        5000,
        3000,
        8000,
    ]


def test_nonpayment_is_past_due_without_a_day_and_days_stay() -> None:
    prices = {"account_id": ["a"], "start": ["2024-01-01"], "amount_minor": [100], "unpaid_since": ["2024-02-10"]}

    def february(**options: Any) -> int:
        return int(
            sj.Ledger.from_prices(prices, unpaid_since="unpaid_since", as_of="2024-06-01", policy=sj.Policy(**options)).mrr(
                "2024-02"
            )
        )

    assert february() == 100
    assert february(churn_at="nonpayment") == february(past_due=0) == 0
    assert february(churn_at="nonpayment", past_due=30) == february(past_due=30) == 100
    assert sj.Policy(churn_at="nonpayment").hash() != sj.Policy(past_due=0).hash()


def test_bad_prices_name_their_place() -> None:
    table = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "amount_minor": [100, 100], "unit": ["month", "moon"]}
    with pytest.raises(sj.DataError, match='column "unit", row 1, value moon: one of day, week, month, quarter, year'):
        sj.Ledger.from_prices(table, unit="unit")
    with pytest.raises(sj.SchemaError, match="no role colour"):
        sj.Ledger.from_prices(table, colour="unit")
    with pytest.raises(sj.SchemaError, match="which subscription"):
        sj.Ledger.from_prices(table, policy=sj.Policy(unit="subscription"))
    with pytest.raises(sj.SchemaError, match="paid, trial"):
        sj.Ledger.from_prices(table, part="half")
