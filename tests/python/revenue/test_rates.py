"""Amounts and rates of a period: published values, agreement with the movements, windows, nothing to divide by."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj
from ledger_books import ROWS


def test_retention_of_the_year(ledger: sj.Ledger) -> None:
    assert 100 * ledger.nrr("2024-12").value == pytest.approx(95.205435, abs=5e-7)
    assert 100 * ledger.grr("2024-12", window=12).value == pytest.approx(84.060909, abs=5e-7)
    kept = ledger.logo_retention("2024-12", window=12)
    assert kept.value == 1126 / 1476
    assert (kept.method, kept.n) == ("wilson", 1476)
    assert kept.options["window"] == 12
    assert kept.options["complete"] is True


def test_read_outs_of_a_month_agree_with_its_movements(ledger: sj.Ledger) -> None:
    row = ledger.movements("2024-12", "2024-12").to_dicts()[0]
    assert ledger.mrr("2024-12") == row["closing"]
    assert ledger.arr("2024-12") == 12 * row["closing"]
    assert ledger.arpa("2024-12").value == pytest.approx(row["closing"] / row["accounts_closing"])
    won = row["new"] + row["expansion"] + row["reactivation"]
    assert ledger.quick_ratio("2024-12").value == pytest.approx(won / (row["churn"] + row["contraction"]))
    assert ledger.average_sale_price("2024-12").value == pytest.approx(row["new"] / row["accounts_new"])
    assert ledger.logo_churn("2024-12").value == pytest.approx(row["accounts_churned"] / row["accounts_opening"])
    assert ledger.logo_churn("2024-12").value == pytest.approx(1 - ledger.logo_retention("2024-12", window=1).value)
    assert ledger.mrr_churn("2024-12", kind="net").value == pytest.approx(1 - ledger.nrr("2024-12", window=1).value)
    assert 0 < ledger.mrr_churn("2024-12").low < ledger.mrr_churn("2024-12").value < ledger.mrr_churn("2024-12").high < 1


def test_nothing_to_divide_by_is_nan_with_a_reason() -> None:
    ledger = sj.Ledger(ROWS, as_of="2024-07-01", amounts="minor")
    churn = ledger.logo_churn("2023-06")
    assert math.isnan(churn.value) and churn.reason == "no observations" and churn.n == 0
    assert math.isnan(ledger.nrr("2024-06").value)
    assert math.isnan(ledger.quick_ratio("2024-01").value)
    assert "nothing was lost" in str(ledger.quick_ratio("2024-01").reason)


def test_chr_14_rolling_thirty_days_by_date() -> None:
    table = {
        "account": list("abcde"),
        "start": ["2024-01-01"] * 5,
        "end": ["2024-02-01", None, None, None, None],
        "mrr": [100] * 5,
    }
    ledger = sj.Ledger(table, as_of="2024-04-01", policy=sj.Policy.preset("polar"), amounts="minor")
    shown = {"2024-02-01": 0.0, "2024-02-02": 0.2, "2024-03-01": 0.2, "2024-03-02": 0.2, "2024-03-03": 0.0}
    for date, expected in shown.items():
        assert ledger.logo_churn(date).value == expected
    found = ledger.logo_churn("2024-02")
    assert (found.options["first"], found.options["last"]) == ("2024-01-31", "2024-02-29")
    with pytest.raises(sj.SchemaError, match="not a month"):
        sj.Ledger(table, as_of="2024-04-01", amounts="minor").logo_churn("2024-02-01")


@pytest.mark.parametrize("preset", ["stripe", "baremetrics", "polar"])
@pytest.mark.parametrize("period", ["2024", "2024-Q4"])
def test_a_window_shorter_than_the_period_is_refused(preset: str, period: str) -> None:
    table = {"account": ["a", "b"], "start": ["2023-01-01"] * 2, "end": ["2024-11-05", None], "mrr": [100, 100]}
    ledger = sj.Ledger(table, as_of="2025-01-01", policy=sj.Policy.preset(preset), segment="account", amounts="minor")
    asked: list[Callable[[], Any]] = [
        lambda: ledger.logo_churn(period),
        lambda: ledger.mrr_churn(period),
        lambda: ledger.mrr_churn(period, kind="net"),
        lambda: ledger.by_segment().logo_churn(period),
        lambda: ledger.compare("logo_churn", period, "2023"),
        lambda: ledger.contributors(period, "logo_churn"),
        lambda: sj.reconcile(ledger, sj.Policy(), sj.Policy.preset(preset), period, metric="logo_churn"),
    ]
    for ask in asked:
        with pytest.raises(sj.SchemaError, match="30 days, which is less than the period; ask for the last month"):
            ask()
    assert ledger.logo_churn("2024-12").value == 0
    assert ledger.ltv(period, margin=1.0).reason == ledger.ltv("2024-12", margin=1.0).reason
