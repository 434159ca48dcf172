"""The values of one column, whatever library they come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn
from sojourn._core.frames import moments
from sojourn._frames.columns import column, frame, take_rows
from sojourn._frames.dates import date_reading
from sojourn._frames.money import minor_column
from sojourn._frames.table import Table

DAY = dt.date


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


@pytest.mark.parametrize("unit", ["D", "h", "m", "s", "ms", "us", "ns"])
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
    assert column(pd.Series(pd.Categorical([True, None, False]))).to_list() == [True, None, False]
    days = pd.Series(pd.to_datetime(["2024-05-02", None])).astype("category")
    assert column(days).convert("day").to_list() == [DAY(2024, 5, 2), None]
    assert column(pd.Series(pd.Categorical([None, None], categories=[1, 2]))).to_list() == [None, None]


def test_g02_categories_of_integers_with_a_gap() -> None:
    scores = pd.Categorical([9, 10, None, 3])
    for values in (pd.Series(scores), scores, pd.CategoricalIndex(scores), pa.array([9, 10, None, 3]).dictionary_encode()):
        assert column(values).to_list() == [9, 10, None, 3]
    found = sojourn.nps(pd.Series(scores))
    assert found.n == 3


def test_whole_numbers_are_never_cut() -> None:
    for values in (
        [19.99],
        [Decimal("19.99")],
        np.array([50.9]),
        np.array([2.5], "f4"),
        [np.float32(2.5)],
        pd.Series([0.5]),
    ):
        for kind in ("int32", "int64"):
            with pytest.raises(sojourn.DataError, match="row 0.*is not a whole number"):
                column(values).convert(kind)
    with pytest.raises(sojourn.SchemaError, match="type Fraction is not accepted"):
        column([Fraction(1, 3)])
    for values in (
        [20.0],
        [Decimal("20.00")],
        [np.float32(20)],
        [np.int8(20)],
        np.array([20], "f4"),
        pa.array([Decimal(20)]),
    ):
        assert column(values).convert("int64").to_list() == column(values).convert("int32").to_list() == [20]


def test_nanoseconds_are_kept_whatever_brings_them() -> None:
    early, late = "2024-05-02T10:00:00.000000001", "2024-05-02T10:00:00.000000002"
    raw = np.array([late, early], "M8[ns]")
    for values in (raw, pd.Series(raw), pa.array(raw), pl.Series(raw), list(raw), list(pd.Series(raw)), [late, early],
                   pd.Series(raw).dt.tz_localize("UTC"), list(pd.Series(raw).dt.tz_localize("UTC"))):  # fmt: skip
        day, nanosecond = moments(column(values), "when", date_reading("UTC"))
        assert day.to_list() == [DAY(2024, 5, 2)] * 2
        assert nanosecond is not None and nanosecond.to_list() == [36_000_000_000_002, 36_000_000_000_001]
    assert pa.array(column(raw)).type == pa.timestamp("ns")
    assert (Table({"t": raw}).to_numpy()["t"] == raw).all()


def test_periods_of_days_are_days_and_of_months_months() -> None:
    days = pd.Series(pd.PeriodIndex(["2024-05-02", None], freq="D"))
    months = pd.Series(pd.PeriodIndex(["2024-05", None], freq="M"))
    assert column(days).to_list() == column(list(days)).to_list() == [DAY(2024, 5, 2), None]
    assert column(months).to_list() == column(list(months)).to_list() == ["2024-05", None]
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
        assert minor_column(found, "mrr", amounts="major").to_list() == [125, None, -1]
    with pytest.raises(sojourn.DataError, match="row 1.*does not fit 64 bits"):
        column(pa.array([Decimal(1), Decimal(10) ** 19], type=pa.decimal128(38, 0)))


def test_money_is_exact_or_refused() -> None:
    for values in (np.array([1.0, np.nan]), [100, float("nan")], pd.Series([100, None]), pa.array([1.5])):
        with pytest.raises(sojourn.SchemaError, match='"mrr" holds float64; .*use the dtype "Int64"'):
            column(values, "mrr").convert("minor", name="mrr")
    assert column(pd.Series([100, None], dtype="Int64")).convert("minor").to_list() == [100, None]
    assert column([Decimal("1.000"), 2]).convert("minor").to_list() == [1, 2]
    with pytest.raises(sojourn.DataError, match="row 1.*not a whole number of minor units"):
        column([Decimal(1), Decimal("1.5")]).convert("minor")
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
        with pytest.raises(sojourn.DataError, match='column "start", row 0.*names a time zone'):
            column(values).convert("day", name="start")
        assert column(values).to_list() == [aware]
    with pytest.raises(sojourn.DataError, match="time of day where a day is wanted"):
        column([dt.datetime(2024, 1, 1, 8)]).convert("day")


def test_integers_that_do_not_fit_name_their_row() -> None:
    with pytest.raises(sojourn.DataError, match="row 1") as caught:
        column([1, 2**63], "account")
    assert (caught.value.column, caught.value.row, caught.value.value) == ("account", 1, str(2**63))


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


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64", "float32", "float64"])
def test_rows_of_numbers_are_as_wide_as_those_of_a_list(kind: str) -> None:
    values = column(np.array([1, 2, 3], dtype=kind))
    taken = take_rows(values, [2, -1])
    expected = column([3.0, None] if kind.startswith("float") else [3, None])
    assert (taken.type, taken.to_list()) == (expected.type, expected.to_list())
