"""Ids stay what they are, and one name means one column, whatever library holds the table."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj
from sojourn._frames.columns import columns

ROWS = {"start": ["2024-01-01", "2024-01-01"], "end": [None, "2024-03-01"], "mrr_minor": [100, 200]}
TEXT_IDS = ["007", "+1", "1_000", "00000000000000000001", "12345678901234567890", " a", "٣", "1.0", "1e3"]


def ledger(ids: Any, **more: Any) -> sj.Ledger:
    return sj.Ledger({"account_id": ids, **ROWS}, as_of="2024-06-01", **more)


@pytest.mark.parametrize("make", [list, np.array, pd.Series, pl.Series, pa.array, lambda v: pd.Series(v, dtype="category")])
def test_a09_text_stays_text(make: Callable[[list[str]], Any]) -> None:
    for one in TEXT_IDS:
        book = ledger(make([one, "other"]))
        assert book.explain(one, "2024")["movement"].to_list() == ["new"]


FLOATS: dict[str, Callable[[], Any]] = {
    "list": lambda: [1.0, 2.0],
    "list with a gap": lambda: [1.0, None],
    "NumPy": lambda: np.array([1.0, 2.0]),
    "NumPy f4": lambda: np.array([1.0, 2.0], "f4"),
    "pandas": lambda: pd.Series([1, None]),
    "Polars": lambda: pl.Series([1.0, 2.0]),
    "Arrow": lambda: pa.array([1.0, 2.0]),
}


@pytest.mark.parametrize("container", FLOATS)
def test_g07_floats_are_no_ids_and_the_remedy_is_named(container: str) -> None:
    with pytest.raises(sj.SchemaError, match='"account_id" holds float(32|64).*Int64'):
        ledger(FLOATS[container]())
    table = {"account_id": [1, 2], **ROWS, "amount_minor": [5, 5], "sub": FLOATS[container]()}
    with pytest.raises(sj.SchemaError, match='"sub" holds float(32|64).*Int64'):
        sj.Ledger.from_prices(table, subscription="sub", as_of="2024-06-01")


@pytest.mark.parametrize("values", [[True, False], [Decimal(1), Decimal(2)], [datetime.date(2024, 1, 1)] * 2])
def test_other_types_are_no_ids_either(values: list[Any]) -> None:
    with pytest.raises(sj.SchemaError, match='"account_id" holds .*accepted: text'):
        ledger(values)


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_g03_an_integer_of_any_type_finds_its_account(kind: str) -> None:
    book = ledger(np.array([1, 2], kind))
    for key in (
        2,
        np.dtype(kind).type(2),
        np.int64(2),
        np.array(2),
        "2",
        np.str_("2"),
        pd.Series([2])[0],
        pl.Series([2])[0],
    ):
        assert book.explain(key, "2024")["movement"].to_list() == ["new", "churn"]
    as_text = ledger(["1", "2"])
    for key in (2, np.int64(2), "2", np.str_("2")):
        assert as_text.explain(key, "2024")["movement"].to_list() == ["new", "churn"]
    for key in ("02", " 2", "+2", 3, "two"):
        with pytest.raises(sj.DataError, match="not an account of this ledger"):
            book.explain(key, "2024")
    for key in (2.0, None, True, Decimal(2), [2], b"2"):
        with pytest.raises(sj.SchemaError, match="named by text or an integer"):
            book.explain(key, "2024")


def test_an_id_of_64_bits_is_exact_and_a_longer_one_is_text() -> None:
    big = 2**63 - 1
    assert ledger([big, big - 1]).explain(np.int64(big), "2024")["movement"].to_list() == ["new"]
    with pytest.raises(sj.DataError, match="row 1.*as text"):
        ledger([1, 2**63])
    with pytest.raises(sj.DataError, match="row 1.*as text"):
        ledger(np.array([1, 2**63], "u8"))


@pytest.mark.parametrize("gap", [float("nan"), None, pd.NA])
def test_j07_parents_with_gaps(gap: Any) -> None:
    scores = {"account_id": [1, 2, 3], "score": [10.0, 80.0, 40.0]}
    as_floats = pd.Series([np.nan, 1.0, 1.0])
    with pytest.raises(sj.SchemaError, match='"parent" holds float64.*Int64'):
        sj.rollup({**scores, "parent_id": as_floats})
    with pytest.raises(sj.SchemaError, match='"parent" holds float64.*Int64'):
        sj.rollup_tiers({**scores, "parent_id": as_floats, "tier": ["a", "b", "a"]}, wanted="a", tiers=["a", "b"])
    for parents in (as_floats.astype("Int64"), pl.Series([None, 1, 1]), [None, 1, 1]):
        assert sj.rollup({**scores, "parent_id": parents})["score"].to_list() == [60.0, 80.0, 40.0]
    assert sj.rollup({**scores, "parent_id": [gap] * 3})["score"].to_list() == [10.0, 80.0, 40.0]


TWICE: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame([[1, 2, 3]], columns=["account_id", "x", "x"]),
    "pandas, number and text": lambda: pd.DataFrame([[1, 2, 3]], columns=["account_id", 1, "1"]),
    "Arrow": lambda: pa.table([[1], [2], [3]], names=["account_id", "x", "x"]),
    "Arrow batch": lambda: pa.record_batch([pa.array([1])] * 3, names=["account_id", "x", "x"]),
    "mapping": lambda: {"account_id": [1], 1: [2], "1": [3]},
    "rows": lambda: [{"account_id": 1, 1: 2, "1": 3}],
    "sqlite cursor": lambda: sqlite3.connect(":memory:").execute("select 1 account_id, 2 x, 3 x"),
    "DuckDB cursor": lambda: duckdb.connect().execute("select 1 account_id, 2 x, 3 x"),
}


@pytest.mark.parametrize("road", TWICE)
def test_g01_two_columns_of_one_name_are_refused(road: str) -> None:
    with pytest.raises(sj.SchemaError, match="several columns of one name: (x|1); rename"):
        columns(TWICE[road](), {"account": "account_id"})


UNREAD = {"account_id": ["a", "b"], **ROWS, "n": [{"k": 1}, {"k": 2}], "b": [b"x", None], "t": [datetime.time(1), None]}
NARROW: dict[str, Callable[[], Any]] = {
    "mapping": lambda: {**UNREAD, "o": [object(), object()], "mixed": [1, "a"]},
    "rows": lambda: [dict(zip(UNREAD, row, strict=True)) for row in zip(*UNREAD.values(), strict=True)],
    "pandas": lambda: pd.DataFrame({**UNREAD, "o": [object(), object()]}),
    "pandas with Arrow": lambda: pa.table(UNREAD).to_pandas(types_mapper=pd.ArrowDtype),
    "Polars": lambda: pl.DataFrame(UNREAD),
    "Arrow": lambda: pa.table(UNREAD),
    "Arrow reader": lambda: pa.table(UNREAD).to_reader(),
    "DuckDB relation": lambda: duckdb.connect().from_arrow(pa.table(UNREAD)),
    "cursor": lambda: sqlite3.connect(":memory:").execute(
        "select 'a' account_id, '2024-01-01' start, null \"end\", 100 mrr_minor, x'00' b "
        "union all select 'b', '2024-01-01', '2024-03-01', 200, null"
    ),
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("road", NARROW)
def test_a10_columns_that_nobody_asked_for_are_not_read(road: str, named: bool) -> None:
    names = {"account": "account_id", "start": "start", "end": "end", "mrr": "mrr_minor"} if named else {}
    book = sj.Ledger(NARROW[road](), as_of="2024-06-01", **names)  # type: ignore[arg-type]
    assert int(book.mrr("2024-01")) == 300 and int(book.mrr("2024-03")) == 100
