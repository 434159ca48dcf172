"""Any frame in: one table through every producer, and every shape that producers are known to get wrong."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime as dt
import math
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn
from sojourn import Column, DataError, Error
from sojourn._frames.columns import column, columns, frame

DAY = dt.date


DATA: dict[str, list[Any]] = {
    "account": ["a-1", "a-2", "a-3", "an account with a long name", "a-1"],
    "plan": ["pro", None, "free", "pro", "a plan with a long name"],
    "score": [10, 0, 7, 3, 9],
    "usage": [1.5, None, -2.25, 0.0, 1e300],
    "start": [DAY(2024, 1, 31), DAY(2024, 2, 29), DAY(1969, 12, 31), DAY(2025, 6, 1), DAY(2024, 1, 31)],
    "seen": [dt.datetime(2024, 1, 1, 12, 30), None, dt.datetime(1960, 5, 5, 1, 2, 3), dt.datetime(2024, 1, 1), None],
    "paid": [Decimal("1.25"), None, Decimal("-3.10"), Decimal("0.00"), Decimal("99999.99")],
    "active": [True, False, True, True, False],
}


ARROW = pa.table(DATA)


def normal(values: Any) -> list[Any]:
    """Missing is None; a day is a date, whether it came as a date or as midnight."""
    out = []
    for value in values:
        if isinstance(value, float) and math.isnan(value):
            value = None
        if isinstance(value, dt.datetime) and value.time() == dt.time():
            value = value.date()
        out.append(value)
    return out


def with_text_as(convert: Callable[[Any], Any]) -> pa.Table:
    """The table with its text columns in another Arrow form."""
    pairs = zip(ARROW.column_names, ARROW.columns, strict=True)
    return pa.table({name: convert(c) if c.type == pa.string() else c for name, c in pairs})


@dataclasses.dataclass
class Rows:
    account: list[str]
    plan: list[str | None]
    score: list[int]
    usage: list[float | None]
    start: list[dt.date]
    seen: list[dt.datetime | None]
    paid: list[Decimal | None]
    active: list[bool]


def pandas_of_numpy() -> pd.DataFrame:
    typed = {"start": "datetime64[s]", "seen": "datetime64[ns]", "usage": "float64"}
    return pd.DataFrame(DATA).astype(typed)


def pandas_of_nullable() -> pd.DataFrame:
    typed = {"score": "UInt8", "usage": "Float64", "active": "boolean", "plan": "string[python]", "account": "category"}
    return pandas_of_numpy().astype(typed)


def sqlite_cursor() -> sqlite3.Cursor:
    con = sqlite3.connect(":memory:")
    con.execute("create table t (account, plan, score, usage)")
    names = ["account", "plan", "score", "usage"]
    con.executemany("insert into t values (?, ?, ?, ?)", list(zip(*(DATA[n] for n in names), strict=True)))
    return con.execute("select * from t order by rowid")


def duckdb_connection() -> Any:
    con = duckdb.connect()
    con.register("t", ARROW)
    return con.execute("from t")


PRODUCERS: dict[str, Callable[[], Any]] = {
    "dict of lists": lambda: DATA,
    "list of dicts": lambda: [dict(zip(DATA, row, strict=True)) for row in zip(*DATA.values(), strict=True)],
    "dataclass": lambda: Rows(**DATA),
    "mapping of Arrow arrays": lambda: {n: pa.array(v) for n, v in DATA.items()},
    "pandas, NumPy behind": pandas_of_numpy,
    "pandas, nullable": pandas_of_nullable,
    "pandas, pyarrow behind": lambda: ARROW.to_pandas(types_mapper=pd.ArrowDtype),
    "Polars": lambda: pl.DataFrame(DATA),
    "Polars, chunks": lambda: pl.concat([pl.DataFrame(ARROW[:2]), pl.DataFrame(ARROW[2:])], rechunk=False),
    "pyarrow Table": lambda: ARROW,
    "pyarrow Table, large strings": lambda: with_text_as(lambda c: c.cast(pa.large_string())),
    "pyarrow Table, string views": lambda: with_text_as(lambda c: c.cast(pa.string_view())),
    "pyarrow Table, dictionaries": lambda: with_text_as(lambda c: c.dictionary_encode()),
    "pyarrow Table, many batches": lambda: pa.concat_tables([ARROW[:1], ARROW[1:1], ARROW[1:4], ARROW[4:]]),
    "pyarrow RecordBatch": lambda: ARROW.combine_chunks().to_batches()[0],
    "pyarrow RecordBatchReader": lambda: pa.RecordBatchReader.from_batches(ARROW.schema, ARROW.to_batches(max_chunksize=2)),
    "pyarrow, sliced": lambda: pa.concat_tables([ARROW, ARROW, ARROW]).combine_chunks()[5:10],
    "DuckDB relation": lambda: duckdb.sql("from ARROW"),
    "DuckDB connection": duckdb_connection,
    "sqlite3 cursor": sqlite_cursor,
    "sojourn Table": lambda: sojourn.Table(DATA),
}


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_producer_gives_the_same_table(producer: str) -> None:
    found = frame(PRODUCERS[producer]())
    assert len(found) >= 4
    for name, values in found.items():
        assert normal(values.to_list()) == normal(DATA[name]), name


@pytest.mark.parametrize("producer", PRODUCERS)
def test_columns_are_picked_by_role(producer: str) -> None:
    wanted = {"account": "account", "value": "score", "end": None}
    found = columns(PRODUCERS[producer](), wanted)
    assert list(found) == ["account", "value"]
    assert found["value"].to_list() == DATA["score"]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_missing_column_lists_what_exists(producer: str) -> None:
    message = r"column \"acount\" \(used as account\).*mean 'account'.*It has: account, plan"
    with pytest.raises(sojourn.SchemaError, match=message):
        columns(PRODUCERS[producer](), {"account": "acount"})


BARE: dict[str, Callable[[], Any]] = {
    "list": lambda: [3, 1, 2],
    "tuple": lambda: (3, 1, 2),
    "range": lambda: range(3),
    "array.array": lambda: array.array("h", [3, 1, 2]),
    "memoryview": lambda: memoryview(array.array("q", [3, 1, 2])),
    "NumPy": lambda: np.array([3, 1, 2]),
    "NumPy, reversed": lambda: np.array([2, 1, 3], dtype="u2")[::-1],
    "NumPy, swapped bytes": lambda: np.array([3, 1, 2], dtype=">i4"),
    "NumPy, unaligned": lambda: np.frombuffer(b"\0" + np.array([3, 1, 2], "<i8").tobytes(), dtype="<i8", offset=1),
    "NumPy, column of a matrix": lambda: np.array([[3, 0], [1, 0], [2, 0]])[:, 0],
    "NumPy scalars": lambda: [np.int8(3), np.uint64(1), np.int64(2)],
    "pandas": lambda: pd.Series([3, 1, 2]),
    "pandas, nullable": lambda: pd.Series([3, 1, 2], dtype="Int16"),
    "pandas index": lambda: pd.Index([3, 1, 2]),
    "Polars": lambda: pl.Series([3, 1, 2]),
    "pyarrow Array": lambda: pa.array([9, 3, 1, 2, 9])[1:4],
    "pyarrow ChunkedArray": lambda: pa.chunked_array([[3], [], [1, 2]]),
    "Column": lambda: Column.from_sequence([3, 1, 2]),
    "one-column table": lambda: pa.table({"x": [3, 1, 2]}),
}


@pytest.mark.parametrize("producer", BARE)
def test_every_bare_column(producer: str) -> None:
    expected = [0, 1, 2] if producer == "range" else [3, 1, 2]
    assert column(BARE[producer]()).to_list() == expected


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "text": (lambda: "abc", "is one str"),
    "bytes": (lambda: b"abc", "is one bytes"),
    "mapping": (lambda: {"a": 1}, "is one dict"),
    "set": (lambda: {1, 2}, "is a set"),
    "generator": (lambda: (i for i in range(3)), "is a generator"),
    "number": (lambda: 7, "is a int"),
    "None": (lambda: None, "is a NoneType"),
    "matrix": (lambda: np.zeros((2, 2)), "2 dimensions"),
    "scalar array": (lambda: np.array(1.0), "0 dimensions"),
    "half floats": (lambda: np.zeros(2, "f2"), "float16"),
    "half floats, Arrow": (lambda: pa.array(np.zeros(2, "f2")), "half-precision"),
    "complex": (lambda: np.zeros(2, complex), "complex128"),
    "bytes, NumPy": (lambda: np.array([b"a"]), r"\|S1"),
    "bytes, Arrow": (lambda: pa.array([b"a"]), "binary"),
    "timedelta": (lambda: np.zeros(2, "m8[s]"), "timedelta64"),
    "datetime64 of 10 s": (lambda: np.zeros(2, "M8[10s]"), "accepted: datetime64"),
    "lists": (lambda: pa.array([[1]]), "nested"),
    "a table": (lambda: pl.DataFrame({"a": [1], "b": [2]}), "table of 2 columns"),
    "a mixture": (lambda: [1, "a"], "mixes int and str"),
    "bool and int": (lambda: [True, 2], "mixes bool and int"),
    "objects": (lambda: [object()], "type object is not accepted"),
    "period": (lambda: pd.Series(pd.period_range("2024-01", periods=2, freq="Q")), "neither days nor months"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_column_is_refused_with_its_name(what: str) -> None:
    make, why = REFUSED[what]
    with pytest.raises(sojourn.SchemaError, match=f"(?s)score.*{why}|{why}.*score"):
        column(make(), "score")


@pytest.mark.parametrize("table", [7, "abc", [1, 2], [], None, pl.LazyFrame({"a": [1]}), pa.array([1])], ids=str)
def test_what_is_no_table_is_refused_with_what_is(table: Any) -> None:
    with pytest.raises(sojourn.SchemaError, match="accepted: an object with __arrow_c_stream__"):
        columns(table, {"account": "a"})


def test_columns_of_different_lengths_are_no_table() -> None:
    with pytest.raises(sojourn.SchemaError, match=r'"a" \(2 rows\) and "b" \(1 rows\) differ in length'):
        frame({"a": [1, 2], "b": [1]})


def test_a_name_that_stands_twice_is_ambiguous() -> None:
    twice = pa.table([[1], [2], [3]], names=["a", "a", "b"])
    for table in (twice, twice.to_pandas()):
        for name in ("a", "b"):
            with pytest.raises(sojourn.SchemaError, match="several columns of one name: a"):
                columns(table, {"x": name})


def test_columns_nobody_asked_for_may_hold_anything() -> None:
    odd = {"a": [1, 2], "odd": [object(), {}]}
    assert columns(odd, {"x": "a"})["x"].to_list() == [1, 2]
    assert columns(pd.DataFrame(odd), {"x": "a"})["x"].to_list() == [1, 2]
    assert columns(pa.table({"a": [1, 2], "odd": [[1], [2]]}), {"x": "a"})["x"].to_list() == [1, 2]


def test_a_cursor_without_a_result_is_refused() -> None:
    with pytest.raises(sojourn.SchemaError, match="execute a query first"):
        frame(sqlite3.connect(":memory:").execute("create table t (a)"))


def test_a_duck_typed_mapping() -> None:
    found = frame(collections.ChainMap({"a": [1]}, {"b": [2]}))
    assert {n: c.to_list() for n, c in found.items()} == {"a": [1], "b": [2]}


def test_importing_sojourn_imports_no_frame_library() -> None:
    program = (
        "import sys, time; t = time.perf_counter(); import sojourn; ms = (time.perf_counter() - t) * 1e3;"
        "heavy = {'numpy', 'pandas', 'polars', 'pyarrow', 'duckdb', 'matplotlib'} & set(sys.modules);"
        "print(f'import sojourn: {ms:.1f} ms'); assert not heavy, heavy; assert ms < 500, ms"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(done.stdout.strip())


def test_a_list_that_changes_while_it_is_read_is_read_as_it_was() -> None:
    """Reading a scalar of NumPy's kind runs its `item`, which may change the list."""
    values: list[Any] = []

    def item(self: object) -> int:
        values.clear()
        return 7

    evil = type("numpy.evil", (), {"item": item})
    values += [evil(), *range(100_000)]
    assert Column.from_sequence(values, name="x").to_list() == [7, *range(100_000)]
    assert values == []


def test_half_of_a_surrogate_pair_names_its_row() -> None:
    with pytest.raises(DataError, match="half of a surrogate pair") as caught:
        Column.from_sequence(["a", "caf\udce9"], name="key")
    assert (caught.value.column, caught.value.row, caught.value.value) == ("key", 1, r"'caf\udce9'")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, 10**5000], "thousands of digits: does not fit 64 signed bits"),
        ([Decimal("1"), Decimal("11e999000")], "does not fit 64 signed bits"),
        ([Decimal("1"), Decimal("1e999999999")], "does not fit 64 signed bits"),
        ([Decimal("1e-99999999999")], "at most 18 are kept exactly"),
    ],
)
def test_numbers_of_absurd_size_cost_nothing(values: list[Any], said: str) -> None:
    with pytest.raises(Error, match=said):
        Column.from_sequence(values, name="x")


def test_a_zero_with_a_large_exponent_is_a_zero() -> None:
    assert Column.from_sequence([Decimal("0e5"), Decimal("2.50")], name="x").to_list() == [Decimal("0"), Decimal("2.50")]
