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
from sojourn import Column
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


def test_numbers_in_contiguous_memory_are_not_copied() -> None:
    values = np.arange(1000.0)
    for source in (values, pl.Series(values), pa.array(values), pd.Series(values)):
        back = np.asarray(column(source))
        assert np.shares_memory(back, values)
        assert not back.flags.writeable


def test_a_column_outlives_its_producer() -> None:
    found = column(pa.array(["a", "some longer text than twelve bytes"] * 1000))
    numbers = column(np.arange(1000))
    assert found[-1] == "some longer text than twelve bytes"
    assert numbers[-1] == 999


@pytest.mark.parametrize("unit", ["D", "s", "ms", "us", "ns"])
def test_datetime64_of_every_unit(unit: str) -> None:
    values = np.array(["2024-02-29", "NaT", "1969-12-31"], dtype=f"datetime64[{unit}]")
    for source in (values, values.astype(values.dtype.newbyteorder(">")), np.repeat(values, 2)[::2]):
        assert column(source).convert("day").to_list() == [DAY(2024, 2, 29), None, DAY(1969, 12, 31)]


def test_instants_keep_microseconds_floored() -> None:
    before_1970 = np.array(["1969-12-31T23:59:59.999999999"], dtype="datetime64[ns]")
    expected = [dt.datetime(1969, 12, 31, 23, 59, 59, 999999)]
    assert column(before_1970).to_list() == expected
    assert column(pa.array(before_1970)).to_list() == expected


def test_numpy_text_objects_and_masks() -> None:
    assert column(np.array(["a", "bc"])).to_list() == ["a", "bc"]
    assert column(np.array(["a", None, float("nan")], dtype=object)).to_list() == ["a", None, None]
    assert column(np.ma.masked_array([1, 2, 3], mask=[False, True, False])).to_list() == [1, None, 3]
    assert frame(np.array([(1, 2.5), (3, 4.5)], dtype=[("n", "i4"), ("x", "f8")]))["x"].to_list() == [2.5, 4.5]


def test_missing_values_of_every_library() -> None:
    for values in (
        pd.Series(["a", None]),
        pd.Series(["a", pd.NA], dtype="string"),
        pd.Series(pd.Categorical(["a", None])),
        pl.Series(["a", None]).cast(pl.Categorical),
        pl.Series(["a", None]).cast(pl.Enum(["b", "a"])),
        pa.array(["a", None]),
        ["a", pd.NA],
        ["a", float("nan")],
    ):
        assert column(values).to_list() == ["a", None]
    assert column([dt.datetime(2024, 1, 1), pd.NaT]).to_list() == [dt.datetime(2024, 1, 1), None]
    assert column(pa.nulls(3)).to_list() == [None] * 3
    assert column(pa.nulls(3, pa.int64())).convert("int32").null_count == 3
    assert column([None, None]).convert("double").to_list() == [None, None]


def test_categories_that_are_no_text_are_their_values() -> None:
    assert column(pd.Series(pd.Categorical([30, 10, 30]))).to_list() == [30, 10, 30]
    assert column(pa.array([30, None, 10]).dictionary_encode()).to_list() == [30, None, 10]


def test_slices_of_sliced_children() -> None:
    child = pa.array([None, "x", "y", None, "a text that is not inline", "z", None])
    batch = pa.record_batch({"s": child[1:], "b": pa.array([None, True, False, True, None, True, True])[1:]})[1:5]
    found = frame(batch)
    assert found["s"].to_list() == ["y", None, "a text that is not inline", "z"]
    assert found["b"].to_list() == [False, True, None, True]
    struct = pa.StructArray.from_arrays([child], ["s"], mask=pa.array([False, True, False, False, False, True, False]))[1:6]
    assert frame(struct)["s"].to_list() == [None, "y", None, "a text that is not inline", None]


def test_a_dictionary_of_its_own_in_every_batch() -> None:
    parts = [pa.array(["b", "a", None]).dictionary_encode(), pa.array(["c", "b"]).dictionary_encode()]
    assert column(pa.chunked_array(parts)).to_list() == ["b", "a", None, "c", "b"]


def test_decimals_of_every_width() -> None:
    values = [Decimal("1.25"), None, Decimal("-0.01")]
    for kind in (pa.decimal128(10, 2), pa.decimal256(50, 2), pa.decimal32(5, 2), pa.decimal64(10, 2)):
        found = column(pa.array(values, type=kind))
        assert found.to_list() == values
        assert found.convert("minor").to_list() == [125, None, -1]
    with pytest.raises(sojourn.DataError, match="row 1.*does not fit 64 bits"):
        column(pa.array([Decimal(1), Decimal(10) ** 19], type=pa.decimal128(38, 0)))


def test_money_is_exact_or_refused() -> None:
    for values in (np.array([1.0, np.nan]), [100, float("nan")], pd.Series([100, None]), pa.array([1.5])):
        with pytest.raises(sojourn.SchemaError, match='"mrr" holds float64; accepted: integers in minor units'):
            column(values, "mrr").convert("minor", name="mrr")
    assert column(pd.Series([100, None], dtype="Int64")).convert("minor").to_list() == [100, None]
    assert column([Decimal("1.250"), Decimal(2)]).convert("minor").to_list() == [125, 200]
    with pytest.raises(sojourn.DataError, match="row 1.*more places than the currency"):
        column([Decimal("1.25"), Decimal("1.255")]).convert("minor")
    with pytest.raises(sojourn.DataError, match="row 0.*not a number"):
        column([Decimal("NaN")])


def test_a_moment_with_a_zone_is_no_day() -> None:
    aware = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    for values in (
        [aware],
        pd.Series([aware]),
        pl.Series([aware]),
        pa.array([aware], type=pa.timestamp("ns", tz="Europe/Berlin")),
    ):
        with pytest.raises(sojourn.SchemaError, match='column "start" holds instant with time zone'):
            column(values).convert("day", name="start")
        assert column(values).to_list() == [aware]
    with pytest.raises(sojourn.DataError, match="time of day where a day is wanted"):
        column([dt.datetime(2024, 1, 1, 8)]).convert("day")


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
    "period": (lambda: pd.Series(pd.period_range("2024-01", periods=2, freq="M")), "accepted: "),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_column_is_refused_with_its_name(what: str) -> None:
    make, why = REFUSED[what]
    with pytest.raises(sojourn.SchemaError, match=f"(?s)score.*{why}|{why}.*score"):
        column(make(), "score")


def test_integers_that_do_not_fit_name_their_row() -> None:
    with pytest.raises(sojourn.DataError, match="row 1") as caught:
        column([1, 2**63], "account")
    assert (caught.value.column, caught.value.row, caught.value.value) == ("account", 1, str(2**63))


@pytest.mark.parametrize("table", [7, "abc", [1, 2], [], None, pl.LazyFrame({"a": [1]}), pa.array([1])], ids=str)
def test_what_is_no_table_is_refused_with_what_is(table: Any) -> None:
    with pytest.raises(sojourn.SchemaError, match="accepted: an object with __arrow_c_stream__"):
        columns(table, {"account": "a"})


def test_columns_of_different_lengths_are_no_table() -> None:
    with pytest.raises(sojourn.SchemaError, match=r'"a" \(2 rows\) and "b" \(1 rows\) differ in length'):
        frame({"a": [1, 2], "b": [1]})


def test_a_name_that_stands_twice_is_ambiguous() -> None:
    twice = pa.table([[1], [2], [3]], names=["a", "a", "b"])
    assert columns(twice, {"x": "b"})["x"].to_list() == [3]
    with pytest.raises(sojourn.SchemaError, match="several columns of one name: a"):
        columns(twice, {"x": "a"})
    with pytest.raises(sojourn.SchemaError, match="several columns of one name: a"):
        columns(twice.to_pandas(), {"x": "a"})


def test_columns_nobody_asked_for_may_hold_anything() -> None:
    odd = {"a": [1, 2], "odd": [object(), {}]}
    assert columns(odd, {"x": "a"})["x"].to_list() == [1, 2]
    assert columns(pd.DataFrame(odd), {"x": "a"})["x"].to_list() == [1, 2]
    assert columns(pa.table({"a": [1, 2], "odd": [[1], [2]]}), {"x": "a"})["x"].to_list() == [1, 2]


class OneShot:
    """A producer that is good for one call."""

    def __init__(self, table: pa.Table) -> None:
        self.table, self.calls = table, 0

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        self.calls += 1
        return self.table.__arrow_c_stream__() if self.calls == 1 else pa.table({}).__arrow_c_stream__()


def test_a_producer_is_called_once() -> None:
    for use in (frame, lambda t: columns(t, {"a": "account", "b": "score"})):
        producer = OneShot(ARROW)
        use(producer)
        assert producer.calls == 1


class HasBoth(OneShot):
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        raise AssertionError("the stream comes first")


class OnlyArray:
    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return pa.record_batch({"a": [1, 2]}).__arrow_c_array__()


def test_the_stream_comes_before_the_array() -> None:
    assert frame(HasBoth(ARROW))["score"].to_list() == DATA["score"]
    assert frame(OnlyArray())["a"].to_list() == [1, 2]


def test_a_producer_that_fails_says_why() -> None:
    def batches() -> Any:
        yield ARROW.to_batches()[0]
        raise ValueError("the warehouse is closed")

    with pytest.raises(sojourn.Error, match="the warehouse is closed"):
        frame(pa.RecordBatchReader.from_batches(ARROW.schema, batches()))


def test_a_consumed_capsule_is_refused() -> None:
    capsule = ARROW.__arrow_c_stream__()
    from sojourn._core.frames import ArrowSource

    assert ArrowSource.from_stream(capsule).names == list(DATA)
    with pytest.raises(sojourn.SchemaError, match="consumed already"):
        ArrowSource.from_stream(capsule)
    with pytest.raises(ValueError, match="PyCapsule"):
        ArrowSource.from_stream(pa.array([1]).__arrow_c_array__()[0])


def test_a_cursor_without_a_result_is_refused() -> None:
    with pytest.raises(sojourn.SchemaError, match="execute a query first"):
        frame(sqlite3.connect(":memory:").execute("create table t (a)"))


def test_a_duck_typed_mapping() -> None:
    found = frame(collections.ChainMap({"a": [1]}, {"b": [2]}))
    assert {n: c.to_list() for n, c in found.items()} == {"a": [1], "b": [2]}


def test_column_behaves_like_a_sequence() -> None:
    values = column([1, None, 3])
    assert (len(values), values[0], values[-1], values[1]) == (3, 1, 3, None)
    assert list(values) == values.to_list() == [1, None, 3]
    assert (values.type, values.null_count) == ("int64", 1)
    for row in (3, -4):
        with pytest.raises(IndexError):
            values[row]
    with pytest.raises(BufferError, match="missing"):
        memoryview(values)
    with pytest.raises(BufferError, match="numbers and booleans"):
        memoryview(column(["a"]))


KINDS = [pa.int8(), pa.uint64(), pa.float32(), pa.bool_(), pa.string(), pa.large_string(), pa.string_view(), pa.date32()]


def random_chunk(random: np.random.Generator, kind: pa.DataType) -> pa.Array:
    """A random slice of random values, a fifth of them missing."""
    numbers = [None if random.random() < 0.2 else int(random.integers(0, 100)) for _ in range(random.integers(0, 30))]
    is_text = kind in (pa.string(), pa.large_string(), pa.string_view())
    make: Callable[[int], Any] = (lambda i: "x" * (i // 3)) if is_text else bool if kind == pa.bool_() else int
    whole = pa.array([None if i is None else make(i) for i in numbers], type=kind)
    first = int(random.integers(0, len(whole) + 1))
    return whole[first : int(random.integers(first, len(whole) + 1))]


def test_random_tables_agree_with_pyarrow() -> None:
    random = np.random.default_rng(7)
    for _ in range(300):
        kind = KINDS[random.integers(len(KINDS))]
        chunked = pa.chunked_array([random_chunk(random, kind) for _ in range(random.integers(1, 4))], type=kind)
        assert column(chunked).to_list() == chunked.to_pylist()
        if kind != pa.string_view():
            encoded = pa.chunked_array([part.dictionary_encode() for part in chunked.chunks])
            assert column(encoded).to_list() == chunked.to_pylist()


def test_importing_sojourn_imports_no_frame_library() -> None:
    program = (
        "import sys, time; t = time.perf_counter(); import sojourn; ms = (time.perf_counter() - t) * 1e3;"
        "heavy = {'numpy', 'pandas', 'polars', 'pyarrow', 'duckdb', 'matplotlib'} & set(sys.modules);"
        "print(f'import sojourn: {ms:.1f} ms'); assert not heavy, heavy; assert ms < 500, ms"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(done.stdout.strip())
