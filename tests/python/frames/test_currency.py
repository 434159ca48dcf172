"""Minor units by currency."""

from __future__ import annotations

from sojourn._frames.currency import exponent, major


def test_the_decimals_of_a_currency() -> None:
    assert [exponent(code) for code in ("USD", "EUR", "JPY", "KWD", "CLF", "")] == [2, 2, 0, 3, 4, 2]


def test_major_units_for_pictures() -> None:
    assert (major(12345, "USD"), major(12345, "JPY"), major(-12345, "BHD")) == (123.45, 12345.0, -12.345)
