"""The tables that files hold: names at once, a column when it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sojourn._core.frames import Column
from sojourn.cli._delimited import Cells
from sojourn.cli._numbers import text_of
from sojourn.cli._records import Records

_PLACES = 18
"""Decimals that a column keeps; a number with more of them is kept as text."""


class ColumnTable(ABC):
    """Columns by name, all of one length."""

    names: Sequence[str]
    rows: int

    @abstractmethod
    def column(self, name: str) -> Column:
        """The values of one column."""

    def line(self, row: int) -> int | None:
        """The line of the file in which a row begins, where the file has lines."""
        return None

    def cells(self, row: int) -> Sequence[Any] | None:
        """The cells of a row, where the file has lines."""
        return None


class CellTable(ColumnTable):
    """Cells of separated values: text, whatever it looks like."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.names, self.rows = [name for name in cells.names if name], len(cells.lines)

    def column(self, name: str) -> Column:
        return Column.from_sequence(self._cells.columns[list(self._cells.names).index(name)], name=name)

    def line(self, row: int) -> int | None:
        return self._cells.lines[row]

    def cells(self, row: int) -> Sequence[Any]:
        return [column[row] for column in self._cells.columns]


class RecordTable(ColumnTable):
    """Values of objects: text and numbers as they are; a column that holds both is text."""

    def __init__(self, records: Records, file: str) -> None:
        self._records, self._file = records, file
        self.names, self.rows = records.names, len(records.rows)

    def column(self, name: str) -> Column:
        values = [None if value == "" else value for value in self._records.cells(name, self._file)]
        kinds = {type(value) for value in values if value is not None}
        deep = any(isinstance(value, Decimal) and int(value.as_tuple().exponent) < -_PLACES for value in values)
        if deep or (len(kinds) > 1 and kinds != {int, Decimal}):
            values = [text_of(value) for value in values]
        return Column.from_sequence(values, name=name)

    def line(self, row: int) -> int | None:
        return None if self._records.lines is None else self._records.lines[row]
