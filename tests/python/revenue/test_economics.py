"""Unit economics."""

from __future__ import annotations

import math

import pytest

import sojourn as sj


def test_economics_needs_a_margin() -> None:
    found = sj.economics(spend=100_000, customers=10, new_mrr=10_000, gross_margin=0.8, arpa=1_000, ltv=30_000, churn=0.03)
    assert found["payback_months"].value == pytest.approx(12.5)
    assert found["payback_months_per_customer"].value == pytest.approx(12.5)
    assert found["ltv_to_cac"].value == pytest.approx(3)
    assert found["customer_lifetime"].value == pytest.approx(33.33, abs=0.005)
    with pytest.raises(TypeError):
        sj.economics(spend=1, customers=1, new_mrr=1)  # type: ignore[call-arg]
    with pytest.raises(sj.DataError, match="gross_margin"):
        sj.economics(spend=1, customers=1, new_mrr=1, gross_margin=80)
    assert math.isnan(sj.economics(spend=1, customers=0, new_mrr=0, gross_margin=1)["acquisition_cost"].value)
