"""Minor units by currency, and money as people read it."""

from __future__ import annotations

from sojourn._frames.currency import exponent, major
from sojourn._frames.format import money, round_money, rounded_money


def test_the_decimals_of_a_currency() -> None:
    assert [exponent(code) for code in ("USD", "EUR", "JPY", "KWD", "CLF", "")] == [2, 2, 0, 3, 4, 2]


def test_major_units_for_pictures() -> None:
    assert (major(12345, "USD"), major(12345, "JPY"), major(-12345, "BHD")) == (123.45, 12345.0, -12.345)


def test_money_is_exact_to_the_last_minor_unit() -> None:
    assert money(123456, "USD") == "1,234.56"
    assert money(-5, "USD", code=True) == "USD −0.05"
    assert money(123456, "JPY") == "123,456"
    assert money(9007199254740993, "USD") == "90,071,992,547,409.93"
    assert rounded_money(1234.5, "USD") == "12.35"
    assert round_money(123456.0, "USD") == "1,235" and round_money(99999.0, "USD") == "999.99"
    assert rounded_money(float("nan")) == round_money(float("inf")) == "not defined"
