"""Workbooks (.xlsx): the first sheet with cells. Numbers, dates and text stay what the workbook says they are."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.optional import require
from sojourn.cli._delimited import require_one_of_each
from sojourn.cli._layout import Layout, is_blank
from sojourn.cli._numbers import text_of
from sojourn.cli._tables import ColumnTable
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

_MOST_UNPACKED = 1 << 31
"""A workbook is a zip file; one that unpacks to more is refused before it is read."""
_MOST_RATIO = 200


_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")


class SheetTable(ColumnTable):
    """Values of a sheet. A column of text and numbers is text; a cell that shows an error is refused."""

    def __init__(self, names: list[str], values: list[list[Any]], file: str, lines: Sequence[int]) -> None:
        self._values, self._file, self._lines = values, file, lines
        self._all = names
        self.names, self.rows = [name for name in names if name], len(lines)

    def column(self, name: str) -> Column:
        values = self._values[self._all.index(name)]
        for row, value in enumerate(values):
            if value in _ERRORS:
                raise DataError(
                    f'{self._file}: column "{name}", row {row}: the cell shows {value}; correct it in the workbook',
                    column=name,
                    row=row,
                    value=value,
                    rule="a cell with a value",
                )
        kinds = {type(value) for value in values if value is not None}
        if kinds == {int, float} or kinds == {float}:
            values = [None if value is None else Decimal(text_of(value) or "0") for value in values]
        elif len(kinds) > 1:
            values = [text_of(value) for value in values]
        return Column.from_sequence(values, name=name)

    def line(self, row: int) -> int | None:
        return self._lines[row]

    def cells(self, row: int) -> Sequence[Any]:
        return [column[row] for column in self._values]


def read_workbook(path: str, name: str, sheet: str | None, layout: Layout) -> tuple[SheetTable, str]:
    """The sheet that is named, or the only one that holds anything; and in words where its rows stand."""
    book = _book(path, name)
    try:
        filled = [sheet for sheet in book.worksheets if any(any(cell is not None for cell in row) for row in _rows(sheet))]
        if not filled:
            raise DataError(f"{name}: no sheet holds anything", rule="a line of names")
        titles = ", ".join(one.title for one in filled)
        if sheet is not None:
            filled = [one for one in filled if one.title == sheet]
            if not filled:
                raise UsageError(f'{name}: no sheet "{sheet}" that holds anything; there is: {titles}')
        if len(filled) > 1:
            raise UsageError(f"{name}: several sheets hold something ({titles}); say which with --sheet")
        table, around = _table(filled[0], name, layout)
        return table, f"sheet {filled[0].title}{around}"
    finally:
        book.close()


def sheets_of(path: str, name: str) -> dict[str, list[Sequence[Any]]]:
    """The cells of every sheet that holds something, by its name."""
    book = _book(path, name)
    try:
        sheets = {sheet.title: [[_value(cell) for cell in row] for row in _rows(sheet)] for sheet in book.worksheets}
    finally:
        book.close()
    filled: dict[str, list[Sequence[Any]]] = {
        title: list(rows) for title, rows in sheets.items() if not all(is_blank(row) for row in rows)
    }
    if not filled:
        raise DataError(f"{name}: no sheet holds anything", rule="a line of names")
    return filled


def _book(path: str, name: str) -> Any:
    reader = _openpyxl()
    _require_modest(path, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # styles and extensions that carry no values
            return reader.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise DataError(f"{name}: cannot be read as a workbook: {error}", rule="an .xlsx workbook") from None


def _table(sheet: Any, name: str, layout: Layout) -> tuple[SheetTable, str]:
    rows = [(line, row) for line, row in enumerate(_rows(sheet), start=1) if not is_blank(row)]
    found = layout.lines_of([line for line, _ in rows], [row for _, row in rows], name)
    header, held = found.names, found.rows
    width = max((i + 1 for row in (header, *held) for i, cell in enumerate(row) if cell is not None), default=0)
    names = ["" if i >= len(header) or header[i] is None else str(header[i]).strip() for i in range(width)]
    require_one_of_each(names, name)
    values = [[_value(row[i]) if i < len(row) else None for row in held] for i in range(width)]
    return SheetTable(names, values, name, found.lines), found.described


def _rows(sheet: Any) -> Any:
    return sheet.iter_rows(values_only=True)


def _value(cell: Any) -> Any:
    """A date without a time of day is a date, and empty text is no value."""
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date()
    return None if cell == "" else cell


def _require_modest(path: str, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
            held = max(1, sum(entry.compress_size for entry in packed.infolist()))
    except zipfile.BadZipFile as error:
        raise DataError(f"{name}: cannot be read as a workbook: {error}", rule="an .xlsx workbook") from None
    if unpacked > _MOST_UNPACKED or (unpacked > 1 << 24 and unpacked > _MOST_RATIO * held):
        raise DataError(f"{name}: unpacks to {unpacked:,} bytes; save the sheet as CSV", rule="a workbook of modest size")


def _openpyxl() -> Any:
    require("defusedxml", '"sojourn[xlsx]"')  # where it is installed, openpyxl refuses entities in a workbook's XML
    return require("openpyxl", '"sojourn[xlsx]"')
