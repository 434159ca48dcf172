"""Lifetime value from a ledger."""

from __future__ import annotations

import math
from typing import Any

import pytest

import sojourn as sj
from policy_books import lapses


def test_ue_04_and_ue_05_lifetime_value_from_a_ledger() -> None:
    def book(users: int, leave: int, **policy: Any) -> sj.Ledger:
        table = {
            "account": list(range(users)),
            "start": ["2023-01-01"] * users,
            "end": ["2024-01-15" if i < leave else None for i in range(users)],
            "mrr": [1000] * users,
        }
        return sj.Ledger(table, as_of="2024-09-01", policy=sj.Policy(**policy), amounts="minor")

    found = book(10, 1, ltv_churn="period").ltv("2024-01", margin=1)
    assert found.value == pytest.approx(10_000) and found.options["churn_a_month"] == pytest.approx(0.1)
    assert book(100, 3, ltv_churn="period").ltv("2024-01", margin=1).value / 1000 == pytest.approx(33.33, rel=1e-3)
    # Of the six months before July the first one lost three of a hundred.
    july = book(100, 3).ltv("2024-07", margin=0.5)
    assert july.value == pytest.approx(500 / (0.03 / 6)) and math.isnan(july.low)
    assert (july.options["first"], july.options["last"]) == ("2024-01-01", "2024-06-30")
    assert book(100, 3).ltv("2024-01", margin=0.5).reason is not None
    assert book(100, 3, annualise="compound", ltv_churn="period").ltv("2024-01", margin=1).value / 1000 == pytest.approx(
        33.33, rel=1e-3
    )
    polar = book(100, 3, **sj.Policy.preset("polar").changes())
    assert polar.ltv("2024-07", margin=1).value == 0
    # Thirty days are less than a month: as many leave in them, so more do in a month.
    stripe = book(100, 3, **sj.Policy.preset("stripe").changes())
    assert stripe.ltv("2024-01", margin=1).value / 1000 == pytest.approx((100 / 3) / (365 / 12 / 30), rel=1e-9)


def test_lifetime_value_says_what_it_needs() -> None:
    with pytest.raises(TypeError, match="margin"):
        lapses().ltv("2024-01")  # type: ignore[call-arg]
    with pytest.raises(sj.DataError, match="gross_margin"):
        lapses().ltv("2024-01", margin=80)
    with pytest.raises(sj.SchemaError, match="give cap_months"):
        lapses(sj.Policy(ltv_zero_churn="cap")).ltv("2024-01", margin=0.8)
    with pytest.raises(sj.SchemaError, match="only for it"):
        lapses().ltv("2024-01", margin=0.8, cap_months=12)
    with pytest.raises(sj.SchemaError, match="another share"):
        lapses(sj.Policy.preset("kellogg_atr")).ltv("2024-01", margin=0.8)


def test_a_level_without_an_interval_is_named_as_not_applied() -> None:
    rows = {
        "account": ["a", "b", "c"],
        "start": ["2023-01-01"] * 3,
        "end": ["2024-03-05", None, None],
        "mrr_minor": [100, 200, 300],
    }
    ledger = sj.Ledger(rows, as_of="2024-07-01")
    mean = ledger.ltv("2024-06", margin=0.8, level=0.9)
    assert mean.method == "none" and mean.options["not_applied"] == "level"
    of_period = ledger.with_policy(sj.Policy(ltv_churn="period")).ltv("2024-03", margin=0.8, level=0.9)
    assert of_period.method != "none" and "not_applied" not in of_period.options
