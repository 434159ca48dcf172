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


SEASONAL = {
    "account_id": ["a", "b"],
    "start": ["2023-01-01"] * 2,
    "amount_minor": [1000, 5000],
    "paused_on": ["2024-02-01"] * 2,
    "resumed_on": ["2024-05-01"] * 2,
    "season": ["summer"] * 2,
}


def seasonal(**changes: Any) -> sj.Ledger:
    return sj.Ledger.from_prices(
        SEASONAL,
        as_of="2025-01-01",
        paused_on="paused_on",
        resumed_on="resumed_on",
        segment="season",
        policy=sj.Policy(**changes),
    )


def test_d01_a_base_in_which_nobody_pays_is_no_base() -> None:
    ledger = seasonal()
    for rate in (ledger.nrr("2024-05", window=2), ledger.grr("2024-05", window=2), ledger.mrr_churn("2024-05")):
        assert math.isnan(rate.value) and rate.n == 2
        assert rate.reason == "zero denominator"
    assert math.isnan(ledger.mrr_churn("2024-05", kind="net").value)
    assert math.isnan(seasonal(net_churn="with_reactivation", mrr_churn_cap="none").mrr_churn("2024-05", kind="net").value)
    assert ledger.logo_retention("2024-05", window=2).value == 1
    row = ledger.retention("2024-05", "2024-05", window=2).to_dicts()[0]
    assert (row["accounts"], row["opening"], row["nrr"], row["grr"], row["logo_retention"]) == (2, 0, None, None, 1.0)
    shown = ledger.by_segment().nrr("2024-05", window=2).to_dicts()[0]
    assert (shown["value"], shown["reason"], shown["n"]) == (None, "zero denominator", 2)
    behind = ledger.contributors("2024-05", "nrr", window=2)
    assert math.isnan(behind.value) and behind["share"].to_list() == [None, None]
    assert math.isnan(ledger.bootstrap("nrr", "2024-05", window=2).value)
    assert ledger.nrr("2024-01", window=2).value == 1
    assert ledger.nrr("2024-02", window=1).value == pytest.approx(0, abs=1e-6)
    assert math.isnan(ledger.arpa("2024-03").value) and math.isnan(ledger.ltv("2024-03", margin=0.8).value)


def test_a_paused_account_weighs_what_it_last_paid() -> None:
    assert seasonal().tenure()["mrr"].to_list() == [1000, 5000]
    paused = {**SEASONAL, "resumed_on": [None, None]}
    ledger = sj.Ledger.from_prices(paused, as_of="2025-01-01", paused_on="paused_on", resumed_on="resumed_on")
    assert ledger.tenure()["mrr"].to_list() == [1000, 5000]


def test_d03_the_average_sale_price_is_that_of_who_pays() -> None:
    plans = {
        "account_id": ["a", "a", "b"],
        "start": ["2024-01-01", "2024-03-01", "2024-01-01"],
        "end": ["2024-03-01", None, None],
        "amount_minor": [0, 1000, 0],
    }
    ledger = sj.Ledger.from_prices(plans, end="end", as_of="2024-07-01", policy=sj.Policy.preset("chartmogul"))
    assert math.isnan(ledger.average_sale_price("2024-01").value)
    assert ledger.average_sale_price("2024-03").value == 1000
    assert ledger.arpa("2024-06").value == 1000
    for row in ledger.cohorts(measure="mrr").retention():
        assert all(share is None or share == 1 for share in row)


def test_mrr_churn_of_chartmogul_b2c_adds_up_days() -> None:
    table: dict[str, list[Any]] = {
        "account": [f"c{i}" for i in range(100)],
        "start": ["2024-01-01"] * 100,
        "end": ["2024-07-01"] * 5 + ["2024-07-02"] * 5 + [None] * 90,
        "mrr_minor": [100] * 100,
    }
    ledger = sj.Ledger(table, as_of="2024-09-01", policy=sj.Policy.preset("chartmogul_b2c"))
    for rate in (ledger.logo_churn("2024-07"), ledger.mrr_churn("2024-07"), ledger.mrr_churn("2024-07", kind="net")):
        assert rate.value == pytest.approx(0.05 + 5 / 95)
        assert rate.n == 100 and rate.method == "none"
    assert ledger.with_policy(sj.Policy.preset("chartmogul")).mrr_churn("2024-07").value == pytest.approx(0.1)
    with pytest.raises(sj.SchemaError, match="summed over days"):
        ledger.contributors("2024-07", "gross_mrr_churn")


def test_nothing_lost_by_four_accounts_is_no_certainty() -> None:
    """On every road: an interval [0, 0] or [1, 1] would say that nobody can ever leave."""
    table = {
        "account": list("abcd") * 2,
        "start": ["2023-12-15"] * 4 + ["2024-12-15"] * 4,
        "end": ["2024-12-15"] * 4 + [None] * 4,
        "mrr_minor": [100, 200, 300, 400] * 2,
        "plan": ["x"] * 8,
    }
    ledger = sj.Ledger(table, as_of="2025-01-01", segment="plan")
    contracts = {
        "account_id": list("abcd"),
        "term_end": ["2024-12-15"] * 4,
        "value_minor": [100, 200, 300, 400],
        "renewed_on": ["2024-12-15"] * 4,
        "renewed_value_minor": [100, 200, 300, 400],
    }
    due, renewed = ledger.available_to_renew("2024-12"), sj.renewals(contracts, "2024-12", as_of="2025-06-01")
    rates = [
        *(getattr(ledger, name)("2024-12", window=6) for name in ("nrr", "grr", "logo_retention")),
        ledger.logo_churn("2024-12"),
        *(ledger.mrr_churn("2024-12", kind=kind) for kind in ("gross", "net")),
        *(due.logo_churn, due.mrr_churn, due.gross_mrr_churn),
        *(renewed.logo, renewed.gross_dollar, renewed.net_dollar),
    ]
    for preset in sj.Policy.presets():
        under = ledger.with_policy(sj.Policy.preset(preset))
        rates += [under.nrr("2024-12"), under.grr("2024-12"), under.logo_churn("2024-12"), under.mrr_churn("2024-12")]
    for metric in ("logo_churn", "mrr_churn", "net_mrr_churn", "logo_retention", "nrr", "grr"):
        rates.append(ledger.bootstrap(metric, "2024-12", window=None if "churn" in metric else 6))
    for rate in rates:
        assert math.isnan(rate.value) or rate.method == "none" or rate.high - rate.low > 0.3, rate
    for name in ("nrr", "grr", "logo_churn", "mrr_churn"):
        row = getattr(ledger.by_segment(), name)("2024-12").to_dicts()[0]
        assert row["value"] is None or row["high"] - row["low"] > 0.3, (name, row)
