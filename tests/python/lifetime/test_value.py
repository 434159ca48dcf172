"""MRR index and lifetime value."""

from __future__ import annotations

import math

import pytest

import sojourn as sj


def test_mrr_index() -> None:
    table = sj.mrr_index([0.01, 0.03, 0.05])
    assert len(table) == 75
    assert table["remaining"][49] == pytest.approx(0.97**24)
    assert len(sj.mrr_index(0.02, months=3)) == 4
    with pytest.raises(sj.DataError, match="3 % is 0.03"):
        sj.mrr_index([3])


def test_clv_02_three_timings(segments: dict[str, list[int]]) -> None:
    values = [
        sj.cltv(100, margin=1, churn=0.2, timing=timing, discount_rate=0.1).value
        for timing in ("new_customer_pays_now", "just_paid", "period_end")
    ]
    assert values == pytest.approx([366.6666666667, 266.6666666667, 333.3333333333])
    fit = sj.fit_decay(segments["t"][:8], segments["high_end"][:8])
    value = sj.cltv(100, margin=0.5, retention=fit, timing="new_customer_pays_now", discount_rate=0.1)
    assert value.value == pytest.approx(50 * 5.922253531, rel=1e-6)
    zero = sj.cltv(100, margin=0.5, churn=0.0, timing="period_end")
    assert math.isnan(zero.value) and zero.reason
    with pytest.raises(TypeError):
        sj.cltv(100, churn=0.1, timing="period_end")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="either churn or retention"):
        sj.cltv(100, margin=0.5, timing="period_end")
