"""Files of separated values: every cell is text, every line has as many cells as the first."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sojourn.cli._layout import Layout, hint
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_WIDEST_CELL = 1 << 24


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The cells of a file by column, None where a cell is empty, and the line in which each row begins."""

    names: Sequence[str]
    columns: Sequence[list[str | None]]
    lines: Sequence[int]
    separator: str
    around: str = ""
    """What stands around the rows, for the reader of the page."""


def read_cells(text: str, name: str, separator: str | None, layout: Layout) -> Cells:
    """Splits the text of a file. `separator` None means that of the line of names, where only one occurs in it."""
    text, hinted = _without_hint(text)
    if separator is not None and len(separator) != 1:
        raise UsageError(f"--separator {separator!r} is not one character, as in ; or tab")
    above = 0 if layout.header_line is None else layout.header_line - (2 if hinted else 1)
    used = separator or hinted or _sniffed("".join(text.splitlines(keepends=True)[above:]) if above > 0 else text, name)
    found = layout.lines_of(*_rows(text, name, used, first_line=2 if hinted else 1), name)
    names = [column.strip() for column in found.names]
    require_one_of_each(names, name)
    lines, held = _cells_of(found.lines, found.rows, names)
    if {len(row) for row in held} - {len(names)}:
        line, odd = next((line, row) for line, row in zip(lines, held, strict=True) if len(row) != len(names))
        raise _another_length(name, line, odd, names, used)
    columns = [[cell or None for cell in column] for column in zip(*held, strict=True)] or [[] for _ in names]
    return Cells(names=names, columns=columns, lines=lines, separator=used, around=found.described)


def _cells_of(
    lines: Sequence[int], rows: Sequence[Sequence[str]], names: Sequence[str]
) -> tuple[Sequence[int], Sequence[Sequence[str]]]:
    """Without blank lines; in a file of one column a blank line is an empty cell, unless it stands at the end."""
    if len(names) > 1:
        kept: Sequence[int] = [i for i, row in enumerate(rows) if any(row)]
    else:
        filled = [i for i, row in enumerate(rows) if row and row[0]]
        kept = range(filled[-1] + 1 if filled else 0)
        rows = [row or [""] for row in rows]
    if len(kept) == len(rows):
        return lines, rows
    return [lines[i] for i in kept], [rows[i] for i in kept]


def require_one_of_each(names: Sequence[str], file: str) -> None:
    """Refuses two columns of one name; columns without a name cannot be asked for and may be several."""
    repeated = sorted({column for column in names if column and names.count(column) > 1})
    if repeated:
        raise DataError(
            f"{file}: several columns are called {', '.join(repeated)}; give each a name of its own",
            column=repeated[0],
            rule="one column of each name",
        )


def _without_hint(text: str) -> tuple[str, str | None]:
    """Spreadsheets may write the separator in a line of its own before the names: sep=;"""
    first, _, rest = text.partition("\n")
    if len(first.rstrip("\r")) == 5 and first.lower().startswith("sep="):
        return rest, first[4]
    return text, None


def _sniffed(text: str, name: str) -> str:
    """The separator that occurs in the line of names; where several do, the only one that fits every line."""
    bare = _outside_quotes(text)
    found = [separator for separator in SEPARATORS if separator in bare]
    if len(found) > 1:
        found = [separator for separator in found if _fits(text, separator)] or found
    if len(found) > 1:
        words = ", ".join(f"{SEPARATORS[separator]} ({separator!r})" for separator in found)
        raise UsageError(f"{name}: columns may be separated by {words}; say which with --separator")
    return found[0] if found else ","


def _outside_quotes(text: str) -> str:
    """The line of names without its quoted parts."""
    bare, quoted = [], False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            if character in "\r\n":
                break
            bare.append(character)
    return "".join(bare)


def _fits(text: str, separator: str) -> bool:
    try:
        widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True) if row}
    except csv.Error:
        return False
    return len(widths) == 1 and widths != {1}


def _rows(text: str, name: str, separator: str, *, first_line: int) -> tuple[Sequence[int], list[list[str]]]:
    """Every row, and the line that it begins in."""
    csv.field_size_limit(_WIDEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    begins: list[int] = []
    try:
        rows = list(reader)
    except csv.Error:
        pass
    else:
        if reader.line_num == len(rows):
            return range(first_line, first_line + len(rows)), rows
    # Again, row by row: a cell spans several lines, or is broken.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, line = [], first_line
    try:
        for row in reader:
            rows.append(row)
            begins.append(line)
            line = reader.line_num + first_line
    except csv.Error as error:
        rule = "cells with a quote are quoted, and quotes in them doubled"
        raise DataError(f"{name}: line {line}: {_quoting(error)}", rule=rule) from None
    return begins, rows


def _quoting(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return 'a cell that begins with a quote (") never ends; close it, or double the quote'
    if "expected after" in str(error):
        return 'a closing quote (") is followed by text; double the quotes inside a cell'
    return str(error)


def _another_length(name: str, line: int, row: Sequence[str], names: Sequence[str], separator: str) -> DataError:
    word = SEPARATORS.get(separator, repr(separator))
    kind = "is short" if len(row) < len(names) else "is long"
    what_to_do = f"quote a cell that holds a {word}, or say --separator if the file has another one"
    if len(row) > len(names):
        what_to_do += "; if the names stand further down, say --header-line"
    return DataError(
        f"{name}: line {line} {kind}: it has {_cells(len(row))} and the line of names {len(names)} "
        f"({', '.join(names)}); {what_to_do}{hint([*row, *[''] * (len(names) - len(row))])}",
        value=separator.join(row)[:80],
        rule=f"{_cells(len(names))} in every line",
    )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
