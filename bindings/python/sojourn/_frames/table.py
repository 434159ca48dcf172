"""Any frame out: one table type for every tabular result."""

from __future__ import annotations

import csv
import html
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sojourn._core.frames import Column, arrow_schema, arrow_stream
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, no_such_column, require_equal_lengths
from sojourn._frames.format import money, rounded_money
from sojourn._frames.lazy_columns import LazyColumns
from sojourn._frames.optional import require
from sojourn._frames.output import write_text
from sojourn._frames.text_table import align, cell_text, printable

SHOWN_ROWS = 20
NUMERIC = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "decimal"}


@checked
class Table:
    """Named columns of equal length, the options that made them, and a picture where one exists."""

    def __init__(
        self,
        columns: Mapping[str, Any],
        *,
        options: Mapping[str, Any] | None = None,
        plot: Callable[[Table, Any], Any] | None = None,
        title: str = "",
        amounts: Collection[str] = (),
        amount_rows: Collection[int] | None = None,
    ) -> None:
        self._columns: Mapping[str, Column]
        if isinstance(columns, LazyColumns):
            self._columns = columns
        else:
            self._columns = {name: column(values, name) for name, values in columns.items()}
            require_equal_lengths(self._columns)
        self._plot = plot
        self.options: dict[str, Any] = dict(options or {})
        self.title = title
        self._amounts, self._amount_rows = amounts, amount_rows
        """Columns, and where not all, their rows, of minor units of `options["currency"]`, shown in currency units."""

    @property
    def columns(self) -> list[str]:
        """The column names in order."""
        return list(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __getitem__(self, name: str) -> Column:
        if name not in self._columns:
            raise no_such_column(name, self.columns)
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def keys(self) -> list[str]:
        """The column names, so that `dict(table)` works."""
        return self.columns

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return arrow_stream(list(self._columns), list(self._columns.values()))

    def __arrow_c_schema__(self) -> object:
        return arrow_schema(list(self._columns), list(self._columns.values()))

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict per row."""
        rows = zip(*(values.to_list() for values in self._columns.values()), strict=True)
        return [dict(zip(self._columns, row, strict=True)) for row in rows]

    def to_numpy(self) -> dict[str, Any]:
        """One NumPy array per column; missing is NaN, NaT or None."""
        require("numpy")
        return {name: _to_numpy(values) for name, values in self._columns.items()}

    def to_pandas(self) -> Any:
        """A pandas DataFrame; integers with missing rows become `Int64`."""
        pandas = require("pandas")
        return pandas.DataFrame({name: _to_pandas(values, pandas) for name, values in self._columns.items()})

    def to_polars(self) -> Any:
        """A Polars DataFrame."""
        return require("polars").DataFrame(self)

    def to_arrow(self) -> Any:
        """A pyarrow Table."""
        return require("pyarrow", "pyarrow").table(self)

    def to_csv(self, path: str | os.PathLike[str] | None = None, *, formula_guard: bool = True) -> str | None:
        """CSV text, or a file at `path`: written whole or not at all. Text that a spreadsheet would run as a formula gets a
        leading apostrophe.
        """
        out = io.StringIO(newline="")
        guard = _guard if formula_guard else _same
        usual = csv.writer(out, lineterminator="\n")
        # Python before 3.13 leaves a bare carriage return unquoted, which readers take for the end of the row.
        quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        cells = (values.to_list() for values in self._columns.values())
        for row in ([*self._columns], *zip(*cells, strict=True)):
            texts = [guard(_plain(cell)) for cell in row]
            (quoted if any("\r" in str(text) for text in texts) else usual).writerow(texts)
        if path is None:
            return out.getvalue()
        write_text(path, out.getvalue())
        return None

    def plot(self, ax: Any = None) -> Any:
        """Draws on `ax` (a new one by default) and returns it. Does not show it."""
        if self._plot is None:
            raise NotImplementedError("this table has no picture; pass its columns to a plotting library")
        if ax is None:
            ax = require("matplotlib.pyplot", "sojourn[plot]").figure().add_subplot()
        drawn = self._plot(self, ax)
        return ax if drawn is None else drawn

    def __repr__(self) -> str:
        head, rows = self._cells()
        right = [values.type in NUMERIC for values in self._columns.values()]
        return "\n".join([*([self.title] if self.title else []), *align([head, *rows], right), *self._footer()])

    def _repr_html_(self) -> str:
        """The same table for notebooks. Every name and value is escaped, because they come from users."""
        head, rows = self._cells()
        align = ["right" if values.type in NUMERIC else "left" for values in self._columns.values()]

        def line(cells: list[str], tag: str) -> str:
            parts = (
                f'<{tag} style="text-align:{a}">{html.escape(printable(c))}</{tag}>'
                for c, a in zip(cells, align, strict=True)
            )
            return "<tr>" + "".join(parts) + "</tr>"

        caption = f"<caption>{html.escape(self.title)}</caption>" if self.title else ""
        body = "".join(line(row, "td") for row in rows)
        footer = "".join(f"<p><small>{html.escape(text)}</small></p>" for text in self._footer())
        return f"<table>{caption}<thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>{footer}"

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        shown = range(min(len(self), SHOWN_ROWS))
        return self.columns, [self.row_texts(row, cell_text) for row in shown]

    def row_texts(self, row: int, usual: Callable[[Any], str]) -> list[str]:
        """A row as people read it: amounts in units of the currency with separated thousands, all else as `usual` says."""
        is_money = self._amount_rows is None or row in self._amount_rows
        currency = str(self.options.get("currency", ""))
        return [
            _amount_text(values[row], currency) if is_money and name in self._amounts else usual(values[row])
            for name, values in self._columns.items()
        ]

    def _footer(self) -> list[str]:
        more = [f"... {len(self):,} rows"] if len(self) > SHOWN_ROWS else []
        options = ", ".join(f"{name}={value}" for name, value in self.options.items() if name != "policy_json")
        return more + ([printable(options)] if options else [])


def _to_numpy(values: Column) -> Any:
    np = require("numpy")
    kind, missing = values.type, values.null_count > 0
    if kind in ("date", "instant"):
        unit = "datetime64[D]" if kind == "date" else f"datetime64[{'ns' if values.scale == 9 else 'us'}]"
        times = np.asarray(values.storage()).astype("i8").view(unit)
        return np.where(np.asarray(values.present), times, np.datetime64("NaT")) if missing else times
    if kind in NUMERIC - {"decimal"}:
        if not missing:
            return np.asarray(values)
        return np.where(np.asarray(values.present), np.asarray(values.storage()), np.nan)
    if kind == "boolean" and not missing:
        return np.asarray(values)
    result = np.empty(len(values), dtype=object)
    result[:] = values.to_list()
    return result


def _to_pandas(values: Column, pandas: Any) -> Any:
    if values.null_count > 0 and values.type in NUMERIC - {"decimal", "float32", "float64"}:
        return pandas.array(values.to_list(), dtype="Int64")
    if values.type == "date":
        return _to_numpy(values).astype("datetime64[s]")
    return _to_numpy(values)


def _amount_text(minor: Any, currency: str) -> str:
    """Minor units in units of the currency; an average to the nearest minor unit."""
    if minor is None or minor != minor:
        return cell_text(minor)
    return rounded_money(minor, currency) if isinstance(minor, float) else money(minor, currency)


def _plain(cell: Any) -> Any:
    return "" if cell is None else cell


def _guard(cell: Any) -> Any:
    """OWASP's list; numbers are exempt, text such as "-5" is not."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell else cell


def _same(cell: Any) -> Any:
    return cell
