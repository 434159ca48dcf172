"""The one printer of tables: rows of text in columns, for `repr`, the terminal and the text page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width


def align(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """One line per row, columns two spaces apart; `right` says which columns are set to the right."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_set(*cell) for cell in zip(row, widths, right, strict=True)).rstrip() for row in cells]


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _set(cell: str, width: int, right: bool) -> str:
    blank = " " * (width - columns_of(cell))
    return blank + cell if right else cell + blank


def cell_text(value: Any) -> str:
    """A value in a table: six significant digits, "-" for missing."""
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def grouped_cell_text(value: Any) -> str:
    """A value for reading in a terminal: thousands separated, up to four decimals, "-" for missing."""
    if value is None or isinstance(value, (str, bool)):
        return "-" if value is None else str(value)
    if isinstance(value, float):
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def printable(text: str) -> str:
    """Control characters and line breaks as escapes: text that a user typed can neither break a table nor control a
    terminal.
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
