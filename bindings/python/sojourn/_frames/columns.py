"""Any frame in: what the caller holds becomes columns. Imports no frame library, but recognises each by its methods."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sojourn import _core
from sojourn._core.frames import ArrowSource, Column, DateReading, row_numbers
from sojourn._frames.dates import day_column
from sojourn._frames.periods import ISO
from sojourn.errors import SchemaError, SchemaTypeError

ACCEPTED_COLUMN = (
    "an Arrow array or stream (pyarrow, Polars ...), a pandas Series, a NumPy array or other buffer, or a list of values"
)
ACCEPTED_TABLE = (
    "an object with __arrow_c_stream__ or __arrow_c_array__ (Polars, pyarrow, DuckDB relation ...), a pandas DataFrame, "
    "a mapping or dataclass of columns, a database cursor, or a list of dicts"
)


def column(values: Any, name: str = "column") -> Column:
    """One column from anything that holds one. Numbers in contiguous memory are not copied."""
    if isinstance(values, Column):
        return values
    if type(values) in (list, tuple):  # the checks below cost more than reading a short list
        return Column.from_sequence(values, name=name)
    if type(values).__name__ == "ndarray" and hasattr(values, "__array_interface__"):  # nor does NumPy's own array need them
        return _numpy_column(values, name)
    if _is_pandas(values):
        return _pandas_column(values, name)
    source = _arrow(values)
    if source is not None:
        return _only_column(source, name)
    if hasattr(values, "dtype") and hasattr(values, "__array_interface__"):
        return _numpy_column(values, name)
    if isinstance(values, (str, bytes, bytearray, Mapping)):
        raise SchemaTypeError(f'column "{name}" is one {type(values).__name__}; accepted: {ACCEPTED_COLUMN}')
    if _is_buffer(values):
        return Column.from_buffer(values, name=name)
    if isinstance(values, Sequence):
        return Column.from_sequence(values, name=name)
    if hasattr(values, "__array__"):
        return _numpy_column(values.__array__(), name)
    raise SchemaTypeError(f'column "{name}" is a {type(values).__name__}; accepted: {ACCEPTED_COLUMN}')


def columns(table: Any, wanted: Mapping[str, str | None]) -> dict[str, Column]:
    """The columns of `table` under the names of their roles; roles without a name are left out."""
    asked = {role: name for role, name in wanted.items() if name is not None}
    picked = _pick(table, {name: role for role, name in asked.items()})
    return {role: picked[name] for role, name in asked.items()}


def present(table: Any, names: Iterable[str]) -> dict[str, Column]:
    """The columns of `table` among these names; no other one is read."""
    opened = OpenTable(table)
    return opened.read({name: "" for name in names if name in opened.names})


def frame(table: Any) -> dict[str, Column]:
    """All columns of `table` by name."""
    return _pick(table, None)


def take_rows(values: Column, rows: Sequence[int] | Column) -> Column:
    """The values at these rows; row -1 is missing. Narrow numbers become int64 or float64, as a list of them would."""
    return _core.frames.take_rows(values, rows if isinstance(rows, Column) else row_numbers(list(rows)))


class OpenTable:
    """A table that tells the names of its columns before any is read. An Arrow stream is opened once, and read once.

    Columns of days are read by their role as `dates` says; what was counted on the way stands in `counts`.
    """

    def __init__(self, table: Any, dates: DateReading = ISO) -> None:
        if isinstance(table, OpenTable):
            self.__dict__ = table.__dict__  # opened already: one reading and one count
            return
        self.dates, self._far_ends = dates, dict[str, int]()
        self._replaced: dict[str, Column] = {}
        self._parts: Mapping[str, Any] = {}
        if type(table) is dict and all(type(name) is str for name in table):  # the usual small table: nothing to convert
            self._source, self._parts, self.names = None, table, list(table)
            return
        self._source = None if _is_pandas(table) else _arrow(table)
        if self._source is None:
            self._parts = _named(table)
            self.names = list(self._parts)
        elif self._source.is_table:
            self.names = list(_one_of_each(self._source.names))
        else:
            raise SchemaError("a single Arrow column is not a table; accepted: " + ACCEPTED_TABLE)

    @property
    def counts(self) -> dict[str, int]:
        """What was found in the columns that were read, where there is any: far days that stand for an open end."""
        far = sum(self._far_ends.values())
        return {"open_ends_far": far} if far else {}

    def read(self, wanted: Mapping[str, str]) -> dict[str, Column]:
        """Columns by name; `wanted` maps names to their roles. Nothing else is read or converted."""
        for name, role in wanted.items():
            if name not in self.names:
                raise no_such_column(name, self.names, role)
        found = self._values([name for name in wanted if name not in self._replaced])
        require_equal_lengths(found)
        return {
            name: self._by_role(found[name], name, role) if name in found else self._replaced[name]
            for name, role in wanted.items()
        }

    def dated(self, dates: DateReading) -> OpenTable:
        """The same table, whose days are read in another way."""
        other = OpenTable(self)
        other.__dict__ = {**self.__dict__, "dates": dates, "_far_ends": {}}
        return other

    def parts(self, names: Sequence[str]) -> list[Any]:
        """The columns of these names, which the table has, in their order: not read by role, lists as they are."""
        if self._source is not None:
            left = [name for name in dict.fromkeys(names) if name not in self._replaced]
            read = self._source.read([self.names.index(name) for name in left]) if left else []
            self._replaced.update(zip(left, read, strict=True))  # a stream is read once
            found = [self._replaced[name] for name in names]
        else:
            found = [
                part if type(part) in (list, tuple) else column(part, name)
                for name, part in zip(names, map(self._parts.__getitem__, names), strict=True)
            ]
        if self._replaced:
            found = [self._replaced.get(name, part) for name, part in zip(names, found, strict=True)]
        if len(set(map(len, found))) > 1:
            require_equal_lengths(dict(zip(names, found, strict=True)))
        return found

    def replace(self, name: str, values: Column) -> None:
        """From now on the column of this name has these values."""
        self._replaced[name] = values

    def _values(self, names: Sequence[str]) -> dict[str, Column]:
        if self._source is not None:
            return dict(zip(names, self._source.read([self.names.index(name) for name in names]), strict=True))
        return {name: column(self._parts[name], name) for name in names}

    def _by_role(self, values: Column, name: str, role: str) -> Column:
        read, far = day_column(values, name, role, self.dates)
        if far:
            self._far_ends[name] = far
        return read


def _pick(table: Any, wanted: Mapping[str, str] | None) -> dict[str, Column]:
    """Columns by name; `wanted` maps names to their roles, None takes all."""
    opened = OpenTable(table)
    return opened.read(dict.fromkeys(opened.names, "") if wanted is None else wanted)


def _arrow(values: Any) -> ArrowSource | None:
    """The data of an Arrow producer. A producer may allow one call only, so it is called exactly once."""
    if isinstance(values, type):
        return None
    if hasattr(values, "__arrow_c_stream__"):
        return ArrowSource.from_stream(values.__arrow_c_stream__())
    if hasattr(values, "__arrow_c_array__"):
        return ArrowSource.from_array(*values.__arrow_c_array__())
    return None


def _only_column(source: ArrowSource, name: str) -> Column:
    if len(source.names) != 1:
        raise SchemaError(f'"{name}" is a table of {len(source.names)} columns; pass one of them, as table["score"]')
    return source.read([0], name)[0]


def require_equal_lengths(found: Mapping[str, Column]) -> None:
    """A table has one length; the error names two columns that disagree."""
    lengths = {name: len(values) for name, values in found.items()}
    first = next(iter(lengths), "")
    for name, rows in lengths.items():
        if rows != lengths[first]:
            raise SchemaError(
                f'columns "{first}" ({lengths[first]} rows) and "{name}" ({rows} rows) differ in length; '
                "a table needs equal lengths"
            )


def no_such_column(name: str, present: Sequence[str], role: str = "") -> SchemaError:
    """The error for a column that is not there: what exists, and what was probably meant."""
    close = difflib.get_close_matches(name, present, n=3, cutoff=0.6)
    meant = f" Did you mean {' or '.join(repr(c) for c in close)}?" if close else ""
    use = f" (used as {role})" if role and role != name else ""
    has = ", ".join(present) or "no columns"
    return SchemaError(f'column "{name}"{use} is not in the table.{meant} It has: {has}')


def several(names: Sequence[str]) -> SchemaError:
    """The error for several columns with the same name."""
    return SchemaError(
        f"the table has several columns of one name: {', '.join(names)}; rename them or leave all but one out"
    )


def _one_of_each(names: Sequence[str]) -> Sequence[str]:
    """The names; two columns of one name are refused, since nothing says which of them is meant."""
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise several(repeated)
    return names


def _named(table: Any) -> Mapping[str, Any]:
    """The parts of a table by name, not yet converted: a column that is not asked for may hold anything."""
    if _is_pandas(table) and hasattr(table, "columns"):
        return _pandas_parts(table)
    if isinstance(table, Mapping):
        return dict(zip(_one_of_each([str(name) for name in table]), table.values(), strict=True))
    if hasattr(table, "__dataclass_fields__") and not isinstance(table, type):
        return {field.name: getattr(table, field.name) for field in dataclasses.fields(table)}
    if getattr(getattr(table, "dtype", None), "names", None):
        return {name: table[name] for name in table.dtype.names}
    if hasattr(table, "description") and hasattr(table, "fetchall"):
        return _cursor_parts(table)
    if isinstance(table, Sequence) and len(table) > 0 and all(isinstance(row, Mapping) for row in table):
        return _records(table)
    hint = "; call .collect() first" if hasattr(table, "collect") else ""
    raise SchemaTypeError(f"a {type(table).__name__} is not a table{hint}; accepted: {ACCEPTED_TABLE}")


def _records(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    shown = _one_of_each([str(name) for name in names])
    return {text: [row.get(name) for row in rows] for text, name in zip(shown, names, strict=True)}


def _cursor_parts(cursor: Any) -> dict[str, list[Any]]:
    if cursor.description is None:
        raise SchemaError("the cursor has no result to read: execute a query first")
    names = _one_of_each([str(entry[0]) for entry in cursor.description])
    rows = cursor.fetchall()
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _is_buffer(values: Any) -> bool:
    try:
        memoryview(values).release()
    except (TypeError, BufferError):
        return False
    return True


def _numpy_column(array: Any, name: str) -> Column:
    if array.ndim != 1:
        raise SchemaError(f'column "{name}" is an array of {array.ndim} dimensions; a column has one')
    missing = getattr(array, "mask", None) if hasattr(array, "filled") else None
    result = _numpy_values(array if missing is None else array.data, name)
    if missing is None or missing.ndim == 0:
        return result
    return result.mask(missing, name=name)


def _numpy_values(array: Any, name: str, zone: str = "") -> Column:
    kind = array.dtype.kind
    if kind == "M":
        unit = array.dtype.str[4:-1]
        if unit in ("Y", "M", "W"):  # each stands for its first day
            unit, array = "D", array.astype("datetime64[D]")
        if unit not in ("D", "h", "m", "s", "ms", "us", "ns"):
            raise SchemaTypeError(
                f'column "{name}" is {array.dtype}; accepted: datetime64 of Y, M, W, D, h, m, s, ms, us, ns'
            )
        return Column.from_datetime64(array.view(array.dtype.str[0] + "i8"), unit, zone=zone, name=name)
    if kind in "OUT":
        return Column.from_sequence(array.tolist(), name=name)
    if kind in "biu" or (kind == "f" and array.dtype.itemsize in (4, 8)):
        return Column.from_buffer(array, name=name)
    raise SchemaTypeError(
        f'column "{name}" is a NumPy array of {array.dtype}; accepted: bool, int8 to uint64, float32, float64, datetime64, '
        "str, object"
    )


def _is_pandas(values: Any) -> bool:
    return _is_pandas_type(type(values))  # type: ignore[arg-type]  # mypy: a type is Hashable


@lru_cache(maxsize=256)
def _is_pandas_type(kind: type) -> bool:
    return any(base.__module__.partition(".")[0] == "pandas" for base in kind.__mro__)


def _pandas_parts(table: Any) -> dict[str, Any]:
    names = _one_of_each([str(name) for name in table.columns])
    return {name: table.iloc[:, i] for i, name in enumerate(names)}


def _pandas_column(series: Any, name: str) -> Column:
    """Chosen by dtype, so that the result is the same with and without pyarrow."""
    if not hasattr(series, "dtype"):
        raise SchemaError(f'column "{name}" is a pandas {type(series).__name__}; accepted: {ACCEPTED_COLUMN}')
    values, dtype = getattr(series, "array", series), series.dtype
    if hasattr(dtype, "categories"):
        labels = column(list(dtype.categories), name)
        if labels.type != "text":
            return take_rows(labels, column(values.codes, name))  # code -1 is a missing row
        return Column.from_codes(values.codes, labels.to_list(), name=name)
    if hasattr(dtype, "pyarrow_dtype"):
        return column(values.__arrow_array__(), name)
    if dtype.name == "string" or dtype.name == "str":
        return Column.from_sequence(values.tolist(), name=name)
    if hasattr(dtype, "numpy_dtype") and hasattr(values, "_mask"):
        missing = series.isna().to_numpy(dtype=bool)
        filled = series.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0))
        return _numpy_column(filled, name).mask(missing, name=name)
    if getattr(dtype, "tz", None) is not None:
        return _numpy_values(values.tz_convert("UTC").tz_localize(None).to_numpy(), name, zone="UTC")
    if dtype.name.startswith("period["):
        return _period_column(values, dtype.name, name)
    return _numpy_column(series.to_numpy(), name)


def _period_column(periods: Any, dtype: str, name: str) -> Column:
    """Days as dates, months as their labels; any other period is neither a day nor a month."""
    if dtype == "period[D]":
        return Column.from_datetime64(periods.asi8, "D", name=name)
    if dtype == "period[M]":
        return Column.from_sequence(
            [None if gone else str(one) for one, gone in zip(periods, periods.isna(), strict=True)], name=name
        )
    raise SchemaError(
        f'column "{name}" is {dtype}, neither days nor months; convert it with .dt.to_timestamp() or .dt.asfreq("D")'
    )
