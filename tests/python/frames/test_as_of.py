"""The day that holds where no `as_of` is given."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj
from sojourn._frames import as_of as default

TODAY = datetime.date(2024, 6, 15)


@pytest.fixture(autouse=True)
def _a_fixed_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default, "_today", lambda: TODAY)


def rows(end: str | None) -> dict[str, list[Any]]:
    return {"account": ["a", "b"], "start": ["2024-01-10", "2024-02-01"], "end": [end, end], "mrr": [100, 50]}


def prices(end: str | None) -> dict[str, list[Any]]:
    return {"account_id": ["a"], "start": ["2024-01-10"], "end": [end], "amount_minor": [100]}


def invoices(end: str | None) -> dict[str, list[Any]]:
    return {
        "account_id": ["a"],
        "service_start": ["2024-01-10"],
        "service_end": [end or "2025-01-10"],
        "amount_minor": [1200],
    }


def euros(end: str | None) -> dict[str, list[Any]]:
    return {**rows(end), "currency": ["EUR", "USD"]}


RATES = {"currency": ["EUR"] * 6, "month": [f"2024-0{month}" for month in range(1, 7)], "rate": [1.1] * 6}
SOURCES: dict[str, Callable[..., Any]] = {
    "periods": lambda end, **given: sj.Ledger(rows(end), **given, amounts="minor"),
    "periods known": lambda end, **given: sj.Ledger(
        {**rows(end), "known": ["2024-01-10", "2024-02-01"]}, known_from="known", **given, amounts="minor"
    ),
    "currencies": lambda end, **given: sj.Ledger(
        euros(end), currency="currency", rates=RATES, report_in="USD", **given, amounts="minor"
    ),
    "prices": lambda end, **given: sj.Ledger.from_prices(prices(end), end="end", **given),
    "invoices": lambda end, **given: sj.Ledger.from_invoices(invoices(end), **given),
    "changes": lambda end, **given: sj.Ledger.from_changes(
        {"account_id": ["a", "a"], "date": ["2024-01-10", end or "2025-01-10"], "mrr": [100, 0]},
        mrr_after="mrr",
        **given,
        amounts="minor",
    ),
    "snapshots": lambda end, **given: sj.Ledger.from_snapshots(
        {"account_id": ["a", "a"], "month": ["2024-05", (end or "2025-01-10")[:7]], "mrr_minor": [100, 100]}, **given
    ),
}
SOURCE = pytest.mark.parametrize("made", [pytest.param(make, id=name) for name, make in SOURCES.items()])


@SOURCE
def test_a05_terms_that_run_today_have_not_churned(made: Callable[..., Any]) -> None:
    with pytest.warns(sj.InputWarning, match="2024-06-15 is today, because dates of the rows reach to 20"):
        ledger = made("2025-01-10")
    assert ledger.as_of == TODAY
    closing = ledger.movements("2024-05", "2024-05").to_dicts()[0]
    assert closing["accounts_churned"] == 0 and closing["accounts_closing"] == ledger.accounts > 0
    assert "reach to" in ledger.movements("2024-05", "2024-05").options["as_of_default"]
    assert "as_of_default" not in made("2025-01-10", as_of="2024-06-01").options


def test_a05_twelve_yearly_contracts_without_as_of() -> None:
    starts = [datetime.date(2024, 6, 14) - datetime.timedelta(days=30 * i) for i in range(12)]
    table = {
        "account": list(range(12)),
        "start": starts,
        "end": [day + datetime.timedelta(days=365) for day in starts],
        "mrr": [1000] * 12,
    }
    with pytest.warns(sj.InputWarning, match="today"):
        ledger = sj.Ledger(table, amounts="minor")
    assert ledger.as_of == TODAY and int(ledger.mrr("2024-05")) == 11_000
    assert ledger.movements("2023-06", "2024-05")["churn"].to_list() == [0] * 12


def test_without_dates_after_today_the_day_after_the_latest_date_holds() -> None:
    with pytest.warns(sj.InputWarning, match="2024-03-02 is the day after the latest date") as caught:
        ledger = sj.Ledger(rows("2024-03-01"), amounts="minor")
        ledger.movements("2024-01", "2024-02")
        ledger.with_policy(sj.Policy.preset("stripe"))
    assert len(caught) == 1 and caught[0].filename == __file__
    assert ledger.as_of == datetime.date(2024, 3, 2)
    assert ledger.options["as_of_default"] == "the day after the latest date of the rows"


def test_a_table_without_rows_is_known_until_today() -> None:
    with pytest.warns(sj.InputWarning, match="hold no date"):
        assert sj.Ledger({"account": [], "start": [], "end": [], "mrr": []}).as_of == TODAY


def test_the_direct_tallies_take_the_same_day() -> None:
    with pytest.warns(sj.InputWarning, match="today"):
        moved = sj.movements(rows("2025-01-10"), "2024-05", "2025-03", amounts="minor")
    assert moved["churn"].to_list() == [0, 0] and moved.options["as_of"] == "2024-06-15"  # the months ahead are missing
    months = {"account_id": ["a", "a"], "month": ["2024-06-01", "2025-01-01"], "mrr_minor": [100, 100]}
    with pytest.warns(sj.InputWarning, match="today"):
        counted = sj.Snapshots(months, "2024-06", "2024-12", account="account_id", mrr="mrr_minor")
    assert counted.options["as_of"] == "2024-07-01" and counted.movements()["churn"].to_list() == [0]


def test_contracts_that_still_run_are_pending_and_not_lost() -> None:
    contracts = {
        "account_id": [1, 2],
        "term_end": ["2024-06-30", "2024-06-10"],
        "value_minor": [100, 100],
        "renewed_on": [None, "2024-06-10"],
        "renewed_value_minor": [None, 100],
    }
    with pytest.warns(sj.InputWarning, match="2024-06-15 is today"):
        due = sj.renewals(contracts, "2024-06")
    assert (due.counts["pending"], due.counts["lost"], due.logo.value) == (1, 0, 1.0)
    assert due.options["as_of"] == "2024-06-15"
