"""Files into columns: CSV, JSON, Parquet, workbooks. Only the columns that are asked for are read."""

from __future__ import annotations

import difflib
import gzip
import os
import sys
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sojourn._core.frames import Column
from sojourn._frames.dates import day_column
from sojourn._frames.roles import candidates
from sojourn._report.page import Fact
from sojourn.cli._database import read_database
from sojourn.cli._decode import decode
from sojourn.cli._delimited import SEPARATORS, read_cells
from sojourn.cli._layout import hint
from sojourn.cli._options import FileOptions, Messages
from sojourn.cli._parquet import read_parquet
from sojourn.cli._records import read_records
from sojourn.cli._suffixes import SUFFIXES, suffix_of
from sojourn.cli._tables import CellTable, ColumnTable, RecordTable
from sojourn.cli._usage import UsageError
from sojourn.cli._workbook import read_workbook
from sojourn.errors import DataError, InputWarning, SchemaError

_LISTED = 10
"""So many of the files of a folder are named where one is not found."""

OPTION_OF_ROLE = {
    "account": "--account-column",
    "csat_score": "--csat-score",
    "ces_score": "--ces-score",
    "value": "--contract-value",
    "amount": "--usage-amount",
    "month": "--usage-month",
}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that has been opened: its table, how it is written, and which column was used for which role."""

    name: str
    table: ColumnTable
    options: FileOptions
    written: str
    """Encoding and separators, for the reader of the page."""
    recognised: dict[str, str] = field(default_factory=dict)
    """Columns that were found by their usual names."""
    read_as: dict[str, str] = field(default_factory=dict)
    """By column: what its cells were read as."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns."""
        return self.table.names

    @property
    def rows(self) -> int:
        return self.table.rows

    def __getitem__(self, name: str) -> Column:
        return self.table.column(name)

    def days(self, name: str, role: str) -> Column:
        """A column of days, read by its role and as the options state."""
        read, far = day_column(self.written_days(name), name, role, self.options.dates)
        self.note_far_ends(name, far)
        return read

    def written_days(self, name: str) -> Column:
        """A column of days as it stands in the file; the page says how it is read."""
        held = self[name]
        if held.type in ("text", "dictionary"):
            self.read_as[name] = f"days as {self.options.date_format or 'YYYY-MM-DD'}"
        if self.options.timezone is not None and held.type != "date":
            self.read_as[name] = f"{self.read_as.get(name, 'days')}, moments on the calendar of {self.options.timezone}"
        return held

    def note_far_ends(self, name: str, far: int) -> None:
        """Says how many ends lie so far that they mean "not ended"."""
        if far:
            lie = "1 far day is an open end" if far == 1 else f"{far:,} far days are open ends"
            self.read_as[name] = f"{self.read_as.get(name, 'days')}, {lie}"

    def choose(self, role: str, named: str | None) -> str:
        """The column for a role: the one named, or the only one with a usual name."""
        found = self.find(role, named)
        if found is None:
            raise UsageError(
                f"{self.name}: no column looks like the {_words(role)}; name it with {option(role)}. "
                f"The file has: {', '.join(self.columns)}"
            )
        return found

    def find(self, role: str, named: str | None) -> str | None:
        """As `choose`, but None when nothing matches. Two matches are an error either way."""
        if named is not None:
            return self._named(role, named)
        fitting = candidates(role, self.columns)
        if len(fitting) > 1:
            raise UsageError(
                f"{self.name}: several columns may be the {_words(role)}; name one with {option(role)}. "
                f"Candidates: {', '.join(fitting)}"
            )
        if not fitting:
            return None
        self.recognised[role] = fitting[0]
        return fitting[0]

    def _named(self, role: str, named: str) -> str:
        if named not in self.columns:
            raise UsageError(f'{self.name}: no column "{named}" ({option(role)}). The file has: {", ".join(self.columns)}')
        return named

    @contextmanager
    def placed(self) -> Iterator[None]:
        """An error about a row of this file names its line as well, and a column that cannot be read is bad data."""
        try:
            yield
        except SchemaError as error:
            raise DataError(str(error)) from error
        except DataError as error:
            line = None if error.row is None else self.table.line(error.row)
            if line is None:
                raise
            raise PlacedError(error, self.name, line, hint(self.table.cells(error.row or 0))) from error


class PlacedError(DataError):
    """An error about a row, with the line of the file that the row begins in."""

    def __init__(self, error: DataError, file: str, line: int, more: str = "") -> None:
        super().__init__(f"{file}, line {line}: {error}{more}", error.column, error.row, error.value, error.rule)
        self.line = line


def option(role: str) -> str:
    """The option that names the column of a role."""
    return OPTION_OF_ROLE.get(role, f"--{role.replace('_', '-')}")


def _words(role: str) -> str:
    return {"csat_score": "CSAT score", "ces_score": "CES score", "mrr": "MRR"}.get(role, role.replace("_", " "))


def read(path: str, options: FileOptions, messages: Messages) -> File:
    """Opens a local file, or standard input as CSV for the path "-"."""
    with messages.stage(f"reading {path}"):
        return _read(path, options)


def _read(path: str, options: FileOptions) -> File:
    file = _opened(path, options)
    for pattern in options.leave_out:
        if f" as {pattern!r}" not in file.written or f"0 lines left out as {pattern!r}" in file.written:
            warnings.warn(InputWarning(f"{file.name}: no line begins with {pattern!r}, so none is left out"), stacklevel=2)
    return file


def _opened(path: str, options: FileOptions) -> File:
    suffix = suffix_of(path)
    if options.db is not None and suffix not in SUFFIXES and path != "-":
        held, where = read_database(options.db, path)
        return File(name="database", table=held, options=options, written=where)
    if path == "-":
        return _text_file("csv", sys.stdin.buffer.read(), "standard input", options)
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file{there_is(path)}")
    name = os.path.basename(path)
    kind = SUFFIXES.get(suffix)
    if kind is None:
        raise UsageError(
            f"{path}: cannot tell the format from its name; known: {', '.join(SUFFIXES)} (CSV and JSON also .gz)"
        )
    if kind == "parquet":
        return File(name=name, table=read_parquet(path, name), options=options, written="Parquet")
    if kind == "xlsx":
        table, written = read_workbook(path, name, options.sheet, options.layout)
        return File(name=name, table=table, options=options, written=written)
    if suffix == ".tsv" and options.separator is None:
        options = replace(options, separator="\t")
    return _text_file(kind, bytes_of(path), name, options)


def there_is(path: str) -> str:
    """What stands where a file was looked for: names near to it first, then others that could be read."""
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        return f"; there is no folder {folder}"
    readable = sorted(name for name in os.listdir(folder) if suffix_of(name) in SUFFIXES)
    if not readable:
        return f"; {folder} holds no file that could be read ({', '.join(SUFFIXES)})"
    near = difflib.get_close_matches(os.path.basename(path), readable, 3, 0.5)
    shown = list(dict.fromkeys([*near, *readable]))[:_LISTED]
    more = f" and {len(readable) - len(shown)} more" if len(readable) > len(shown) else ""
    return f"; {folder} has: {', '.join(shown)}{more}"


def bytes_of(path: str) -> bytes:
    """The bytes of a file, unpacked where it is gzipped."""
    if not path.endswith(".gz"):
        with open(path, "rb") as file:
            return file.read()
    try:
        with gzip.open(path) as packed:
            return packed.read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{os.path.basename(path)}: cannot be unpacked as gzip: {error}", rule="gzip") from None


def _text_file(kind: str, data: bytes, name: str, options: FileOptions) -> File:
    text, encoding = decode(data, name, options.encoding)
    if kind == "json":
        return File(name=name, table=RecordTable(read_records(text, name), name), options=options, written=encoding)
    cells = read_cells(text, name, options.separator, options.layout)
    word = SEPARATORS.get(cells.separator, repr(cells.separator))
    return File(name=name, table=CellTable(cells), options=options, written=f"{encoding}, separated by {word}{cells.around}")


def file_notes(label: str, file: File) -> list[Fact]:
    """Which file was read and how it is written, which of its columns were recognised, and what each was read as."""
    notes = [Fact(label=label, value=f"{file.name}, {file.rows:,} rows, {file.written}")]
    if file.recognised:
        guesses = ", ".join(f"{role} = {name}" for role, name in file.recognised.items())
        notes.append(Fact(label=f"{label}: columns", value=f"recognised by name: {guesses}"))
    if file.read_as:
        read_as = "; ".join(f"{column}: {what}" for column, what in file.read_as.items())
        notes.append(Fact(label=f"{label}: read as", value=read_as))
    return notes
