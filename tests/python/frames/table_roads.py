"""One table by every road: what a person holds as a list, a frame, an Arrow table, a query or a file.

A road takes a table of `Held` columns, which say what a column means, and gives what a caller of that road would hand over.
"""

from __future__ import annotations

import csv
import datetime
import math
import random
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from sojourn._core.frames import Column
from sojourn._frames.columns import columns
from sojourn.cli._cells import answers, optional_flags
from sojourn.cli._files import File, read
from sojourn.cli._money import read_amounts
from sojourn.cli._numbers import numbers
from sojourn.cli._options import FileOptions, messages_of, take
from sojourn.cli._parser import parser

Kind = str
WHOLE = ("id", "score", "cents", "count", "age")
PARSED = parser().parse_args(["metrics", "--subscriptions", "a.csv", "--decimal", ".", "--quiet"])
FILE = take(FileOptions, PARSED)


@dataclass(frozen=True)
class Held:
    """A column of "text", "id" (whole numbers), "day", "moment", "month", "score", "cents", "count", "age", "weight" or
    "flag".
    """

    kind: Kind
    values: list[Any]


Table = Mapping[str, Held]
Road = Callable[[Table, random.Random, Path], Any]


def lists(table: Table, random_: random.Random, folder: Path) -> Any:
    return {name: held.values for name, held in table.items()}


def tuples(table: Table, random_: random.Random, folder: Path) -> Any:
    return {name: tuple(held.values) for name, held in table.items()}


def records(table: Table, random_: random.Random, folder: Path) -> Any:
    rows = zip(*(held.values for held in table.values()), strict=True)
    return [dict(zip(table, row, strict=True)) for row in rows]


def numpy_arrays(table: Table, random_: random.Random, folder: Path) -> Any:
    def array(held: Held) -> Any:
        gaps = [value is None for value in held.values]
        if held.kind in ("day", "moment"):
            return np.array(held.values, "M8[D]" if held.kind == "day" else "M8[us]")
        if held.kind in (*WHOLE, "flag"):
            filled = np.array([0 if value is None else value for value in held.values], "i8" if held.kind in WHOLE else "?")
            return np.ma.array(filled, mask=gaps) if any(gaps) else filled
        if held.kind == "weight":
            return np.array([math.nan if value is None else value for value in held.values], "f8")
        return np.array(held.values, object)

    return {name: array(held) for name, held in table.items()}


def pandas_frame(table: Table, random_: random.Random, folder: Path) -> Any:
    def series(held: Held) -> Any:
        if held.kind in ("day", "moment"):
            unit = "s" if held.kind == "day" else "us"
            return pd.Series(np.array(held.values, f"M8[{unit}]"))
        kinds = {"weight": "float64", "flag": "boolean", **dict.fromkeys(WHOLE, "Int64")}
        if held.kind in kinds:
            return pd.Series(held.values, dtype=kinds[held.kind])
        return pd.Series(held.values, dtype=random_.choice(["object", "string", "category", "str"]))

    return pd.DataFrame({name: series(held) for name, held in table.items()} | {"odd": [object()] * _rows(table)})


def pandas_of_arrow(table: Table, random_: random.Random, folder: Path) -> Any:
    held = arrow_table(table, random_, folder, odd=False)
    return pd.DataFrame({name: pd.Series(pd.array(held[name], dtype=pd.ArrowDtype(held[name].type))) for name in table})


def polars_frame(table: Table, random_: random.Random, folder: Path) -> Any:
    kinds: dict[Kind, list[Any]] = {
        "day": [pl.Date, pl.Datetime("ms"), pl.Datetime("us")],
        "moment": [pl.Datetime("us"), pl.Datetime("ns")],
        "weight": [pl.Float64],
        "flag": [pl.Boolean],
        "text": [pl.String, pl.Categorical],
        "month": [pl.String],
        **dict.fromkeys(WHOLE, [pl.Int64, pl.Int128]),
    }
    frame = pl.DataFrame({name: _polars(held, random_.choice(kinds[held.kind])) for name, held in table.items()})
    return frame.with_columns(pl.Series("odd", [[1]] * _rows(table), dtype=pl.List(pl.Int8)))


def _polars(held: Held, kind: Any) -> Any:
    base: Any = {"day": pl.Date, "moment": pl.Datetime("us"), "weight": pl.Float64, "flag": pl.Boolean}.get(held.kind)
    base = base or (pl.Int64 if held.kind in WHOLE else pl.String)
    if kind == pl.Int128:
        kind = pl.Int64
    if kind == pl.Datetime("ns") and any(value is not None and value.year > 2200 for value in held.values):
        kind = pl.Datetime("us")
    return pl.Series(held.values, dtype=base).cast(kind)


_TEXT = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()),
         pa.dictionary(pa.int32(), pa.large_string())]  # fmt: skip
_INTEGERS = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()]


def _coded(*kinds: Any) -> list[Any]:
    return [pa.dictionary(pa.int32(), kind) for kind in kinds]


ARROW: dict[Kind, list[Any]] = {
    "text": _TEXT,
    "month": _TEXT[:3],
    "id": [*_INTEGERS, *_coded(pa.int64(), pa.uint16())],
    "count": [*_INTEGERS, *_coded(pa.int32())],
    "age": _INTEGERS,
    "score": [*_INTEGERS, pa.float32(), pa.float64(), *_coded(pa.int8(), pa.float64())],
    "cents": [
        *_INTEGERS,
        pa.decimal128(38, 0),
        pa.decimal128(20, 2),
        pa.decimal256(76, 0),
        *_coded(pa.int64(), pa.decimal128(20, 2)),
    ],
    "day": [
        pa.date32(),
        pa.date64(),
        *(pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")),
        pa.string(),
        *_coded(pa.date32(), pa.timestamp("ms")),
    ],
    "moment": [pa.timestamp("us"), pa.timestamp("ns"), pa.string()],
    "weight": [pa.float64(), *_coded(pa.float64())],
    "flag": [pa.bool_(), pa.int8(), pa.uint8()],
}
ODD = [
    pa.array([[1]]),
    pa.array([{"a": 1}]),
    pa.array([datetime.time(10)]),
    pa.array([b"\xff"]),
    pa.array([datetime.timedelta(1)]),
    pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
    pa.nulls(1),
    pa.array([1.5], pa.float16()),
]
"""Columns that nobody asks for."""


def arrow_table(table: Table, random_: random.Random, folder: Path, odd: bool = True) -> Any:
    found = {name: _arrow(held, random_.choice(ARROW[held.kind])) for name, held in table.items()}
    if odd:
        found |= {f"odd {place}": pa.concat_arrays([one] * _rows(table)) for place, one in enumerate(ODD)}
    return pa.table(found)


def _arrow(held: Held, kind: Any) -> Any:
    values = held.values
    if kind in (pa.string(), *_TEXT) and held.kind in ("day", "moment"):
        return pa.array([None if value is None else str(value) for value in values])
    if pa.types.is_dictionary(kind):
        return _arrow(held, kind.value_type).dictionary_encode()
    if pa.types.is_decimal(kind):
        return pa.array([None if value is None else Decimal(value) for value in values], pa.decimal256(76, 0)).cast(kind)
    try:
        base = pa.timestamp("us") if held.kind == "moment" else pa.date32() if held.kind == "day" else None
        if held.kind == "flag" and kind != pa.bool_():
            values = [None if value is None else int(value) for value in values]
        return pa.array(values, base).cast(kind) if base is not None else pa.array(values, kind)
    except (pa.ArrowInvalid, OverflowError):  # this type is too narrow for these values
        wide = {"day": pa.date32(), "moment": pa.timestamp("us")}.get(held.kind, pa.int64())
        return pa.array(values, wide)


def arrow_batches(table: Table, random_: random.Random, folder: Path) -> Any:
    """Several batches, each a slice with an offset of its own."""
    whole = arrow_table(table, random_, folder)
    cuts = sorted(random_.randrange(_rows(table) + 1) for _ in range(3))
    parts = [whole.slice(start, end - start) for start, end in zip([0, *cuts], [*cuts, _rows(table)], strict=True)]
    return pa.concat_tables(parts)


def duckdb_relation(table: Table, random_: random.Random, folder: Path) -> Any:
    held = _plain_arrow(table)
    return duckdb.connect().from_arrow(held)


def duckdb_cursor(table: Table, random_: random.Random, folder: Path) -> Any:
    connection = duckdb.connect()
    connection.register("held", _plain_arrow(table))
    return connection.execute("select * from held")


def sqlite_cursor(table: Table, random_: random.Random, folder: Path) -> Any:
    def cell(value: Any) -> Any:
        return str(value) if isinstance(value, datetime.date) else value

    connection = sqlite3.connect(":memory:")
    names = ", ".join(f'"{name}"' for name in table)
    connection.execute(f"create table held ({names})")
    rows = zip(*(map(cell, held.values) for held in table.values()), strict=True)
    connection.executemany(f"insert into held values ({', '.join('?' * len(table))})", list(rows))
    return connection.execute("select * from held order by rowid")


def _plain_arrow(table: Table) -> Any:
    kinds = {"day": pa.date32(), "moment": pa.timestamp("us"), "weight": pa.float64(), "flag": pa.bool_()}
    others = {**dict.fromkeys(WHOLE, pa.int64()), "text": pa.string(), "month": pa.string()}
    return pa.table({name: pa.array(held.values, (kinds | others)[held.kind]) for name, held in table.items()})


def csv_file(table: Table, random_: random.Random, folder: Path) -> Any:
    path = folder / "t.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*(map(_written, held.values) for held in table.values()), strict=True))
    return _of_file(path, table)


def parquet_file(table: Table, random_: random.Random, folder: Path) -> Any:
    path = folder / "t.parquet"
    pq.write_table(_plain_arrow(table), path)
    return _of_file(path, table)


def workbook(table: Table, random_: random.Random, folder: Path) -> Any:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(list(table))
    for row in zip(*(held.values for held in table.values()), strict=True):
        book.active.append(row)
    path = folder / "t.xlsx"
    book.save(path)
    return _of_file(path, table)


def _written(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _of_file(path: Path, table: Table) -> Any:
    """The columns as the command line reads them, each by its role."""
    file = read(str(path), FILE, messages_of(PARSED))
    return {name: _cells(file, name, held) for name, held in table.items()}


def _cells(file: File, name: str, held: Held) -> Any:
    with file.placed():
        if held.kind == "day":
            return file.written_days(name)
        if held.kind == "cents":
            return read_amounts(file[name], name, amounts="minor", currency="USD", decimal=".").values
        if held.kind in ("score", "count", "age"):
            return Column.from_sequence(answers(file[name], name, ())[0], name=name)
        if held.kind == "weight":
            return Column.from_sequence(numbers(file[name].to_list(), name, "."), name=name)
        if held.kind == "flag":
            return Column.from_sequence(optional_flags(file[name], name), name=name)
        return file[name]


def _rows(table: Table) -> int:
    return len(next(iter(table.values())).values)


def column_of(held: Any, name: str) -> Any:
    """One column of what a road gave, as its library gives it."""
    if isinstance(held, duckdb.DuckDBPyRelation):
        return held.project(f'"{name}"')
    if isinstance(held, (dict, pd.DataFrame, pl.DataFrame, pa.Table)):
        return held[name]
    raise AssertionError("a cursor and records have no columns of their own; read all of them at once")


def read_once(held: Any, names: list[str]) -> dict[str, Any]:
    """All columns; a cursor can be read once only."""
    if isinstance(held, (dict, pd.DataFrame, pl.DataFrame, pa.Table, duckdb.DuckDBPyRelation)):
        return {name: column_of(held, name) for name in names}
    return dict(columns(held, dict(zip(names, names, strict=True))))


ROADS: dict[str, Road] = {
    "lists": lists,
    "tuples": tuples,
    "records": records,
    "NumPy": numpy_arrays,
    "pandas": pandas_frame,
    "pandas of Arrow": pandas_of_arrow,
    "Polars": polars_frame,
    "Arrow": arrow_table,
    "Arrow in batches": arrow_batches,
    "DuckDB relation": duckdb_relation,
    "DuckDB cursor": duckdb_cursor,
    "SQLite cursor": sqlite_cursor,
    "CSV": csv_file,
    "Parquet": parquet_file,
    "xlsx": workbook,
}
