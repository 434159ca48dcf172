"""Numbers as people read them."""

from __future__ import annotations

import pytest

from sojourn._frames.currency import exponent
from sojourn._frames.format import money, percent, round_money, rounded_money

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_money_is_exact_in_every_currency() -> None:
    assert money(123456789012345678901, "USD") == "1,234,567,890,123,456,789.01"
    assert money(-5, "USD") == "−0.05" and money(1234, "JPY") == "1,234" and money(1234, "KWD", code=True) == "KWD 1.234"
    assert exponent("CLF") == 4 and percent(float("nan")) == "not defined" and percent(-0.012) == "−1.2%"


def test_money_is_exact_to_the_last_minor_unit() -> None:
    assert money(123456, "USD") == "1,234.56"
    assert money(-5, "USD", code=True) == "USD −0.05"
    assert money(123456, "JPY") == "123,456"
    assert money(9007199254740993, "USD") == "90,071,992,547,409.93"
    assert rounded_money(1234.5, "USD") == "12.35"
    assert round_money(123456.0, "USD") == "1,235" and round_money(99999.0, "USD") == "999.99"
    assert rounded_money(-1234.5, "USD") == "−12.35" and rounded_money(-0.5, "USD") == "−0.01"
    assert rounded_money(0.49999999999999994, "USD") == "0.00" and rounded_money(0.5, "USD") == "0.01"
    assert rounded_money(1.9, "USD") == "0.02" and money(-1, "USD") == "−0.01"
    assert round_money(-123450.0, "USD") == "−1,235" and round_money(123449.0, "USD") == "1,234"
    assert rounded_money(float("nan")) == round_money(float("inf")) == "not defined"
