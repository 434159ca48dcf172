"""Exact amounts: the MRR of a price."""

from __future__ import annotations

from fractions import Fraction

import pytest

import sojourn as sj


def test_price_to_mrr_is_exact() -> None:
    yearly = sj.mrr_from_price(1829, unit="year")
    assert yearly == 152
    assert yearly.exact == Fraction(1829, 12)
    assert 12 * yearly.ticks == 1829 * 166_320
    assert sj.mrr_from_price(5000, every=2, unit="week").exact == Fraction(5000 * 52, 24)
    assert sj.mrr_from_price(100, every=13).exact == Fraction(100, 13)
    assert sj.mrr_from_price(10_000, quantity=100).minor == 1_000_000
    with pytest.raises(sj.DataError, match="every"):
        sj.mrr_from_price(100, every=0)
    with pytest.raises(sj.SchemaError, match="day, week, month, quarter, year"):
        sj.mrr_from_price(100, unit="fortnight")
    with pytest.raises(sj.OverflowError):
        sj.mrr_from_price(2**62)
