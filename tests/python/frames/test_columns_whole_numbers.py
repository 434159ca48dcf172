"""Numbers that must be whole: what is not is refused, never cut."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj
from sojourn._frames.columns import column

CUT = [19.99, Decimal("19.99"), Fraction(1, 3), 50.9, np.float32(2.5), np.float64(2.5), -0.5, float("nan"), float("inf")]
WHOLE = [20, np.int8(20), np.uint64(20), np.int64(20), np.array(20), 20.0, np.float32(20), Decimal("20"), Decimal("20.00"),
         Fraction(20), pd.Series([20])[0], pl.Series([20])[0]]  # fmt: skip
ARGUMENTS: dict[str, Any] = {
    "quantity": lambda value: sj.mrr_from_price(100, quantity=value),
    "every": lambda value: sj.mrr_from_price(100, every=value),
    "discount": lambda value: sj.mrr_from_price(100_000, discount_basis_points=value),
    "months": lambda value: sj.mrr_index([0.02], months=value),
    "accounts": lambda value: sj.datasets.acme(n=value).accounts,
    "lapse_grace": lambda value: sj.Policy(lapse_grace=value).hash(),
}


@pytest.mark.parametrize("value", CUT, ids=repr)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_an_argument_that_is_not_whole_is_refused(argument: str, value: Any) -> None:
    with pytest.raises((sj.SchemaError, TypeError)):
        ARGUMENTS[argument](value)


@pytest.mark.parametrize("value", WHOLE, ids=repr)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_an_argument_that_is_whole_is_read_whatever_its_type(argument: str, value: Any) -> None:
    read, expected = ARGUMENTS[argument](value), ARGUMENTS[argument](20)
    if isinstance(read, sj.Table):
        assert read.to_dicts() == expected.to_dicts()
    else:
        assert repr(read).partition(" (")[0] == repr(expected).partition(" (")[0]


def test_the_error_says_which_number_it_was() -> None:
    with pytest.raises(sj.SchemaError, match="19.99 is not a whole number"):
        sj.mrr_from_price(100, quantity=Decimal("19.99"))


COLUMNS = {
    "list": list,
    "NumPy": np.array,
    "pandas": pd.Series,
    "Polars": pl.Series,
    "Arrow": pa.array,
}


@pytest.mark.parametrize("container", COLUMNS)
def test_columns_of_whole_numbers(container: str) -> None:
    make = COLUMNS[container]
    prices = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "amount_minor": [100, 100]}
    for quantity in ([1, 2], [1.0, 2.0], [Decimal("1.0"), Decimal("2.0")]):
        book = sj.Ledger.from_prices({**prices, "n": make(quantity)}, quantity="n", as_of="2024-06-01")
        assert int(book.mrr("2024-01")) == 300
    for quantity in ([1.0, 2.5], [Decimal("1.0"), Decimal("2.5")]):
        with pytest.raises(sj.DataError, match='"n", row 1, value 2.5: is not a whole number') as caught:
            sj.Ledger.from_prices({**prices, "n": make(quantity)}, quantity="n", as_of="2024-06-01")
        assert (caught.value.column, caught.value.row) == ("n", 1)


def test_g07_money_with_gaps_says_int64() -> None:
    with pytest.raises(sj.SchemaError, match="Int64"):
        column(pd.Series([100.0, None]), "mrr_minor").convert("minor")
