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


SEASONAL = {
    "account_id": ["a", "b"],
    "start": ["2024-01-01"] * 2,
    "paused_on": ["2024-02-01"] * 2,
    "resumed_on": ["2024-05-10", "2024-05-20"],
    "amount_minor": [10_000, 4000],
}


def seasonal(**settings: Any) -> sj.Ledger:
    return sj.Ledger.from_prices(SEASONAL, paused_on="paused_on", resumed_on="resumed_on", as_of="2024-07-01", **settings)


@pytest.mark.parametrize("method", ["score", "linearised"])
def test_d01_a_segment_that_paused_and_came_back_has_no_base_of_money(method: Any) -> None:
    ledger = seasonal()
    for found in (
        ledger.nrr("2024-05", window=2, method=method),
        ledger.grr("2024-05", window=2, method=method),
        ledger.mrr_churn("2024-04", method=method),
        ledger.mrr_churn("2024-04", kind="net", method=method),
        ledger.mrr_churn("2024-05", kind="net", method=method),
    ):
        assert found.value is None or found.value != found.value
        assert found.reason == "zero denominator"
        assert found.n == 2
    assert ledger.logo_retention("2024-05", window=2).value == 1
    assert ledger.logo_churn("2024-05").value == 0
    row = ledger.retention("2024-05", "2024-05", window=2)
    assert row["nrr"].to_list() == row["grr"].to_list() == [None]
    assert ledger.arpa("2024-04").reason == "no observations"
    assert ledger.arpa("2024-05").value == 7000


def test_d01_movements_of_paused_customers_are_their_money() -> None:
    rows = seasonal().movements("2024-01", "2024-06")
    assert rows["contraction"].to_list() == [0, 14_000, 0, 0, 0, 0]
    assert rows["expansion"].to_list() == [0, 0, 0, 0, 14_000, 0]
    assert rows["accounts_closing"].to_list() == [2] * 6
    assert rows["accounts_churned"].to_list() == [0] * 6
    assert seasonal(policy=sj.Policy(paused="zero_as_churn")).movements("2024-02", "2024-02")[
        "accounts_churned"
    ].to_list() == [2]


def test_d01_survival_of_money_weighs_with_the_last_mrr_paid() -> None:
    table = sj.Ledger.from_prices(SEASONAL, paused_on="paused_on", resumed_on="resumed_on", as_of="2024-04-01").tenure()
    assert table["mrr"].to_list() == [10_000, 4000]
    assert table["churned"].to_list() == [False, False]


FREE = {
    "account_id": ["a", "a", "a", "b"],
    "start": ["2024-01-01", "2024-02-10", "2024-03-05", "2024-01-01"],
    "end": ["2024-02-10", "2024-03-05", None, None],
    "amount_minor": [0, 1000, 0, 0],
}


def test_d03_free_customers_are_in_no_average() -> None:
    ledger = sj.Ledger.from_prices(FREE, end="end", as_of="2024-05-01", policy=sj.Policy.preset("chartmogul"))
    rows = ledger.movements("2024-01", "2024-04")
    assert rows["accounts_new"].to_list() == [0, 1, 0, 0]
    assert rows["contraction"].to_list() == [0, 0, 1000, 0]
    assert rows["accounts_closing"].to_list() == [0, 1, 1, 1]
    assert ledger.average_sale_price("2024-01").reason == "no observations"
    assert ledger.average_sale_price("2024-02").value == 1000
    assert (ledger.arpa("2024-02").value, ledger.arpa("2024-02").n) == (1000, 1)
    assert ledger.arpa("2024-03").reason == ledger.arpa("2024-04").reason == "no observations"
    assert ledger.nrr("2024-04", window=1).reason == "zero denominator"
    assert ledger.logo_retention("2024-04", window=1).value == 1
    assert ledger.cohorts(first="2024-02", last="2024-04", measure="mrr").retention()[0] == [1, 0, 0]
    assert ledger.cohorts(first="2024-02", last="2024-04").retention()[0] == [1, 1, 1]


def test_d03_a_free_plan_that_follows_within_the_grace_keeps_its_customer() -> None:
    table = {
        "account_id": ["a", "a"],
        "start": ["2024-01-01", "2024-02-01"],
        "end": ["2024-01-20", None],
        "amount_minor": [1000, 0],
    }
    policies = (sj.Policy(free_is="active", lapse_grace=20), sj.Policy(free_is="active", lapse_grace=5))
    kept, left = (sj.Ledger.from_prices(table, end="end", as_of="2024-04-01", policy=policy) for policy in policies)
    assert kept.movements("2024-01", "2024-03")["accounts_closing"].to_list() == [1, 1, 1]
    assert kept.movements("2024-01", "2024-03")["closing"].to_list() == [1000, 0, 0]
    assert left.movements("2024-01", "2024-03")["accounts_closing"].to_list() == [0, 0, 0]
