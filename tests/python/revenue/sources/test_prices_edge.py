"""Billing events of prices that are read wrongly elsewhere; the rows of the edge cases by their ids."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj


def priced(rows: dict[str, list[Any]], policy: sj.Policy | None = None, **settings: Any) -> sj.Ledger:
    size = len(rows["start"])
    table: dict[str, list[Any]] = {"account_id": list("abcdef"[:size]), "amount_minor": [1000] * size, **rows}
    roles = {name: name for name in table if name not in ("account_id", "start", "amount_minor")}
    return sj.Ledger.from_prices(table, as_of="2025-01-01", policy=policy, **roles, **settings)


def by_month(ledger: sj.Ledger, *months: str) -> list[int]:
    return [int(ledger.mrr(month)) for month in months]


@pytest.mark.parametrize("preset", ["chartmogul", "profitwell", "maxio", "polar"])
def test_c01_a_discount_on_the_first_invoice_ends_with_the_first_term(preset: str) -> None:
    rows = {"start": ["2024-01-01"], "amount_minor": [1500], "discount_minor": [1400], "discount_term": ["one_time"]}
    ledger = priced(rows, sj.Policy.preset(preset))
    assert by_month(ledger, "2024-01", "2024-02", "2024-12") == [100, 1500, 1500]


def test_c01_discount_until_ends_a_discount() -> None:
    rows = {"start": ["2024-01-01"], "discount_basis_points": [5000], "discount_until": ["2024-04-01"]}
    assert by_month(priced(rows), "2024-03", "2024-04") == [500, 1000]


@pytest.mark.parametrize(
    ("free_is", "kinds"), [("churned", ["churn", "reactivation"]), ("active", ["contraction", "expansion"])]
)
def test_c03_a_free_month_is_no_trial_of_the_time_before(free_is: Any, kinds: list[str]) -> None:
    rows = {"start": ["2023-01-01"], "trial_start": ["2024-01-01"], "trial_end": ["2024-02-01"]}
    ledger = priced(rows, sj.Policy(free_is=free_is))
    assert by_month(ledger, "2023-01", "2023-06", "2023-12", "2024-01", "2024-02") == [1000, 1000, 1000, 0, 1000]
    assert ledger.explain("a", "2024")["movement"].to_list() == kinds
    with pytest.raises(sj.DataError, match='column "trial_end", row 0, value missing: a trial that has a start has an end'):
        priced({"start": ["2023-01-01"], "trial_start": ["2024-01-01"]})


@pytest.mark.parametrize("preset", ["stripe", "maxio", "polar", "chartmogul"])
def test_c04_a_request_after_the_end_of_service_moves_nothing(preset: str) -> None:
    rows = {
        "start": ["2023-01-01"],
        "end": ["2024-03-01"],
        "cancelled_on": ["2024-04-15"],
        "billing_ended_on": ["2024-05-15"],
    }
    ledger = priced(rows, sj.Policy.preset(preset))
    assert by_month(ledger, "2024-02", "2024-03", "2024-04") == [1000, 0, 0]
    committed = priced(rows, sj.Policy.preset(preset), commitment="committed")
    assert by_month(committed, "2024-02", "2024-03") == [1000, 0]


@pytest.mark.parametrize(("every", "unit", "amount"), [(2, "year", 24000), (24, "month", 24000), (3, "year", 36000)])
def test_c07_terms_of_years_count_by_their_months(every: int, unit: str, amount: int) -> None:
    rows = {"start": ["2024-01-01"], "amount_minor": [amount], "every": [every], "unit": [unit]}
    assert by_month(priced(rows), "2024-01", "2024-12") == [1000, 1000]


def test_c08_trials_are_new_when_they_pay_and_no_churn_when_they_do_not() -> None:
    rows = {"start": ["2024-01-01"] * 2, "end": [None, "2024-02-15"], "trial_end": ["2024-02-15"] * 2}
    movements = priced(rows).movements("2024-01", "2024-03")
    assert movements["new"].to_list() == [0, 1000, 0]
    assert movements["accounts_new"].to_list() == [0, 1, 0]
    assert movements["accounts_churned"].to_list() == [0, 0, 0]


def test_c09_failed_payments_leave_after_the_days_of_grace_and_come_back() -> None:
    rows = {"start": ["2024-01-01"], "unpaid_since": ["2024-03-10"], "paid_again_on": ["2024-05-10"]}
    ledger = priced(rows, sj.Policy(past_due=30))
    assert by_month(ledger, "2024-03", "2024-04", "2024-05") == [1000, 0, 1000]


NEVER_PAID: dict[str, dict[str, list[Any]]] = {
    "paused within the trial": {
        "start": ["2024-01-01"],
        "end": ["2024-03-01"],
        "trial_end": ["2024-01-15"],
        "paused_on": ["2024-01-10"],
    },
    "paused from the first day": {"start": ["2024-01-01"], "end": ["2024-03-01"], "paused_on": ["2024-01-01"]},
    "free": {"start": ["2024-01-01"], "end": ["2024-03-01"], "amount_minor": [0]},
    "free by discount": {"start": ["2024-01-01"], "end": ["2024-03-01"], "discount_basis_points": [10000]},
}


@pytest.mark.parametrize("preset", ["chartmogul", "chartmogul_b2c", "stripe", "recurly", "profitwell", "baremetrics"])
@pytest.mark.parametrize("rows", NEVER_PAID.values(), ids=NEVER_PAID.keys())
def test_d04_who_never_paid_is_neither_new_nor_churned(rows: dict[str, list[Any]], preset: str) -> None:
    ledger = priced(rows, sj.Policy.preset(preset))
    movements = ledger.movements("2024-01", "2024-12")
    assert sum(movements["accounts_new"].to_list()) == sum(movements["accounts_churned"].to_list()) == 0
    assert ledger.explain("a", "2024")["movement"].to_list() == []
    assert ledger.explain("a", "2024").rows == [0]


def test_d04_rows_that_wait_for_the_first_payment_are_counted() -> None:
    rows = {"start": ["2024-01-01"] * 2, "amount_minor": [0, 1000]}
    assert priced(rows, sj.Policy(free_is="active")).counts["never_paid"] == 1
