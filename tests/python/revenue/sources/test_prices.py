"""Ledgers of prices: what a policy makes of them, and what they leave out."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj
from policy_books import invoiced, lapses, metered, priced


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
    assert ledger.counts["rows"] == 10
    assert ledger.counts["metered"] == ledger.counts["past_due"] == ledger.counts["paused"] == 1
    assert ledger.explain("a", "2024-01").rows == [0, 1]
    assert ledger.explain("d", "2024-01").rows == [4]
    assert lapses(sj.Policy(lapse_grace=10)).explain("b", "2024-01").rows == [1, 2]
    assert lapses(sj.Policy(lapse_grace=10)).counts["bridges"] == 1
    assert priced(sj.Policy(unit="subscription")).explain("a2", "2024-01")["movement"].to_list() == ["churn"]


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
        sj.Ledger.from_prices(table)
    del table["unit"]
    with pytest.raises(sj.SchemaError, match="no role colour"):
        sj.Ledger.from_prices(table, colour="start")
    with pytest.raises(sj.SchemaError, match="which subscription"):
        sj.Ledger.from_prices(table, policy=sj.Policy(unit="subscription"))
    with pytest.raises(sj.SchemaError, match="paid, trial"):
        sj.Ledger.from_prices(table, part="half")


def test_options_that_find_no_column_are_named() -> None:
    assert "not_applied" not in priced(sj.Policy.preset("stripe")).options
    assert "not_applied" not in lapses().options
    assert lapses(sj.Policy.preset("stripe")).options["not_applied"] == "churn_at"
    assert priced(sj.Policy.preset("recurly")).options["not_applied"] == "source, refunds"
    assert "not_applied" not in invoiced(sj.Policy.preset("recurly")).options
    assert invoiced(sj.Policy.preset("maxio")).options["not_applied"] == "churn_at, paused, discounts"
    few = sj.Ledger.from_prices(
        {"account_id": ["a"], "start": ["2024-01-01"], "amount_minor": [100]},
        as_of="2024-02-01",
        policy=sj.Policy.preset("maxio"),
    )
    assert few.options["not_applied"] == "churn_at, paused, discounts"
