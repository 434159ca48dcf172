"""Currencies of ISO 4217 and their minor units."""

from __future__ import annotations

import pytest

import sojourn as sj
from sojourn._frames.currency import exponent, is_currency, major, read_currency


def test_the_decimals_of_a_currency() -> None:
    assert [exponent(code) for code in ("USD", "eur", " jpy ", "KWD", "CLF", "HRK")] == [2, 2, 0, 3, 4, 2]


def test_major_units_for_pictures() -> None:
    assert (major(12345, "USD"), major(12345, "JPY"), major(-12345, "BHD")) == (123.45, 12345.0, -12.345)


def test_a_code_is_read_in_any_case_and_an_unknown_one_is_refused() -> None:
    assert read_currency("usd") == read_currency("Usd ") == "USD"
    assert is_currency("jpy") and not is_currency("currency") and not is_currency("XXX")
    for wrong in (840, None, ["USD"], b"USD"):
        with pytest.raises(TypeError, match="currency is a .*; accepted: a code of ISO 4217"):
            exponent(wrong)  # type: ignore[arg-type]
    with pytest.raises(sj.SchemaError, match=r'report_in "GPB" is not a currency of ISO 4217; did you mean GBP\?'):
        read_currency("GPB", "report_in")
